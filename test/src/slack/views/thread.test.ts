import { describe, expect, it } from "vitest";
import { minute } from "../../../../src/core/instant.js";
import type { Run } from "../../../../src/core/run.js";
import type { PhaseStory, ProblemStory } from "../../../../src/slack/story.js";
import { declinedReply, endReply, phaseReply, problemReply } from "../../../../src/slack/views/thread.js";
import {
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

const ten = "<!date^1784541600^{time}|2026-07-20 10:00 UTC>";
const story = (over: Partial<PhaseStory>): PhaseStory => ({
  kind: "phase",
  step: 0,
  attempt: 1,
  phase: "upgrade",
  startedAt: start,
  joined: 0,
  gone: 0,
  ...over,
});
const done = { at: start + 22 * minute, how: "done" } as const;

describe("a phase", () => {
  it.each<[string, PhaseStory, string]>([
    [
      "that began says what happens in it",
      story({ phase: "setup" }),
      `*Setup* started ${ten}. EKS prepares a launch template version with the new AMI.`,
    ],
    [
      "scale up",
      story({ phase: "scale up" }),
      `*Scale up* started ${ten}. EKS adds nodes on the new release and waits until they are Ready.`,
    ],
    ["upgrade", story({}), `*Upgrade* started ${ten}. EKS drains and terminates the old nodes, 1 at a time.`],
    [
      "scale down",
      story({ phase: "scale down" }),
      `*Scale down* started ${ten}. EKS gives the extra nodes back.`,
    ],
    ["that is done says how long it took", story({ ended: done }), "*Upgrade* done in 22 min."],
    [
      "that moved nodes says how many",
      story({ ended: done, joined: 1, gone: 3 }),
      "*Upgrade* done in 22 min: 1 node joined, 3 nodes left.",
    ],
    ["that was stopped", story({ ended: { ...done, how: "stopped" } }), "*Upgrade* stopped after 22 min."],
    [
      "that was skipped says why",
      story({ phase: "scale up", skipped: "update strategy MINIMAL adds no nodes first" }),
      "*Scale up* skipped: update strategy MINIMAL adds no nodes first.",
    ],
    ["of a second attempt", story({ attempt: 2, ended: done }), "*Upgrade* (attempt 2) done in 22 min."],
  ])("%s", (_, phase, text) => {
    expect(phaseReply(aRunningRun(), phase)).toEqual(saying(text));
  });

  it("names its node group where there are several", () => {
    const run = aRunningRun({ plan: aPlan({ steps: [aStep(), aStep({ nodeGroup: "gpu" })] }) });
    expect(phaseReply(run, story({ step: 1, ended: done })).text).toBe("*Upgrade* of `gpu` done in 22 min.");
  });
});

describe("a problem", () => {
  const problem = {
    code: "EvictionBlocked",
    what: "Pod carts/carts-0 cannot be evicted: budget <carts> allows no disruption",
    next: "Scale carts up, or relax the budget.",
  };
  const met: ProblemStory = { kind: "problem", index: 0, problem, metAt: start };

  it("calls the person who asked, and says what to do", () => {
    expect(problemReply(aRunningRun(), met)).toEqual(
      saying(
        ":warning: <@U0OPERATOR> Pod carts/carts-0 cannot be evicted: budget &lt;carts&gt; allows no disruption. Scale carts up, or relax the budget.",
        `Since ${ten}. The run goes on looking.`,
      ),
    );
  });

  it("calls nobody when it passes by itself", () => {
    const passing = { ...met, problem: { code: "Busy", what: "AWS is slow to answer", next: "" } };
    expect(problemReply(aRunningRun(), passing)).toEqual(
      saying(":warning: AWS is slow to answer.", `Since ${ten}. The run goes on looking.`),
    );
  });

  it("that is over says how long it lasted, and asks for nothing", () => {
    expect(problemReply(aRunningRun(), { ...met, clearedAt: start + 3 * minute })).toEqual(
      saying(
        ":white_check_mark: Cleared after 3 min: Pod carts/carts-0 cannot be evicted: budget &lt;carts&gt; allows no disruption.",
      ),
    );
  });
});

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
        "*default now:* 4 nodes on the new release, 2 on the old; not Ready: `ip-late`; take no new pods: `ip-10-0-1-7.us-west-2.compute.internal`.",
        "*What to do:* Make room for it, then start again: nodes already replaced are spared.",
        "To start again: `/eks-upgrade start eks-workshop/default`",
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
    expect(text).toContain("*gpu now:* 4 nodes on the new release, 2 on the old;");
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
      "take no new pods: `ip-0`, `ip-1`, `ip-2`, `ip-3`, `ip-4` and 4 more.",
    );
  });
});

describe("a request that never ran", () => {
  const at = "<!date^1784541600^{date_short_pretty} {time}|2026-07-20 10:00 UTC>";
  it.each<[string, Partial<Run>, string]>([
    [
      "rejected",
      { state: "rejected", rejectedBy: "U0APPROVER" },
      `<@U0OPERATOR> <@U0APPROVER> rejected upgrading eks-workshop/default ${at}. Nothing was changed.`,
    ],
    [
      "expired",
      { state: "expired" },
      `<@U0OPERATOR> nobody decided on upgrading eks-workshop/default before ${at}. Nothing was changed.`,
    ],
  ])("tells who asked that it was %s", (_, over, text) => {
    expect(declinedReply(aRun({ decidedAt: start, ...over }))).toEqual(
      saying(text, "To ask again: `/eks-upgrade start eks-workshop/default`"),
    );
  });
});
