import type { KnownBlock, PlanBlock, RichTextBlock } from "@slack/types";
import { describe, expect, it } from "vitest";
import { minute } from "../../../../src/core/instant.js";
import type { DrainBlocker, Run } from "../../../../src/core/run.js";
import { liveView } from "../../../../src/slack/views/live.js";
import {
  aBlocker,
  aNode,
  aPlan,
  aRunningRun,
  aStep,
  aTroubleSince,
  newNodes,
  oldNodes,
  someProgress,
  start,
} from "../../../builders.js";

const mrkdwn = (text: string): KnownBlock => ({
  type: "section",
  text: { type: "mrkdwn", text, verbatim: true },
});
const context = (text: string): KnownBlock => ({
  type: "context",
  elements: [{ type: "mrkdwn", text, verbatim: true }],
});
const output = (text: string): RichTextBlock => ({
  type: "rich_text",
  elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }],
});
const details = (...lines: string[]): RichTextBlock => ({
  type: "rich_text",
  elements: [
    {
      type: "rich_text_list",
      style: "bullet",
      elements: lines.map((text) => ({ type: "rich_text_section", elements: [{ type: "text", text }] })),
    },
  ],
});

const draining = aNode({ state: "draining", podsLeft: 3, since: start + 12 * minute });
const upgradeNodes = {
  ...oldNodes({ state: "unschedulable" }),
  "ip-10-0-1-7.us-west-2.compute.internal": draining,
  "ip-10-0-2-7.us-west-2.compute.internal": aNode({ state: "gone", zone: "us-west-2b" }),
  ...newNodes(6),
};
const upgrading = aRunningRun({
  steps: [someProgress(["done", "done", "active"], { nodes: upgradeNodes })],
  wait: { for: "old nodes to be drained and replaced", until: start + 15 * minute },
});
const denied = {
  code: "AccessDenied",
  what: "Could not start the update of eks-workshop/default (AccessDenied)",
  next: "Allow eks:UpdateNodegroupVersion.",
};
const blocked: Run = {
  ...upgrading,
  trouble: denied,
  troubles: [aTroubleSince({ id: "refusal", problem: denied, since: start + 6 * minute, called: true })],
};
const failed: Run = {
  ...upgrading,
  state: "failed",
  steps: [someProgress(["done", "done", "failed"], { nodes: upgradeNodes })],
  failure: {
    code: "PodEvictionFailure",
    what: "EKS could not evict every pod, and gave up",
    next: "Make room for it.",
  },
  endedAt: start + 28 * minute,
};
const succeeded = aRunningRun({
  state: "succeeded",
  steps: [
    someProgress(["done", "done", "done", "done"], {
      nodes: { ...oldNodes({ state: "gone" }), ...newNodes(3) },
    }),
  ],
  endedAt: start + 28 * minute,
});

const plain = (text: string) => ({ type: "plain_text" as const, text });
const retryBlock = (value: string, force?: "force"): KnownBlock => ({
  type: "actions",
  block_id: `retry-${value}`,
  elements: [
    {
      type: "button",
      action_id: "eks-upgrade:retry",
      text: plain("Retry"),
      value,
      confirm: {
        title: plain("Try this upgrade once more?"),
        text: plain(
          "EKS gets the same plan again, as a new attempt. Nodes already replaced are spared. Once EKS has begun, it cannot be cancelled.",
        ),
        confirm: plain("Retry"),
        deny: plain("Go back"),
      },
    },
    ...(force
      ? [
          {
            type: "button" as const,
            action_id: "eks-upgrade:retry-force",
            style: "danger" as const,
            text: plain("Retry with force"),
            value,
            confirm: {
              title: plain("Ask for a retry with force?"),
              text: plain(
                "Pods that cannot be evicted are deleted, whatever their budgets say. This makes its own plan, and nothing happens before that is approved.",
              ),
              confirm: plain("Ask for approval"),
              deny: plain("Go back"),
              style: "danger" as const,
            },
          },
        ]
      : []),
  ],
});

const title = "*Upgrade eks-workshop/default*  1.34.7-20260301 → 1.34.9-20260714, 3 nodes";
const people = "Asked by <@U0OPERATOR>, approved by <@U0APPROVER>  ·  Run `calm-heron-42`";
const lastLook = (time: string, at: number) =>
  context(`${people}  ·  Last look <!date^${at}^{time}|2026-07-20 ${time} UTC>`);

