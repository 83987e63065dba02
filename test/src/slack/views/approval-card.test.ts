import type { KnownBlock } from "@slack/types";
import { describe, expect, it } from "vitest";
import { titleOf } from "../../../../src/core/plan.js";
import type { Run } from "../../../../src/core/run.js";
import {
  againAction,
  againValue,
  approvalCard,
  approvalValue,
  approveAction,
  parseAgainValue,
  parseApprovalValue,
} from "../../../../src/slack/views/approval-card.js";
import { breakGlassAction } from "../../../../src/slack/views/break-glass.js";
import { cancelAction } from "../../../../src/slack/views/control.js";
import { rejectAction } from "../../../../src/slack/views/reject.js";
import { aPlan, aRun, aStep, someProgress, start } from "../../../builders.js";
import { aRollProgress } from "../../../rolls.js";

const mrkdwn = (text: string): KnownBlock => ({
  type: "section",
  text: { type: "mrkdwn", text, verbatim: true },
});
const context = (text: string): KnownBlock => ({
  type: "context",
  elements: [{ type: "mrkdwn", text, verbatim: true }],
});

const facts = mrkdwn(
  [
    "*Node group* `default` of `eks-workshop` in prod (us-west-2)",
    "*From* `1.34.7-20260301` (4 months old)",
    "*To* `1.34.9-20260714` (6 days old)",
    "Kubernetes 1.34, unchanged · AL2023_x86_64_STANDARD",
    "3 nodes in 3 zones (us-west-2a, us-west-2b, us-west-2c) · 1 node at a time",
  ].join("\n"),
);
const outlook = [
  mrkdwn(
    [
      "*What EKS will do*",
      "1. *Setup*: a new launch template version with the new AMI.",
      "2. *Scale up*: adds up to 6 nodes on the new release, until each zone has a Ready one; then the old nodes take no new pods.",
      "3. *Upgrade*: drains 1 old node at a time, respecting disruption budgets, waits 60 s, terminates. A pod that cannot be evicted for 15 minutes makes the update fail.",
      "4. *Scale down*: gives the extra nodes back, to 3 nodes.",
    ].join("\n"),
  ),
  mrkdwn(
    ":warning: *Point of no return:* once EKS has begun, the update cannot be cancelled or rolled back. If it fails, the group may be left with old and new nodes; starting again continues from there.",
  ),
];
const buttons: KnownBlock = {
  type: "actions",
  block_id: "approval-calm-heron-42|c0ffee00",
  elements: [
    {
      type: "button",
      action_id: approveAction,
      style: "primary",
      text: { type: "plain_text", text: "Approve upgrade" },
      value: "calm-heron-42|c0ffee00",
    },
    {
      type: "button",
      action_id: rejectAction,
      style: "danger",
      text: { type: "plain_text", text: "Reject" },
      value: "calm-heron-42|c0ffee00",
    },
  ],
};
const askedAt = "<!date^1784538000^{date_short_pretty} {time}|2026-07-20 09:00 UTC>";
const expires = "<!date^1784624400^{date_short_pretty} {time}|2026-07-21 09:00 UTC>";
const decided = "<!date^1784541600^{date_short_pretty} {time}|2026-07-20 10:00 UTC>";
const asking = context(`Asked by <@U0OPERATOR> ${askedAt}  ·  Expires ${expires}  ·  Run \`calm-heron-42\``);
const asked = context(`Asked by <@U0OPERATOR> ${askedAt}  ·  Run \`calm-heron-42\``);
const summary = "eks-workshop/default, 1.34.7-20260301 → 1.34.9-20260714, 3 nodes";

it("asks the approvers, with the whole plan and two buttons", () => {
  expect(approvalCard(aRun())).toEqual({
    text: `Approval needed: upgrade eks-workshop/default in prod, 1.34.7-20260301 → 1.34.9-20260714, 3 nodes.\nFor <!subteam^S0APPROVERS>. Asked by <@U0OPERATOR>, expires ${expires}.`,
    blocks: [
      mrkdwn(
        "*Approval needed: upgrade eks-workshop/default*\n<!subteam^S0APPROVERS>: please read the plan and decide.",
      ),
      facts,
      ...outlook,
      buttons,
      asking,
    ],
  });
});

