import { describe, expect, it } from "vitest";
import { day, hour, minute } from "../../../../src/core/instant.js";
import type { ClusterFound, ScannedGroup } from "../../../../src/core/scan/scanned.js";
import { violations } from "../../../../src/slack/limits.js";
import { type ListedCluster, listAnswer } from "../../../../src/slack/views/fleet.js";
import { start } from "../../../builders.js";
import { aFound, aGroup, aScan, denied, scannedAt } from "./digest-facts.js";

const newest = aGroup().newest ?? { release: "" };
const own = (over: Partial<ScannedGroup> = {}) =>
  aGroup({ kind: "self-managed node group", name: "workers", ...over });
/** AWS has nothing to compare it with. */
function alone(over: Partial<ScannedGroup>): ScannedGroup {
  const { newest: _newest, daysBehind: _days, ...group } = aGroup();
  return { ...group, ...over };
}
const listed = (...groups: ScannedGroup[]) => aScan({ found: aFound({ groups }) });
const linesOf = (clusters: readonly ListedCluster[], now = start) =>
  listAnswer(clusters, now).text.split("\n");

const head = "*eks-workshop*  prod · us-west-2 · Kubernetes 1.34";
const age = "As of 5 min ago; `/eks-upgrade check` looks now.";

describe("the list", () => {
  it("shows what could be upgraded, ages, and how old that knowledge is", () => {
    const text = [
      "1 cluster, 1 node group behind the newest release.",
      age,
      head,
      "   `default`  `1.34.7-20260301` (4 months old) · newer: `1.34.9-20260714` (6 days old) · 135 days behind · 3 nodes",
    ];
    expect(listAnswer([aScan()], start)).toEqual({
      text: text.join("\n"),
      blocks: [
        {
          type: "section",
          text: {
            type: "mrkdwn",
            text: ["*1 cluster, 1 node group behind the newest release.*", ...text.slice(1)].join("\n"),
            verbatim: true,
          },
        },
      ],
    });
  });

  it.each<[string, readonly ListedCluster[], string[]]>([
    [
      "what is up to date, and what is not ACTIVE",
      [listed(aGroup({ standing: "newest", current: newest, status: "DEGRADED" }))],
      [
        "1 cluster, no newer release found.",
        age,
        head,
        "   `default`  `1.34.9-20260714` (6 days old) · newest · 3 nodes · DEGRADED",
      ],
    ],
    [
      "a cluster that could not be looked at",
      [aScan({ name: "orders", problem: denied })],
      [
        "1 cluster, no newer release found.",
        age,
        "*orders*  prod · us-west-2",
        "   :warning: Could not describe cluster orders: AccessDeniedException (denied). Allow eks:DescribeCluster.",
      ],
    ],
    [
      "a region that could not be listed",
      [aScan({ name: "eu-west-1", region: "", problem: denied })],
      [
        "No cluster could be listed.",
        age,
        "*eu-west-1*  prod",
        "   :warning: Could not describe cluster orders: AccessDeniedException (denied). Allow eks:DescribeCluster.",
      ],
    ],
    [
      "a cluster that nobody has looked at yet",
      [{ environment: "prod", name: "lab", region: "eu-west-1" }],
      [
        "1 cluster, no newer release found.",
        "Not looked at yet: `/eks-upgrade check` looks now.",
        "*lab*  prod · eu-west-1",
        "   Not looked at yet: `/eks-upgrade check lab` looks now.",
      ],
    ],
    [
      "a cluster without node groups",
      [listed()],
      ["1 cluster, no newer release found.", age, head, "   No node groups."],
    ],
    ["no cluster", [], ["No cluster to show: fleet.yaml names none that you may see."]],
  ])("shows %s", (_, clusters, lines) => {
    expect(linesOf(clusters)).toEqual(lines);
  });

  it.each<[string, ScannedGroup, string]>([
    [
      "how many releases it is behind",
      aGroup({ releasesBehind: 3 }),
      "· 135 days behind (3 releases) · 3 nodes",
    ],
    [
      "a release whose day nobody tells",
      alone({ current: { release: "1.50.0" }, newest: { release: "1.52.0" } }),
      "`default`  `1.50.0` · newer: `1.52.0` · 3 nodes",
    ],
    [
      "a release that AWS took back",
      aGroup({ standing: "withdrawn", current: newest, newest: { release: "1.34.8-20260601" } }),
      "`1.34.9-20260714` (6 days old) · AWS now lists `1.34.8-20260601` · :warning: AWS took back this release · 3 nodes",
    ],
    [
      "that the newest was taken back",
      aGroup({ standing: "newest", current: newest, takenBack: "1.34.9-20260718" }),
      "· newest · :warning: AWS took back 1.34.9-20260718, which was newer · 3 nodes",
    ],
    [
      "a family that ended",
      aGroup({ amiType: "AL2_x86_64", standing: "newest", current: newest }),
      "· newest · :warning: Amazon Linux 2 gets no AMIs any more · 3 nodes",
    ],
    [
      "a kubelet that lags",
      aGroup({ kubelet: "1.31" }),
      "· :warning: kubelet 1.31 is 3 versions behind the control plane, the most that Kubernetes allows · 3 nodes",
    ],
    [
      "a custom AMI of a managed group, by its age",
      alone({
        standing: "custom",
        amiType: "CUSTOM",
        current: { release: "ami-0123", publishedAt: start - 90 * day },
      }),
      "`default`  `ami-0123` (2 months old) · custom image: its launch template names it · 3 nodes",
    ],
    [
      "a custom AMI of a self-managed one",
      alone({ ...own(), standing: "custom", current: { release: "ami-golden" } }),
      "`workers` (self-managed)  `ami-golden` · custom image: name the next one with --ami · 3 nodes",
    ],
    [
      "that there is nothing to compare with",
      alone({ standing: "unknown" }),
      "· no release known to compare with · 3 nodes",
    ],
    [
      "that some nodes run something newer",
      own({ mixed: 1 }),
      "`workers` (self-managed)  `1.34.7-20260301` (4 months old) on 1 of 3 · newer",
    ],
    [
      "that there are no nodes",
      alone({ ...own(), nodes: 0, version: "", current: { release: "" } }),
      "`workers` (self-managed) · no nodes",
    ],
  ])("tells %s", (_, group, words) => {
    expect(linesOf([listed(group)]).at(-1)).toContain(words);
  });

  const trouble = {
    code: "ECONNREFUSED",
    what: "Could not list the nodes (ECONNREFUSED)",
    next: "Check the way.",
  };
  const why = {
    code: "KarpenterNodes",
    what: "2 Karpenter nodes are left alone",
    next: "Change the AMI alias.",
  };
  it.each<[string, Partial<ClusterFound>, string[]]>([
    [
      "nodes of others, and what to do instead",
      { groups: [], leftAlone: [{ kind: "karpenter", count: 2, why }] },
      [
        "   No node groups.",
        "   :information_source: 2 Karpenter nodes are left alone. Change the AMI alias.",
      ],
    ],
    [
      "that nodes could not be looked at",
      { groups: [], unseen: trouble },
      [
        "   No managed node groups.",
        "   :warning: Self-managed node groups were not looked for. Could not list the nodes (ECONNREFUSED). Check the way.",
      ],
    ],
  ])("tells of %s", (_, found, lines) => {
    expect(linesOf([aScan({ found: aFound(found) })]).slice(3)).toEqual(lines);
  });

  it.each<[string, Partial<ClusterFound>, string]>([
    [
      "standard support",
      {
        support: {
          status: "STANDARD_SUPPORT",
          endOfStandard: start + 40 * day,
          endOfExtended: start + 400 * day,
        },
      },
      "standard support until 29 Aug 2026 (in 40 days)",
    ],
    [
      "extended support",
      {
        support: { status: "EXTENDED_SUPPORT", endOfStandard: start - 40 * day, endOfExtended: start + day },
      },
      "extended support until 21 Jul 2026 (in 1 day)",
    ],
    [
      "support that is over",
      { support: { status: "UNSUPPORTED", endOfExtended: start - 10 * day } },
      "extended support ended 10 Jul 2026 (10 days ago)",
    ],
    ["a cluster that is changed now", { status: "UPDATING" }, "UPDATING"],
  ])("says how it stands with %s", (_, found, words) => {
    expect(linesOf([aScan({ found: aFound(found) })])[2]).toBe(`${head} · ${words}`);
  });

  it.each([
    ["just now", scannedAt + 10_000, "As of just now;"],
    ["hours ago", scannedAt + 3 * hour, "As of 3 h ago;"],
    ["days ago", scannedAt + 5 * day, "As of 5 days ago;"],
  ])("of a scan %s says so", (_, now, words) => {
    expect(linesOf([aScan()], now)[1]).toContain(words);
  });

  it("tells the age of a cluster that was looked at long before the others", () => {
    const clusters = [aScan(), aScan({ name: "old", scannedAt: scannedAt - 3 * day })];
    const lines = linesOf(clusters, scannedAt + minute);
    expect(lines[1]).toContain("As of 1 min ago;");
    expect(lines.find((line) => line.startsWith("*old*"))).toBe(
      "*old*  prod · us-west-2 · Kubernetes 1.34 · as of 3 days ago",
    );
  });

  it("of a large fleet says how to narrow it down", () => {
    const { blocks } = listAnswer(
      Array.from({ length: 200 }, () => aScan()),
      start,
    );
    expect(JSON.stringify(blocks.at(-1))).toContain("Narrow it down: `/eks-upgrade list &lt;cluster&gt;`");
  });

  it("keeps Slack's limits, and calls nobody", () => {
    const evil = "<!channel> <@U0EVIL> `x` \u202e".repeat(10);
    const problem = { code: "X", what: evil, next: evil };
    const group = aGroup({ name: evil, current: { release: evil }, status: evil, kubelet: evil });
    const found = aFound({
      version: evil,
      status: evil,
      groups: [group],
      leftAlone: [{ kind: "karpenter", count: 1, why: problem }],
    });
    const answer = listAnswer(
      Array.from({ length: 100 }, () =>
        aScan({ name: evil, environment: evil, region: evil, found, problem }),
      ),
      start,
    );
    expect(violations(answer)).toEqual([]);
    expect(JSON.stringify(answer)).not.toMatch(/<!channel>|<@U0EVIL>|\u202e/);
  });
});