const drainLine = "ip-10-0-1-7.us-west-2.compute.internal (us-west-2a) draining for 2 min, 3 pods left";
const upgradePlan: PlanBlock = {
  type: "plan",
  title: "Upgrade eks-workshop/default",
  tasks: [
    { type: "task_card", task_id: "0-setup", title: "Setup", status: "complete", output: output("5 min") },
    {
      type: "task_card",
      task_id: "0-scale-up",
      title: "Scale up",
      status: "complete",
      output: output("5 min"),
    },
    {
      type: "task_card",
      task_id: "0-upgrade",
      title: "Upgrade · 1 of 3 old nodes gone",
      status: "in_progress",
      details: details(drainLine),
    },
    { type: "task_card", task_id: "0-scale-down", title: "Scale down", status: "pending" },
  ],
};

describe("the live message", () => {
  const now = start + 14 * minute + 30_000;

  it("shows a run under way, whole", () => {
    expect(liveView(upgrading, now, { plan: true })).toEqual({
      text: [
        "eks-workshop/default: 1.34.7-20260301 → 1.34.9-20260714, 3 nodes. Running: upgrade, 53 %, about 14 min left.",
        "New nodes ready: 3 of 3 (and 3 extra for the move)  ·  Old nodes left: 2 of 3",
        "Waiting for old nodes to be drained and replaced.",
        "Asked by <@U0OPERATOR>, approved by <@U0APPROVER>",
      ].join("\n"),
      blocks: [
        mrkdwn(
          `${title}\nRunning: upgrade, 53 %  ·  about 14 min left\n\`███████████░░░░░░░░░\`\nNew nodes ready: 3 of 3 (and 3 extra for the move)  ·  Old nodes left: 2 of 3`,
        ),
        upgradePlan,
        mrkdwn("Waiting for old nodes to be drained and replaced."),
        lastLook("10:14", 1784542440),
      ],
    });
  });

  it("says the same in classic blocks", () => {
    const { blocks, text } = liveView(upgrading, now, { plan: false });
    expect(text).toBe(liveView(upgrading, now, { plan: true }).text);
    expect(blocks[1]).toEqual(
      mrkdwn(
        [
          "Setup: :white_check_mark: done (5 min)",
          "Scale up: :white_check_mark: done (5 min)",
          "Upgrade · 1 of 3 old nodes gone: :large_blue_circle: under way",
          `      • ${drainLine}`,
          "Scale down: :white_circle: to do",
        ].join("\n"),
      ),
    );
  });

  it("names what stands in the way, and makes no promise of time", () => {
    const { text, blocks } = liveView(blocked, now, { plan: true });
    const words =
      ":warning: *In the way since <!date^1784541960^{time}|2026-07-20 10:06 UTC>, for 8 min:* Could not start the update of eks-workshop/default (AccessDenied). Allow eks:UpdateNodegroupVersion. Nothing has begun. It goes on once this is over; to call it off: `/eks-upgrade cancel calm-heron-42`";
    expect(text).toContain(":warning: Blocked: upgrade, 53 %.\n");
    expect(text).toContain(words);
    expect(blocks).toContainEqual(mrkdwn(words));
    expect(text).not.toContain("left.");
  });

  const twelve = "<!date^1784542320^{time}|2026-07-20 10:12 UTC>";
  const underWay = upgrading.steps.map((step) => ({ ...step, updateId: "upd-1" }));
  it.each<[string, Partial<Run>, string, string]>([
    [
      "trouble that may pass is no blockage",
      { troubles: [aTroubleSince()] },
      "Running: upgrade",
      "Last look <!date^1784542440",
    ],
    [
      "trouble that lasts before EKS begins is one",
      { troubles: [aTroubleSince({ called: true })] },
      ":warning: Blocked: upgrade",
      "Last look <!date^1784542440",
    ],
    [
      "once EKS has begun, nothing of ours blocks it",
      { troubles: [aTroubleSince({ called: true })], steps: underWay },
      ":warning: Running: upgrade",
      "Last look <!date^1784542440",
    ],
    [
      "what nobody sees any more is not told as new",
      { troubles: [aTroubleSince({ called: true, cutShort: true })], steps: underWay },
      `:warning: Running, unseen since ${twelve}: upgrade`,
      `As seen before ${twelve}`,
    ],
  ])("%s", (_rule, over, head, look) => {
    const { text, blocks } = liveView({ ...upgrading, ...over }, now, { plan: true });
    expect(text).toContain(`${head}, 53 %`);
    expect(JSON.stringify(blocks.at(-1))).toContain(look);
  });

  it("ends with failure, whole", () => {
    const happened = "*What happened:* EKS could not evict every pod, and gave up. Make room for it.";
    const counts = "New nodes ready: 3 of 3 (and 3 extra for the move)  ·  Old nodes left: 2 of 3";
    expect(liveView(failed, start + 40 * minute, { plan: true })).toEqual({
      text: `eks-workshop/default: 1.34.7-20260301 → 1.34.9-20260714, 3 nodes. :x: Failed after 28 min.\n${counts}\n${happened}\nAsked by <@U0OPERATOR>, approved by <@U0APPROVER>`,
      blocks: [
        mrkdwn(`${title}\n:x: Failed after 28 min\n\`███████████░░░░░░░░░\`\n${counts}`),
        {
          type: "plan",
          title: "Upgrade eks-workshop/default",
          tasks: [
            {
              type: "task_card",
              task_id: "0-setup",
              title: "Setup",
              status: "complete",
              output: output("5 min"),
            },
            {
              type: "task_card",
              task_id: "0-scale-up",
              title: "Scale up",
              status: "complete",
              output: output("5 min"),
            },
            {
              type: "task_card",
              task_id: "0-upgrade",
              title: "Upgrade · 1 of 3 old nodes gone",
              status: "error",
              output: output("EKS could not evict every pod, and gave up"),
            },
            { type: "task_card", task_id: "0-scale-down", title: "Scale down", status: "pending" },
          ],
        },
        mrkdwn(happened),
        retryBlock("calm-heron-42|1", "force"),
        context(`${people}  ·  Ended <!date^1784543280^{time}|2026-07-20 10:28 UTC>`),
      ],
    });
  });

  it("ends with success, whole", () => {
    const counts = "New nodes ready: 3 of 3  ·  Old nodes left: 0 of 3";
    expect(liveView(succeeded, start + 40 * minute, { plan: true })).toEqual({
      text: `eks-workshop/default: 1.34.7-20260301 → 1.34.9-20260714, 3 nodes. :white_check_mark: Done in 28 min.\n${counts}\nAsked by <@U0OPERATOR>, approved by <@U0APPROVER>`,
      blocks: [
        mrkdwn(`${title}\n:white_check_mark: Done in 28 min\n\`████████████████████\`\n${counts}`),
        {
          type: "plan",
          title: "Upgrade eks-workshop/default",
          tasks: [
            {
              type: "task_card",
              task_id: "0-setup",
              title: "Setup",
              status: "complete",
              output: output("5 min"),
            },
            {
              type: "task_card",
              task_id: "0-scale-up",
              title: "Scale up",
              status: "complete",
              output: output("5 min"),
            },
            {
              type: "task_card",
              task_id: "0-upgrade",
              title: "Upgrade · 3 of 3 old nodes gone",
              status: "complete",
              output: output("5 min"),
            },
            {
              type: "task_card",
              task_id: "0-scale-down",
              title: "Scale down",
              status: "complete",
              output: output("5 min"),
            },
          ],
        },
        context(`${people}  ·  Ended <!date^1784543280^{time}|2026-07-20 10:28 UTC>`),
      ],
    });
  });

  it("changes by the minute at most while nothing happens", () => {
    const at = (seconds: number) => liveView(blocked, start + 20 * minute + seconds * 1_000, { plan: true });
    expect(at(59)).toEqual(at(0));
    expect(at(60)).not.toEqual(at(0));
  });

  it("does not change any more when it is over", () => {
    const at = (minutes: number) => liveView(succeeded, start + minutes * minute, { plan: true });
    expect(at(500)).toEqual(at(40));
  });
});