it("says what changed, and asks again", () => {
  const run = aRun({
    planChanges: ["to release 1.34.8-20260601 → 1.34.9-20260714", "1 → 2 nodes at a time"],
  });
  const changes =
    "*The plan changed since it was asked for:*\n• to release 1.34.8-20260601 → 1.34.9-20260714\n• 1 → 2 nodes at a time";
  expect(approvalCard(run)).toEqual({
    text: `Please approve again: upgrade eks-workshop/default in prod, 1.34.7-20260301 → 1.34.9-20260714, 3 nodes.\n${changes}\nFor <!subteam^S0APPROVERS>. Asked by <@U0OPERATOR>, expires ${expires}.`,
    blocks: [
      mrkdwn(
        "*Please approve again: upgrade eks-workshop/default*\n<!subteam^S0APPROVERS>: please read the plan and decide.",
      ),
      mrkdwn(changes),
      facts,
      ...outlook,
      buttons,
      asking,
    ],
  });
});

const again = "To ask again: `/eks-upgrade start eks-workshop/default`";

describe("once decided, says the outcome and has nothing to press", () => {
  it.each<[string, Partial<Run>, string]>([
    [
      "approved",
      { state: "running", approvals: [{ by: "U0APPROVER", at: start }] },
      `:white_check_mark: Approved by <@U0APPROVER> ${decided}.`,
    ],
    [
      "approved by two",
      {
        state: "succeeded",
        approvals: [
          { by: "U0APPROVER", at: start },
          { by: "U0SECOND", at: start },
        ],
      },
      `:white_check_mark: Approved by <@U0APPROVER> and <@U0SECOND> ${decided}.`,
    ],
    [
      "approved by a deputy",
      { state: "running", approvals: [{ by: "U0APPROVER", at: start, deputyOf: "U0CHIEF" }] },
      `:white_check_mark: Approved by <@U0APPROVER> (deputy of <@U0CHIEF>) ${decided}.`,
    ],
    [
      "that nobody had to approve",
      { state: "running", approvalsRequired: 0 },
      ":white_check_mark: No approval was needed.",
    ],
    [
      "whose glass was broken",
      { state: "running", breakGlass: { by: "U0CHIEF", at: start, reason: "CVE <!channel>" } },
      ":rotating_light: *Started without approval* by <@U0CHIEF>: CVE &lt;!channel&gt;",
    ],
    [
      "whose glass was broken with one of two approvals",
      {
        ...{ state: "running", breakGlass: { by: "U0CHIEF", at: start, reason: "CVE" } },
        ...{ approvalsRequired: 2, approvals: [{ by: "U0APPROVER", at: start }] },
      },
      ":rotating_light: *Started without approval* by <@U0CHIEF>: CVE\nApproved before by <@U0APPROVER>.",
    ],
    [
      "whose glass was broken for its hours alone",
      {
        ...{ state: "running", breakGlass: { by: "U0CHIEF", at: start, reason: "CVE" } },
        approvals: [{ by: "U0APPROVER", at: start }],
      },
      ":rotating_light: *Started before its hour* by <@U0CHIEF>: CVE\nApproved before by <@U0APPROVER>.",
    ],
    [
      "whose glass was broken where nobody had to approve",
      {
        ...{ state: "running", breakGlass: { by: "U0CHIEF", at: start, reason: "CVE" } },
        approvalsRequired: 0,
      },
      ":rotating_light: *Started before its hour* by <@U0CHIEF>: CVE",
    ],
    [
      "called off in the middle",
      {
        ...{ state: "cancelled", cancelledBy: "U0OPERATOR", endedAt: start },
        steps: [aRollProgress()],
      },
      `:no_entry_sign: Called off by <@U0OPERATOR> ${decided}.`,
    ],
  ])("%s", (_, over, outcome) => {
    expect(approvalCard(aRun({ decidedAt: start, ...over }))).toEqual({
      text: `Upgrade ${summary}.\n${outcome}\nAsked by <@U0OPERATOR> ${askedAt}`,
      blocks: [mrkdwn(`*Upgrade eks-workshop/default*\n${outcome}`), facts, asked],
    });
  });
});

