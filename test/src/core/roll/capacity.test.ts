import { describe, expect, it } from "vitest";
import { minute } from "../../../../src/core/instant.js";
import { capacity, type NoCapacityLook, whyNoCapacity } from "../../../../src/core/roll/capacity.js";
import { cut } from "../../../../src/core/roll/launch-failures.js";
import type { Member } from "../../../../src/core/roll/members.js";
import type { ActivitySeen } from "../../../../src/core/roll/seen.js";
import { start } from "../../../builders.js";
import { aTaint } from "../../../seen.js";
import { member, news, olds } from "./some-members.js";

const three = olds("a1", "b1", "c1");
const none: ReadonlyMap<string, readonly string[]> = new Map();

const fresh = (over: Parameters<typeof member>[1]) => member("c9", { old: false, ...over });
const most = [...three, ...news("a9", "b9")];

describe("is there room", () => {
  it.each<[string, Member[], missing: string[]]>([
    ["a new node in every zone with old ones", [...three, ...news("a9", "b9", "c9")], []],
    ["a zone with old nodes and no new one", most, ["a new node in c"]],
    ["a zone without old nodes needs none", [...olds("a1"), ...news("a9", "c9")], []],
    [
      "old nodes on their way out need none",
      [...olds("a1"), member("b1", { lifecycle: "Terminating" }), ...news("a9")],
      [],
    ],
    [
      "one that has not joined",
      [...most, fresh({ node: "none", serving: false })],
      ["a new node in c (i-c9 has not joined the cluster)"],
    ],
    [
      "one that boots",
      [...most, fresh({ node: "none", serving: false, lifecycle: "Pending" })],
      ["a new node in c (i-c9 is Pending)"],
    ],
    [
      "one that is not Ready, and why",
      [
        ...most,
        fresh({
          serving: false,
          node: { ready: "False", notReadyBecause: "container runtime network not ready" },
        }),
      ],
      ["a new node in c (c9 is not Ready: container runtime network not ready)"],
    ],
    [
      "one that went silent",
      [...most, fresh({ serving: false, node: { ready: "Unknown" } })],
      ["a new node in c (c9 has gone silent)"],
    ],
    [
      "one with a start-up taint",
      [...most, fresh({ serving: false, node: { taints: [aTaint("ebs.csi.aws.com/agent-not-ready")] } })],
      ["a new node in c (c9 still carries the taint ebs.csi.aws.com/agent-not-ready)"],
    ],
    [
      "one that a person cordoned",
      [...most, fresh({ node: { unschedulable: true } })],
      ["a new node in c (c9 is cordoned)"],
    ],
    [
      "one with a full disk",
      [...most, fresh({ node: { pressures: ["DiskPressure"] } })],
      ["a new node in c (c9 reports DiskPressure)"],
    ],
    [
      "one whose AMI is not known yet",
      [...most, ...news("c9"), member("c8", { old: undefined })],
      ["the AMI of c8"],
    ],
  ])("%s", (_, members, missing) => {
    const found = capacity({ members, unreadyDaemonPods: none, surge: 6 });
    expect(found).toMatchObject({ done: missing.length === 0, missing });
  });

  it("not while a DaemonSet's pod is not Ready on it", () => {
    const unreadyDaemonPods = new Map([["c9", ["kube-system/aws-node-x"]]]);
    expect(capacity({ members: [...most, ...news("c9")], unreadyDaemonPods, surge: 6 }).missing).toEqual([
      "a new node in c (c9 waits for its DaemonSet pods (kube-system/aws-node-x))",
    ]);
  });

  it("with fewer added than zones, when as many are there", () => {
    expect(capacity({ members: most, unreadyDaemonPods: none, surge: 2 }).done).toBe(true);
    expect(capacity({ members: [...three, ...news("a9")], unreadyDaemonPods: none, surge: 2 }).done).toBe(
      false,
    );
  });
});

const failed = (message: string, over: Partial<ActivitySeen> = {}): ActivitySeen => ({
  id: "1",
  description: "Launching a new EC2 instance",
  status: "Failed",
  startedAt: start + minute,
  message,
  ...over,
});

function why(over: Partial<NoCapacityLook>) {
  const look: NoCapacityLook = {
    members: most,
    unreadyDaemonPods: none,
    surge: 6,
    group: "workers",
    desired: 9,
    suspended: [],
    activities: [],
    since: start,
    waited: 15 * minute,
    ...over,
  };
  return whyNoCapacity(look);
}