describe("what keeps pods on their nodes", () => {
  const now = start + 14 * minute + 30_000;
  const withBlockers = (blockers: readonly DrainBlocker[], over: Partial<Run> = {}): Run => ({
    ...upgrading,
    steps: [someProgress(["done", "done", "active"], { nodes: upgradeNodes, blockers })],
    ...over,
  });
  const counts = "New nodes ready: 3 of 3 (and 3 extra for the move)  ·  Old nodes left: 2 of 3";
  const words =
    "Pod orders/orders-6d5f7-x2x4z (Deployment orders) cannot leave node ip-10-0-1-7.us-west-2.compute.internal: disruption budget orders needs 2 healthy pods and has 2, so it never lets one go. Scale deployment orders up by one, or loosen budget orders. Waiting does not help.";
  const since = "Since <!date^1784542320^{time}|2026-07-20 10:12 UTC>";
  const givesUp = "EKS gives up at <!date^1784543220^{time}|2026-07-20 10:27 UTC>";

  it("is the first thing it says, whole", () => {
    const said = `:no_entry: *Blocked:* ${words}\n${since} (2 min)  ·  ${givesUp} (in 13 min)`;
    expect(liveView(withBlockers([aBlocker()]), now, { plan: true })).toEqual({
      text: [
        "eks-workshop/default: 1.34.7-20260301 → 1.34.9-20260714, 3 nodes. :warning: Blocked: upgrade, 53 %.",
        said,
        counts,
        "Waiting for old nodes to be drained and replaced.",
        "Asked by <@U0OPERATOR>, approved by <@U0APPROVER>",
      ].join("\n"),
      blocks: [
        mrkdwn(`${title}\n:warning: Blocked: upgrade, 53 %\n\`███████████░░░░░░░░░\`\n${counts}`),
        mrkdwn(said),
        {
          type: "plan",
          title: "Upgrade eks-workshop/default",
          tasks: [
            ...(upgradePlan.tasks ?? []).slice(0, 2),
            {
              type: "task_card",
              task_id: "0-upgrade",
              title: "Upgrade · 1 of 3 old nodes gone",
              status: "in_progress",
              details: details(
                "blocked: orders/orders-6d5f7-x2x4z by budget orders, needs 2 healthy, has 2",
                drainLine,
              ),
            },
            ...(upgradePlan.tasks ?? []).slice(3),
          ],
        },
        mrkdwn("Waiting for old nodes to be drained and replaced."),
        lastLook("10:14", 1784542440),
      ],
    });
  });

  it("is named by the active task in classic blocks too", () => {
    const { blocks } = liveView(withBlockers([aBlocker()]), now, { plan: false });
    expect(JSON.stringify(blocks[2])).toContain(
      "• blocked: orders/orders-6d5f7-x2x4z by budget orders, needs 2 healthy, has 2",
    );
  });

  it.each<[string, Run]>([
    ["when it has cleared", withBlockers([])],
    ["while it may pass by itself", withBlockers([aBlocker({ told: false })])],
  ])("is not there %s", (_, run) => {
    expect(liveView(run, now, { plan: true })).toEqual(liveView(upgrading, now, { plan: true }));
  });

  it.each<[string, DrainBlocker, Partial<Run>, string]>([
    ["a moment ago", aBlocker({ since: now }), {}, "2026-07-20 10:14 UTC>  ·  EKS gives up at"],
    ["and is about to end", aBlocker({ givesUpAt: now + 20_000 }), {}, "(any moment now)"],
    [
      "and will end with deleted pods under force",
      aBlocker(),
      { plan: aPlan({ steps: [aStep({ force: true })] }) },
      "EKS deletes what is left at <!date^1784543220^{time}|2026-07-20 10:27 UTC> (in 13 min)",
    ],
    [
      "by two budgets",
      aBlocker({ reason: "several budgets", budgets: ["orders", "all"] }),
      {},
      "several disruption budgets select it (orders, all), and Kubernetes then refuses every eviction. Delete or narrow all but one of them.",
    ],
    [
      "on many nodes",
      aBlocker({ podCount: 97 }),
      {},
      "and 96 more cannot leave their nodes: disruption budget",
    ],
  ])("is told as it is: blocked %s", (_, blocker, over, said) => {
    expect(liveView(withBlockers([blocker], over), now, { plan: true }).text).toContain(said);
  });

  it("is told in full three times, those first that end first, and the rest is counted", () => {
    const blockers = [40, 30, 20, 10, 50].map((left, index) =>
      aBlocker({ id: `${index}`, namespace: `shop-${left}`, podCount: 2, givesUpAt: now + left * minute }),
    );
    const { text, blocks } = liveView(withBlockers(blockers), now, { plan: true });
    expect([...text.matchAll(/Pod (shop-\d+)/g)].map(([, shop]) => shop)).toEqual([
      "shop-10",
      "shop-20",
      "shop-30",
    ]);
    expect(text).toContain("And 2 more causes that keep 4 pods from leaving: see the thread.");
    expect(JSON.stringify(blocks)).toContain("blocked too: 2 more causes");
  });

  it("is still named when the update failed over it, as what was in the way", () => {
    const run: Run = { ...failed, steps: withBlockers([aBlocker()]).steps };
    const { text } = liveView(run, start + 40 * minute, { plan: true });
    expect(text).toContain(`:x: *In the way at the end:* ${words}`);
    expect(text).not.toContain("EKS gives up at");
  });

  it("is forgotten when the run was called off or has succeeded", () => {
    const { steps } = withBlockers([aBlocker()]);
    for (const run of [
      { ...succeeded, steps },
      { ...succeeded, steps, state: "cancelled" as const },
    ]) {
      expect(liveView(run, now, { plan: true }).text).not.toContain("orders");
    }
  });
});

