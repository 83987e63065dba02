import { describe, expect, it } from "vitest";
import { minute } from "../../../../src/core/instant.js";
import type { Run } from "../../../../src/core/run.js";
import type { PhaseStory, ProblemStory } from "../../../../src/slack/story.js";
import { phaseReply, problemReply } from "../../../../src/slack/views/thread.js";
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