describe("what came to nothing can be asked for again", () => {
  it.each<[string, Partial<Run>, string]>([
    ["expired", { state: "expired" }, `:hourglass: Expired ${decided}: not decided in time. ${again}`],
    [
      "expired with one of two approvals",
      { state: "expired", approvalsRequired: 2, approvals: [{ by: "U0APPROVER", at: start }] },
      `:hourglass: Expired ${decided}: not decided in time. ${again}\nIt had 1 of 2 approvals: <@U0APPROVER>.`,
    ],
    [
      "rejected",
      { state: "rejected", rejectedBy: "U0APPROVER", rejectedBecause: "not <@U0EVIL> on a Friday" },
      `:no_entry: Rejected by <@U0APPROVER> ${decided}.\n*Why it was rejected:* not &lt;@U0EVIL&gt; on a Friday`,
    ],
    [
      "rejected at an older bot, without a reason",
      { state: "rejected", rejectedBy: "U0APPROVER" },
      `:no_entry: Rejected by <@U0APPROVER> ${decided}.`,
    ],
    [
      "called off before anything was begun",
      { state: "cancelled", cancelledBy: "U0OPERATOR", endedAt: start },
      `:no_entry_sign: Called off by <@U0OPERATOR> ${decided}.`,
    ],
    [
      "called off when EKS was to be asked, and had begun nothing",
      {
        ...{ state: "cancelled", cancelledBy: "U0OPERATOR", endedAt: start },
        steps: [someProgress(["failed"])],
      },
      `:no_entry_sign: Called off by <@U0OPERATOR> ${decided}.`,
    ],
  ])("%s", (_, over, outcome) => {
    expect(approvalCard(aRun({ decidedAt: start, ...over }))).toEqual({
      text: `Upgrade ${summary}.\n${outcome}\nAsked by <@U0OPERATOR> ${askedAt}`,
      blocks: [
        mrkdwn(`*Upgrade eks-workshop/default*\n${outcome}`),
        facts,
        {
          type: "actions",
          block_id: "again-calm-heron-42",
          elements: [
            {
              type: "button",
              action_id: againAction,
              text: { type: "plain_text", text: "Request again" },
              value: "calm-heron-42",
            },
          ],
        },
        asked,
      ],
    });
  });
});

it("that begins later says who approved it and when it starts, and can be called off", () => {
  const startAt = Date.UTC(2026, 6, 21, 8);
  const approvals = [{ by: "U0APPROVER", at: start }];
  const run = aRun({ state: "scheduled", approvals, decidedAt: start, startAt });
  const { text, blocks } = approvalCard(run);
  expect(text).toContain(`:calendar: Approved by <@U0APPROVER> ${decided}.`);
  expect(text).toContain("Starts <!date^1784620800^{date_short_pretty} {time}|2026-07-21 08:00 UTC>");
  expect(blocks.find(({ type }) => type === "actions")).toMatchObject({
    elements: [{ action_id: cancelAction, value: "calm-heron-42", text: { text: "Cancel" } }],
  });
});

it.each<[string, Partial<Run>, string[]]>([
  ["two buttons where nobody may do without approval", {}, [approveAction, rejectAction]],
  ["a third where somebody may", { mayBreakGlass: true }, [approveAction, rejectAction, breakGlassAction]],
])("has %s", (_, over, actions) => {
  const block = approvalCard(aRun(over)).blocks.find(({ type }) => type === "actions");
  expect(block).toMatchObject({ elements: actions.map((action_id) => ({ action_id })) });
});

describe("the reason", () => {
  const reason = "CVE-2026-1234 <!channel>\nplease";
  const said = "*Why:* CVE-2026-1234 &lt;!channel&gt; please";
  const decidedOver = { state: "rejected", rejectedBy: "U0APPROVER", decidedAt: start } as const;

  it.each<[string, Run]>([
    ["for approval", aRun({ reason })],
    ["once decided", aRun({ reason, ...decidedOver })],
  ])("stands on the card, in its text too: %s", (_, run) => {
    const { text, blocks } = approvalCard(run);
    expect(text.split("\n")).toContain(said);
    expect(JSON.stringify(blocks[0])).toContain(said);
  });

  it.each([
    ["none was given", aRun()],
    ["there is nothing to see in it", aRun({ reason: " \u202e\n" })],
  ])("is not asked for in vain: %s", (_, run) => {
    expect(textsOf(run)).not.toContain("Why:");
  });

  it("is cut where it is far too long", () => {
    const line = approvalCard(aRun({ reason: "<".repeat(4_000) })).text.split("\n")[1];
    expect(line?.length).toBeLessThan(620);
    expect(line).toMatch(/^\*Why:\* (&lt;)+…$/);
  });
});

const textsOf = (run: Run) => JSON.stringify(approvalCard(run).blocks);

it("cannot be approved with something in the way, only rejected", () => {
  const blockers = [
    { code: "X", what: "Node group default is DEGRADED", next: "Resolve its health issues first." },
  ];
  const { blocks } = approvalCard(aRun({ plan: aPlan({ blockers }) }));
  expect(blocks).toContainEqual(
    mrkdwn("*In the way*\n• Node group default is DEGRADED. Resolve its health issues first."),
  );
  expect(blocks.find((block) => block.type === "actions")).toMatchObject({
    elements: [{ action_id: rejectAction }],
  });
});