describe("a run that nobody looks at", () => {
  const lateAt = (minutes: number) => start + 15 * minute + minutes * minute;
  const late =
    ":warning: *No look for 12 min:* the bot's workers seem to be down, and whoever runs the bot must start them. EKS goes on by itself.";

  it("says so above all, promises no time, and does not claim a look", () => {
    const { text, blocks } = liveView(upgrading, lateAt(12), { plan: true });
    expect(text.split("\n").slice(0, 2)).toEqual([
      "eks-workshop/default: 1.34.7-20260301 → 1.34.9-20260714, 3 nodes. :warning: Unseen since <!date^1784542500^{time}|2026-07-20 10:15 UTC>: upgrade, 53 %.",
      late,
    ]);
    expect(text).not.toContain("Waiting for");
    expect(blocks[1]).toEqual(mrkdwn(late));
    expect(blocks.at(-1)).toEqual(
      context(`${people}  ·  A look was due <!date^1784542500^{time}|2026-07-20 10:15 UTC>`),
    );
  });

  it.each<[string, Run, number]>([
    ["while the next look may still come", upgrading, lateAt(10)],
    [
      "when there was a look again",
      { ...upgrading, wait: { for: "old nodes", until: lateAt(12) } },
      lateAt(12),
    ],
    ["when it is over", { ...failed, wait: { for: "old nodes", until: start } }, lateAt(60)],
    [
      "between two looks that follow at once",
      aRunningRun({ steps: [someProgress(["done", "done", "active"])] }),
      lateAt(60),
    ],
    ["just after a retry", aRunningRun({ steps: [someProgress([], { attempt: 2 })] }), lateAt(60)],
  ])("does not say so %s", (_, run, at) => {
    expect(liveView(run, at, { plan: true }).text).not.toContain("No look");
  });

  it("says that nothing was begun, where nothing was", () => {
    const untouched = aRunningRun({ steps: [someProgress()] });
    expect(liveView(untouched, start + 11 * minute, { plan: true }).text).toContain(
      ":warning: *No look for 11 min:* the bot's workers seem to be down, and whoever runs the bot must start them. Nothing was begun yet.",
    );
  });
});

