import { describe, expect, it } from "vitest";
import { minute } from "../../../../src/core/instant.js";
import type { DrainBlocker, Run } from "../../../../src/core/run.js";
import type { EndStory, PutBack } from "../../../../src/slack/story.js";
import { declinedReply, endReply as endOf, formerEndReply } from "../../../../src/slack/views/ends.js";
import {
  aBlocker,
  aNewNode,
  aNode,
  aPlan,
  aRun,
  aRunningRun,
  aStep,
  newNodes,
  oldNodes,
  someProgress,
  start,
} from "../../../builders.js";

/** A reply is one section that says what its notification says. */
function saying(...lines: string[]) {
  const text = lines.join("\n");
  return { text, blocks: [{ type: "section", text: { type: "mrkdwn", text, verbatim: true } }] };
}

const endReply = (run: Run, story: PutBack = { putBack: [], notPutBack: [] }) => endOf(run, story);

const ways = [
  "*Retry*, on the live message: the same plan once more; an approval that has grown too old is asked for again. Nodes already replaced are spared.",
  "*Retry with force*: pods that cannot be evicted are deleted, whatever their budgets say. It makes its own plan and needs its own approval.",
];

describe("the end", () => {
  const failure = {
    code: "PodEvictionFailure",
    what: "EKS could not evict every pod from ip-10-0-1-7, and gave up",
    next: "Make room for it, then start again: nodes already replaced are spared.",
  };
  const mixed = {
    ...oldNodes(),
    "ip-10-0-1-7.us-west-2.compute.internal": aNode({ state: "draining" }),
    "ip-10-0-2-7.us-west-2.compute.internal": aNode({ state: "gone" }),
    ...newNodes(3),
    "ip-late": aNewNode({ state: "joined" }),
  };

  it("of a success tells who asked what runs now", () => {
    const run = aRunningRun({
      state: "succeeded",
      endedAt: start + 28 * minute,
      steps: [
        someProgress(["done", "done", "done", "done"], {
          nodes: { ...oldNodes({ state: "gone" }), ...newNodes(3) },
        }),
      ],
    });
    expect(endReply(run)).toEqual(
      saying(
        "<@U0OPERATOR> :white_check_mark: *Upgraded eks-workshop/default* in 28 min.",
        "3 nodes replaced, 3 ready on the new release.",
        "• `default` runs `1.34.9-20260714`, was `1.34.7-20260301`",
      ),
    );
  });

  it("of a failure tells what happened, how the group stands, and what to do", () => {
    const run = aRunningRun({
      state: "failed",
      failure,
      endedAt: start + 28 * minute,
      steps: [someProgress(["done", "done", "failed"], { nodes: mixed })],
    });
    expect(endReply(run)).toEqual(
      saying(
        "<@U0OPERATOR> :x: *The upgrade of eks-workshop/default failed* after 28 min.",
        "*What happened:* EKS could not evict every pod from ip-10-0-1-7, and gave up.",
        "*default now:* 4 nodes on the new release, 2 on the old.",
        "• new: `ip-10-0-1-20.us-west-2.compute.internal`, `ip-10-0-2-21.us-west-2.compute.internal`, `ip-10-0-3-22.us-west-2.compute.internal` and `ip-late`",
        "• old: `ip-10-0-1-7.us-west-2.compute.internal` and `ip-10-0-3-7.us-west-2.compute.internal`",
        "• not Ready: `ip-late`",
        "• cordoned (no new pods until replaced or uncordoned): `ip-10-0-1-7.us-west-2.compute.internal`",
        "*What to do:* Make room for it, then start again: nodes already replaced are spared.",
        ...ways,
      ),
    );
  });

  it.each([
    ["before anything began", someProgress(), "No node was changed, as far as was seen."],
    [
      "whose nodes were never seen",
      someProgress(["failed"]),
      "*default now:* its nodes were not seen: look at them first.",
    ],
  ])("of a failure %s claims nothing", (_, progress, words) => {
    const run = aRunningRun({ state: "failed", failure: { ...failure, next: "" }, steps: [progress] });
    const { text } = endReply(run);
    expect(text).toContain(words);
    expect(text).toContain("*What to do:* Look at the node group in the EKS console.");
  });

  it("of a failure in the second of several groups tells of both", () => {
    const plan = aPlan({ steps: [aStep(), aStep({ nodeGroup: "gpu" }), aStep({ nodeGroup: "idle" })] });
    const steps = [
      someProgress(["done", "done", "done", "done"], { nodes: newNodes(3) }),
      someProgress(["done", "failed"], { nodes: mixed }),
      someProgress(),
    ];
    const { text } = endReply(aRunningRun({ state: "failed", plan, steps, failure }));
    expect(text).toContain("*default now:* 3 nodes on the new release, 0 on the old.");
    expect(text).toContain("*gpu now:* 4 nodes on the new release, 2 on the old.");
    expect(text).not.toContain("idle");
  });

  it("names five of many cordoned nodes", () => {
    const nodes = Object.fromEntries(
      Array.from({ length: 9 }, (_, index) => [`ip-${index}`, aNode({ state: "unschedulable" })]),
    );
    const run = aRunningRun({
      state: "failed",
      failure,
      steps: [someProgress(["done", "failed"], { nodes })],
    });
    expect(endReply(run).text).toContain(
      "• old, all cordoned (no new pods until replaced or uncordoned): `ip-0`, `ip-1`, `ip-2`, `ip-3`, `ip-4` and 4 more\n",
    );
  });
});