describe("why there is none", () => {
  it.each<[message: string, code: string, next: RegExp]>([
    [
      "We currently do not have sufficient m5.large capacity in the Availability Zone you requested (us-west-2c). Launching EC2 instance failed.",
      "NoCapacity",
      /more instance types/,
    ],
    [
      "You have requested more vCPU capacity than your current vCPU limit of 32 allows for the instance bucket that the specified instance type belongs to. Launching EC2 instance failed.",
      "QuotaUsedUp",
      /Service Quotas/,
    ],
    [
      "There are not enough free addresses in subnet 'subnet-1' to satisfy the requested number of instances.",
      "NoAddresses",
      /add a subnet/,
    ],
    [
      "The image id '[ami-0123456789abcdef0]' does not exist. Launching EC2 instance failed.",
      "ImageNotUsable",
      /shared with this account/,
    ],
    ["You are not authorized to perform this operation.", "LaunchNotPermitted", /service-linked role/],
    ["Client.InternalError: Client error on launch", "LaunchNotPermitted", /KMS key/],
    [
      "Your requested instance type (m7g.large) is not supported in your requested Availability Zone (us-west-2d).",
      "TypeNotOffered",
      /allow others/,
    ],
    ["The security group 'sg-1' does not exist in VPC 'vpc-1'", "TemplateNotUsable", /new version/],
    ["Something new under the sun", "LaunchFailed", /Activity tab/],
  ])("Auto Scaling says: %s", (message, code, next) => {
    const problem = why({ activities: [failed(message)] });
    expect(problem.code).toBe(code);
    expect(problem.next).toMatch(next);
    expect(problem.what).toContain("No usable new node in c 15 min after workers was raised. Auto Scaling: ");
  });

  it.each<[string, Partial<NoCapacityLook>, code: string, says: string]>([
    [
      "a person suspended Launch",
      { suspended: ["Launch"] },
      "LaunchSuspended",
      "somebody suspended its process Launch",
    ],
    [
      "a failure before it was raised is not the reason",
      { activities: [failed("no capacity", { startedAt: start - 1 })] },
      "NotLaunched",
      "4 instances have not been launched",
    ],
    [
      "the last failure counts",
      {
        activities: [failed("no free addresses", { startedAt: start + 9 }), failed("insufficient capacity")],
      },
      "NoCapacity",
      "insufficient capacity",
    ],
    [
      "all are launched: it is the node",
      {
        desired: 6,
        members: [...most, fresh({ node: "none", serving: false })],
        activities: [failed("no capacity")],
      },
      "NodeNotJoined",
      "i-c9 has not joined the cluster",
    ],
    [
      "a node that is not Ready",
      { desired: 6, members: [...most, fresh({ serving: false, node: { ready: "False" } })] },
      "NodeNotReady",
      "c9 is not Ready",
    ],
    [
      "a node that pods cannot go to",
      { desired: 6, members: [...most, fresh({ node: { unschedulable: true } })] },
      "NodeNotUsable",
      "c9 is cordoned",
    ],
    [
      "all new nodes are elsewhere",
      { desired: 6, members: [...most, ...news("a8")] },
      "ZoneWithoutNode",
      "No usable new node in c",
    ],
  ])("%s", (_, over, code, says) => {
    const problem = why(over);
    expect(problem).toMatchObject({ code, what: expect.stringContaining(says) });
    expect(problem.next).not.toBe("");
  });
});

it.each<[string, string, string]>([
  [
    "accounts and encoded messages",
    "Not authorized for 123456789012. Encoded authorization failure message: 4x7Zabc",
    "Not authorized for (account).",
  ],
  [
    "arns down to their name",
    "User: arn:aws:sts::123456789012:assumed-role/workers/i-1 may not",
    "User: assumed-role/workers/i-1 may not",
  ],
  ["what always stands at the end", "No capacity. Launching EC2 instance failed.", "No capacity."],
  ["what is too long, at a word", `${"word ".repeat(60)}end`, `${"word ".repeat(40).trim()} …`],
])("what AWS says is cut: %s", (_, message, said) => {
  expect(cut(message)).toBe(said);
});