describe("a run that", () => {
  it("was called off shows who did it, and no plan, whole", () => {
    const run = aRunningRun({
      state: "cancelled",
      cancelledBy: "U0OPERATOR",
      endedAt: start + minute,
      steps: [someProgress()],
    });
    expect(liveView(run, start + 40 * minute, { plan: true })).toEqual({
      text: "eks-workshop/default: 1.34.7-20260301 → 1.34.9-20260714, 3 nodes. :no_entry_sign: Called off by <@U0OPERATOR>.\nAsked by <@U0OPERATOR>, approved by <@U0APPROVER>",
      blocks: [
        mrkdwn(`${title}\n:no_entry_sign: Called off by <@U0OPERATOR>`),
        context(`${people}  ·  Ended <!date^1784541660^{time}|2026-07-20 10:01 UTC>`),
      ],
    });
  });

  it("was started outside Slack says for whom it is followed, and who approved it is no question", () => {
    const followed = "Started outside Slack, followed for <@U0OPERATOR>";
    const { text, blocks } = liveView(
      { ...upgrading, adoptedBy: "U0OPERATOR", approvals: [] },
      start + 14 * minute,
      { plan: true },
    );
    expect(text.split("\n").at(-1)).toBe(followed);
    expect(JSON.stringify(blocks.at(-1))).toContain(`${followed}  ·  Run`);
    expect(text).not.toContain("Asked by");
  });

  it("is tried again says which attempt it is", () => {
    const run = { ...upgrading, steps: upgrading.steps.map((step) => ({ ...step, attempt: 2 })) };
    expect(liveView(run, start, { plan: true }).text).toContain("Running: upgrade, 53 % (attempt 2)");
  });
});