describe("the end of a failure", () => {
  const failedRun = (over: Partial<Run> = {}, blockers: DrainBlocker[] = []) =>
    aRunningRun({
      state: "failed",
      failure: { code: "PodEvictionFailure", what: "EKS gave up", next: "Make room." },
      endedAt: start + 28 * minute,
      steps: [someProgress(["done", "done", "failed"], { blockers })],
      ...over,
    });
  const failedWith = (code: string) => failedRun({ failure: { code, what: "It failed", next: "Look." } });

  it("names the pod and the budget that it failed over, and leaves out what had not been told", () => {
    const { text } = endReply(failedRun({}, [aBlocker(), aBlocker({ id: "quick", told: false })]));
    expect(text.split("\n")[2]).toBe(
      ":x: *In the way at the end:* Pod orders/orders-6d5f7-x2x4z (Deployment orders) cannot leave node ip-10-0-1-7.us-west-2.compute.internal: disruption budget orders needs 2 healthy pods and has 2, so it never lets one go. Scale deployment orders up by one, or loosen budget orders. Waiting does not help.",
    );
    expect(text.match(/In the way/g)).toHaveLength(1);
  });

  it.each<[string, Run, string[]]>([
    ["over pods offers force too", failedRun(), ways],
    ["for another reason offers no force", failedWith("NodeCreationFailure"), ways.slice(0, 1)],
    [
      "under force offers no more of it",
      failedRun({ plan: aPlan({ steps: [aStep({ force: true })] }) }),
      ways.slice(0, 1),
    ],
    [
      "of a plan that the world has overtaken has it planned again",
      failedWith("PlanOutdated"),
      ["The same plan would fail again. Plan again: `/eks-upgrade plan eks-workshop/default`"],
    ],
    ...["NotAllowedAnyMore", "ApprovalsTooFew"].map((code): [string, Run, string[]] => [
      `over who asked or approved has it asked for again (${code})`,
      failedWith(code),
      [
        "It may not begin any more as it was asked for. Ask for it again: `/eks-upgrade start eks-workshop/default`",
      ],
    ]),
    [
      "where nobody has to approve promises no approval",
      failedRun({ approvalsRequired: 0, approvals: [] }),
      [
        "*Retry*, on the live message: the same plan once more. Nodes already replaced are spared.",
        "*Retry with force*: pods that cannot be evicted are deleted, whatever their budgets say. It makes its own plan, and begins as soon as locks and hours let it: nobody has to approve it.",
      ],
    ],
    [
      "of an update that was only followed has it asked for",
      failedRun({ adoptedBy: "U0OPERATOR", plan: aPlan({ wish: { release: "1.34.9-20260714" } }) }),
      ["To ask for it from here: `/eks-upgrade start eks-workshop/default --to 1.34.9-20260714`"],
    ],
  ])("%s", (_, run, expected) => {
    const lines = endReply(run).text.split("\n");
    expect(lines.slice(lines.findIndex((line) => line.startsWith("*What to do:*")) + 1)).toEqual(expected);
  });

  it("of a second attempt counts from its own beginning", () => {
    const phases = someProgress(["done", "done", "failed"]).phases;
    const late = { ...phases, setup: { ...phases.setup, startedAt: start + 20 * minute } };
    const run = failedRun({ steps: [someProgress([], { attempt: 2, phases: late })] });
    expect(endReply(run).text).toContain(
      "*The upgrade of eks-workshop/default failed* after 8 min (attempt 2).",
    );
  });

  it("of a second attempt that began nothing claims no length", () => {
    const run = failedRun({ steps: [someProgress([], { attempt: 2 })] });
    expect(endReply(run).text).toContain("*The upgrade of eks-workshop/default failed* (attempt 2).");
  });

  it("that a retry made an old one is told from its event alone", () => {
    const problem = { code: "X", what: "EKS <gave up>", next: "Make room." };
    const story: EndStory = {
      ...{ kind: "end", index: 0, at: start, problem, putBack: [], notPutBack: [] },
      followedBy: { by: "U0OPERATOR", how: "retry" },
    };
    expect(formerEndReply(aRunningRun(), story)).toEqual(
      saying(
        ":x: *The upgrade of eks-workshop/default failed* <!date^1784541600^{date_short_pretty} {time}|2026-07-20 10:00 UTC>, and was tried again.",
        "*What happened:* EKS &lt;gave up&gt;. Make room.",
      ),
    );
  });
});