it.each<[string, Run, string]>([
  [
    "how many approvals are missing",
    aRun({ approvalsRequired: 2 }),
    "0 of 2 approvals. Still needed: 2 more.",
  ],
  [
    "who has approved so far, in whose place, and from which groups somebody lacks",
    aRun({
      approvalsRequired: 3,
      oneFromEach: ["S0SRE", "S0DBA"],
      approvals: [
        { by: "U0A", at: start, groups: ["S0DBA"] },
        { by: "U0B", at: start, deputyOf: "U0C" },
      ],
    }),
    "2 of 3 approvals: <@U0A> and <@U0B> (deputy of <@U0C>). Still needed: 1 more, one of <!subteam^S0SRE>.",
  ],
  [
    "of which group the one has to be",
    aRun({ oneFromEach: ["S0SRE"] }),
    "0 of 1 approval. Still needed: 1 more, one of <!subteam^S0SRE>.",
  ],
  [
    "when it would start, asked for outside the hours",
    aRun({ startAt: start }),
    ":calendar: Once approved, it starts <!date^1784541600^{date_short_pretty} {time}|2026-07-20 10:00 UTC>.",
  ],
  [
    "that pods are deleted under force",
    aRun({ plan: aPlan({ steps: [aStep({ force: true })] }) }),
    "*Force:* pods that cannot be evicted are deleted, whatever their budgets say.",
  ],
  [
    "that the customer's launch template stays",
    aRun({ plan: aPlan({ steps: [aStep({ launchTemplate: { id: "lt-1", name: "ours", version: "7" } })] }) }),
    "Launch template `ours` stays at version 7",
  ],
  [
    "which legs MINIMAL leaves out",
    aRun({ plan: aPlan({ steps: [aStep({ updateConfig: { maxUnavailable: 2, strategy: "MINIMAL" } })] }) }),
    "2. *Scale up*: skipped.",
  ],
  [
    "a Kubernetes version that changes",
    aRun({
      plan: aPlan({
        steps: [aStep({ to: { version: "1.35", release: "1.35.6-20260714", image: "ami-1" } })],
      }),
    }),
    "Kubernetes 1.34 → 1.35",
  ],
  [
    "the command with what was wished, when it expired",
    aRun({ state: "expired", plan: aPlan({ wish: { version: "1.35" } }) }),
    "`/eks-upgrade start eks-workshop/default --to 1.35`",
  ],
  [
    "what to know before",
    aRun({
      plan: aPlan({ warnings: [{ code: "X", what: "AL2 is past its end", next: "Make a new group." }] }),
    }),
    "*Worth knowing before*\\n• AL2 is past its end. Make a new group.",
  ],
])("says %s", (_, run, words) => {
  expect(textsOf(run)).toContain(words);
});

describe("a button's value", () => {
  it("comes back as the run and the plan that the reader saw", () => {
    expect(parseApprovalValue(approvalValue(aRun()))).toEqual({
      runId: "calm-heron-42",
      planHash: "c0ffee00",
    });
  });

  it("changes with the plan, and so does the block that holds it", () => {
    const [one, two] = ["aaaa", "bbbb"].map((hash) => textsOf(aRun({ plan: aPlan({ hash }) })));
    expect(one).toContain("approval-calm-heron-42|aaaa");
    expect(two).toContain("approval-calm-heron-42|bbbb");
  });

  it.each([
    ["nothing", ""],
    ["no hash", "calm-heron-42|"],
    ["no run", "|c0ffee00"],
    ["another form", '{"run":"calm-heron-42"}'],
    ["more behind it", "calm-heron-42|c0ffee00|x"],
    ["a line break", "calm-heron-42|c0ffee00\n"],
    ["a path", "../../x|c0ffee00"],
    ["far too much", `calm-heron-42|${"a".repeat(201)}`],
  ])("is not understood when it is %s", (_, text) => {
    expect(parseApprovalValue(text)).toBeUndefined();
  });
});

it.each<[string, string, string | undefined]>([
  ["comes back as the run", againValue(aRun()), "calm-heron-42"],
  ["is not understood when it is nothing", "", undefined],
  ["is not understood when it is something else", "calm-heron-42|1", undefined],
  ["is not understood with a line break", "calm-heron-42\n", undefined],
])("the value of *Request again* %s", (_, text, expected) => {
  expect(parseAgainValue(text)).toBe(expected);
});

it("names the cluster alone for a plan of several groups", () => {
  const plan = aPlan({ steps: [aStep(), aStep({ nodeGroup: "gpu" })] });
  expect(titleOf(plan)).toBe("eks-workshop");
  expect(approvalCard(aRun({ plan })).text).toContain(
    "upgrade eks-workshop in prod, 2 node groups, 6 nodes.",
  );
});