describe("who said yes to it", () => {
  const glass = { breakGlass: { by: "U0CHIEF", at: start, reason: "CVE" } };
  const nobody = { approvals: [], approvalsRequired: 0 };
  it.each<[string, Partial<Run>, string]>([
    ["approvers", {}, "approved by <@U0APPROVER>"],
    ["nobody had to", nobody, "no approval needed"],
    [
      "nobody had to, and it was started before its hour",
      { ...nobody, ...glass },
      "no approval needed, started at once by <@U0CHIEF>",
    ],
    [
      "approvers, and it was started before its hour",
      glass,
      "approved by <@U0APPROVER>, started at once by <@U0CHIEF>",
    ],
    ["nobody of those who had to", { approvals: [], ...glass }, "started by <@U0CHIEF> without approval"],
  ])("%s", (_, over, said) => {
    const { text } = liveView(aRunningRun(over), start, { plan: true });
    expect(text.split("\n").at(-1)).toBe(`Asked by <@U0OPERATOR>, ${said}`);
  });
});

describe("after a failure, it", () => {
  const buttonsOf = (run: Run) =>
    liveView(run, start, { plan: true }).blocks.filter(({ type }) => type === "actions");
  const failedWith = (code: string, over: Partial<Run> = {}): Run => ({
    ...failed,
    failure: { code, what: "It failed", next: "Look." },
    ...over,
  });
  const forced = { plan: aPlan({ steps: [aStep({ force: true })] }) };
  const planAgain = "The same plan would fail again. Plan again: `/eks-upgrade plan eks-workshop/default`";

  it.each<[string, Run, KnownBlock[]]>([
    ["offers both retries where pods could not be evicted", failed, [retryBlock("calm-heron-42|1", "force")]],
    [
      "offers no force where it would not help",
      failedWith("NodeCreationFailure"),
      [retryBlock("calm-heron-42|1")],
    ],
    ["offers no force where there was force", { ...failed, ...forced }, [retryBlock("calm-heron-42|1")]],
    ["offers nothing for a plan that is outdated", failedWith("PlanOutdated"), []],
    ["offers nothing for a group whose subnet is gone", failedWith("SubnetNotFound"), []],
    ["offers nothing for a group that has it", failedWith("AlreadyAtTarget"), []],
    ["offers nothing for an update it only followed", { ...failed, adoptedBy: "U0OPERATOR" }, []],
    ["offers nothing while it runs", upgrading, []],
    ["offers nothing when it succeeded", succeeded, []],
    ["offers nothing when it was called off", { ...succeeded, state: "cancelled" }, []],
  ])("%s", (_, run, expected) => {
    expect(buttonsOf(run)).toEqual(expected);
  });

  it("promises no approval of a retry with force where nobody has to approve", () => {
    const blocks = JSON.stringify(buttonsOf({ ...failed, approvalsRequired: 0, approvals: [] }));
    expect(blocks).toContain(
      "This makes its own plan, and begins as soon as locks and hours let it: nobody has to approve it.",
    );
    expect(blocks).not.toMatch(/Ask for/);
  });

  it("names the step and the attempt that failed", () => {
    const steps = [
      someProgress(["done", "done", "done", "done"]),
      someProgress(["done", "failed"], { attempt: 3 }),
      someProgress(),
    ];
    const plan = aPlan({ steps: ["a", "b", "c"].map((nodeGroup) => aStep({ nodeGroup })) });
    expect(buttonsOf({ ...failed, plan, steps })).toEqual([retryBlock("calm-heron-42|3", "force")]);
  });

  it("says to plan again where a retry would not help", () => {
    const { text, blocks } = liveView(failedWith("PlanOutdated"), start, { plan: true });
    expect(text.split("\n")).toContain(planAgain);
    expect(blocks).toContainEqual(mrkdwn(planAgain));
  });
});