describe("a run that was called off", () => {
  const again =
    "To ask again: press *Request again* on the card, or type `/eks-upgrade start eks-workshop/default`";
  const called = (over: Partial<Run>) =>
    aRunningRun({ state: "cancelled", steps: [someProgress()], ...over });

  it.each<[string, Run, string]>([
    [
      "by somebody else tells who asked",
      called({ cancelledBy: "U0APPROVER" }),
      "<@U0OPERATOR> <@U0APPROVER> called off upgrading eks-workshop/default. Nothing was changed.",
    ],
    [
      "by whoever asked calls nobody else",
      called({ cancelledBy: "U0OPERATOR" }),
      "<@U0OPERATOR> called off upgrading eks-workshop/default. Nothing was changed.",
    ],
    [
      "in its second attempt does not claim that nothing was changed",
      called({ cancelledBy: "U0OPERATOR", steps: [someProgress([], { attempt: 2 })] }),
      "<@U0OPERATOR> called off upgrading eks-workshop/default. Nothing more was changed: its nodes are as the failed attempt left them.",
    ],
  ])("%s", (_, run, text) => {
    expect(endReply(run)).toEqual(saying(text, again));
    expect(declinedReply(run)).toEqual(saying(text, again));
  });

  it("when a launch template had its version already says what stays", () => {
    const what = "Version 8 of launch template workers stays, and nothing uses it";
    const run = called({ cancelledBy: "U0OPERATOR" });
    expect(endReply(run, { putBack: [], notPutBack: [{ what, next: "Delete it." }] })).toEqual(
      saying(
        "<@U0OPERATOR> called off upgrading eks-workshop/default. No node was changed.",
        ":warning: *Not put back, a person has to:*",
        `• ${what}: Delete it.`,
        again,
      ),
    );
  });

  it("with force says that force is not what the command asks for", () => {
    const run = called({ cancelledBy: "U0OPERATOR", plan: aPlan({ wish: { force: true } }) });
    expect(endReply(run).text).toContain(`${again} (without force)`);
  });
});

describe("a request that never ran", () => {
  const at = "<!date^1784541600^{date_short_pretty} {time}|2026-07-20 10:00 UTC>";
  const again =
    "To ask again: press *Request again* on the card, or type `/eks-upgrade start eks-workshop/default`";
  it.each<[string, Partial<Run>, string[]]>([
    [
      "rejected",
      { state: "rejected", rejectedBy: "U0APPROVER" },
      [`<@U0OPERATOR> <@U0APPROVER> rejected upgrading eks-workshop/default ${at}. Nothing was changed.`],
    ],
    [
      "rejected, and why",
      { state: "rejected", rejectedBy: "U0APPROVER", rejectedBecause: "<!here> not today" },
      [
        `<@U0OPERATOR> <@U0APPROVER> rejected upgrading eks-workshop/default ${at}. Nothing was changed.`,
        "*Why it was rejected:* &lt;!here&gt; not today",
      ],
    ],
    [
      "expired",
      { state: "expired" },
      [`<@U0OPERATOR> upgrading eks-workshop/default was not decided before ${at}. Nothing was changed.`],
    ],
  ])("tells who asked that it was %s, and how to ask again", (_, over, said) => {
    expect(declinedReply(aRun({ decidedAt: start, ...over }))).toEqual(saying(...said, again));
  });
});