describe("its tasks", () => {
  const tasksOf = (run: Run) =>
    liveView(run, start, { plan: true }).blocks.flatMap((block) =>
      block.type === "plan" ? (block.tasks ?? []) : [],
    );

  it("are what each phase is at", () => {
    const rows: [Run["steps"][number], string[]][] = [
      [someProgress(), ["pending", "pending", "pending", "pending"]],
      [someProgress(["active"]), ["in_progress", "pending", "pending", "pending"]],
      [someProgress(["done", "active"]), ["complete", "in_progress", "pending", "pending"]],
      [someProgress(["done", "skipped", "active"]), ["complete", "complete", "in_progress", "pending"]],
      [someProgress(["done", "done", "done", "active"]), ["complete", "complete", "complete", "in_progress"]],
      [someProgress(["done", "failed"]), ["complete", "error", "pending", "pending"]],
    ];
    for (const [progress, expected] of rows) {
      expect(tasksOf(aRunningRun({ steps: [progress] })).map((task) => task.status)).toEqual(expected);
    }
  });

  it("say why a phase was skipped", () => {
    const run = aRunningRun({ steps: [someProgress(["done", "skipped", "active"])] });
    expect(tasksOf(run)[1]).toMatchObject({
      title: "Scale up",
      output: output("Skipped: update strategy MINIMAL adds no nodes first"),
    });
  });

  it("name eight busy nodes at most, those nearest their end first", () => {
    const nodes = {
      ...Object.fromEntries(
        Array.from({ length: 9 }, (_, index) => [`ip-${index}`, aNode({ state: "draining", podsLeft: 1 })]),
      ),
      "ip-z": aNode({ state: "terminating" }),
    };
    const [, , upgrade] = tasksOf(
      aRunningRun({ steps: [someProgress(["done", "done", "active"], { nodes })] }),
    );
    const busy = [0, 1, 2, 3, 4, 5].map((index) => `ip-${index} (us-west-2a) draining, 1 pod left`);
    expect(upgrade).toMatchObject({
      details: details("ip-z (us-west-2a) terminating", ...busy, "and 3 more nodes"),
    });
  });

  it("are four for each of a few node groups", () => {
    const steps = ["a", "b"].map((nodeGroup) => aStep({ nodeGroup }));
    const run = aRunningRun({
      plan: aPlan({ steps }),
      steps: [someProgress(["done", "done", "done", "done"]), someProgress(["active"])],
    });
    expect(tasksOf(run).map((task) => task.title)).toEqual([
      "a: Setup",
      "a: Scale up",
      "a: Upgrade · 0 of 3 old nodes gone",
      "a: Scale down",
      "b: Setup",
      "b: Scale up",
      "b: Upgrade",
      "b: Scale down",
    ]);
  });

  it("are one for each of many node groups, but four for the one under way", () => {
    const steps = Array.from({ length: 20 }, (_, index) => aStep({ nodeGroup: `group-${index}` }));
    const run = aRunningRun({
      plan: aPlan({ steps }),
      steps: steps.map((_, index) =>
        someProgress(index === 0 ? ["done", "done", "done", "done"] : index === 1 ? ["active"] : []),
      ),
    });
    const tasks = tasksOf(run);
    expect(tasks).toHaveLength(19 + 4);
    expect(tasks.slice(0, 3).map(({ title, status }) => `${title}: ${status}`)).toEqual([
      "group-0 · 3 nodes: complete",
      "group-1: Setup: in_progress",
      "group-1: Scale up: pending",
    ]);
  });
});
