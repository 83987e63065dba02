import { describe, expect, it } from "vitest";
import { minute } from "../../../../src/core/instant.js";
import type { Run, StepProgress } from "../../../../src/core/run.js";
import type { CallStory, ProblemStory } from "../../../../src/slack/story.js";
import { callReply, problemReply, troubleLines } from "../../../../src/slack/views/troubles.js";
import { aRunningRun, aTroubleSince, someProgress, start } from "../../../builders.js";

const at = (minutes: number) => {
  const time = start + minutes * minute;
  return `<!date^${time / 1_000}^{time}|${new Date(time).toISOString().slice(0, 16).replace("T", " ")} UTC>`;
};
const runningWith = (over: Partial<Run> = {}, progress: Partial<StepProgress> = { updateId: "upd-1" }) =>
  aRunningRun({ steps: [someProgress(["done", "active"], progress)], ...over });

const problem = {
  code: "ECONNREFUSED",
  what: "Could not list the nodes of <default> (ECONNREFUSED)",
  next: "Check the way.",
};
const what = "Could not list the nodes of &lt;default&gt; (ECONNREFUSED).";
const mayPass = "It may pass by itself; if it lasts, I call whoever asked for the upgrade.";
const goesOn = "EKS goes on by itself meanwhile.";
const cancel = "`/eks-upgrade cancel calm-heron-42`";

describe("the live message says of trouble since when it lasts, what to do, and what becomes of the update", () => {
  const intent = { intent: { token: "t", savedAt: start } };
  const unknown = "I do not know yet whether EKS has begun, and go on";
  const asked = `${unknown} asking.`;
  const looked = `${unknown} looking.`;
  const stopping = { by: "U0ANN", at: start };
  it.each<[string, Run, string]>([
    [
      "that may pass: nobody need do anything",
      runningWith({ troubles: [aTroubleSince({ problem })] }),
      `:hourglass_flowing_sand: *In the way since ${at(12)}, for 7 min:* ${what} ${mayPass} ${goesOn}`,
    ],
    [
      "that lasts",
      runningWith({ troubles: [aTroubleSince({ problem, called: true })] }),
      `:warning: *In the way since ${at(12)}, for 7 min:* ${what} Check the way. ${goesOn}`,
    ],
    [
      "that has just begun: no length yet",
      runningWith({ troubles: [aTroubleSince({ problem, called: true, since: start + 19 * minute })] }),
      `:warning: *In the way since ${at(19)}:* ${what} Check the way. ${goesOn}`,
    ],
    [
      "that lasts and has no next step of its own",
      runningWith({ troubles: [aTroubleSince({ problem: { ...problem, next: "" }, called: true })] }),
      `:warning: *In the way since ${at(12)}, for 7 min:* ${what} See whether AWS Health or the cluster's API server report trouble, and what else asks them too often. ${goesOn}`,
    ],
    [
      "before EKS was asked: how to call it off",
      runningWith({ troubles: [aTroubleSince({ problem, called: true })] }, {}),
      `:warning: *In the way since ${at(12)}, for 7 min:* ${what} Check the way. Nothing has begun. It goes on once this is over; to call it off: \`/eks-upgrade cancel calm-heron-42\``,
    ],
    [
      "in an environment that is gone: nobody may call it off",
      runningWith(
        { troubles: [aTroubleSince({ problem: { ...problem, code: "EnvironmentUnknown" }, called: true })] },
        {},
      ),
      `:warning: *In the way since ${at(12)}, for 7 min:* ${what} Check the way. Nothing has begun. It goes on once this is over.`,
    ],
    [
      "before a second attempt",
      runningWith({ troubles: [aTroubleSince({ problem, called: true })] }, { attempt: 2 }),
      `:warning: *In the way since ${at(12)}, for 7 min:* ${what} Check the way. This attempt has not begun. It goes on once this is over; to call it off: \`/eks-upgrade cancel calm-heron-42\``,
    ],
    [
      "with the answer to the write lost",
      runningWith({ troubles: [aTroubleSince({ problem, called: true })] }, intent),
      `:warning: *In the way since ${at(12)}, for 7 min:* ${what} Check the way. ${asked} To call it off if it has not: ${cancel}`,
    ],
    [
      "with the answer to the write lost, once it is called off",
      runningWith({ troubles: [aTroubleSince({ problem, called: true })], stopping }, intent),
      `:warning: *In the way since ${at(12)}, for 7 min:* ${what} Check the way. ${looked}`,
    ],
    [
      "with the write denied, once it is called off",
      runningWith(
        { troubles: [aTroubleSince({ problem, called: true, givesUpAt: start + 72 * minute })], stopping },
        intent,
      ),
      `:warning: *In the way since ${at(12)}, for 7 min:* ${what} Check the way. ${looked}`,
    ],
    [
      "with the write denied: until when that is waited for",
      runningWith(
        { troubles: [aTroubleSince({ problem, called: true, givesUpAt: start + 72 * minute })] },
        intent,
      ),
      `:warning: *In the way since ${at(12)}, for 7 min:* ${what} Check the way. As far as I know EKS has not begun; if this lasts until ${at(72)}, the run fails. To call it off before: ${cancel}`,
    ],
    [
      "with the write denied, and the approval's end nearer",
      runningWith(
        {
          troubles: [aTroubleSince({ problem, called: true, givesUpAt: start + 72 * minute })],
          ...{ decidedAt: start + 10 * minute, requestedAt: start, expiresAt: start + 30 * minute },
        },
        intent,
      ),
      `:warning: *In the way since ${at(12)}, for 7 min:* ${what} Check the way. As far as I know EKS has not begun; if this lasts until ${at(40)}, the run fails. To call it off before: ${cancel}`,
    ],
  ])("%s", (_case, run, line) => {
    expect(troubleLines(run, start + 19 * minute)).toEqual([line]);
  });

  it("says everything that stands in the way, and nothing of it once the run is over", () => {
    const troubles = [aTroubleSince(), aTroubleSince({ id: "refusal", called: true })];
    expect(troubleLines(runningWith({ troubles }), start)).toHaveLength(2);
    expect(troubleLines(runningWith({ troubles, state: "failed" }), start)).toEqual([]);
    const quiet = [aTroubleSince({ quietSince: start })];
    expect(troubleLines(runningWith({ troubles: quiet }), start)).toEqual([]);
  });
});

describe("the thread", () => {
  const met: ProblemStory = {
    kind: "problem",
    index: 0,
    id: "no answer",
    problem,
    metAt: start,
    called: false,
  };
  const { called: _called, ...same } = met;
  const call: CallStory = { ...same, kind: "call", call: 1, calledAt: start + 5 * minute };
  const cleared = { clearedAt: start + 7 * minute };
  const left = { leftAt: start + 7 * minute };

  it.each<[string, ProblemStory, string[]]>([
    [
      "calls nobody for what may pass",
      met,
      [`:hourglass_flowing_sand: ${what} ${mayPass}`, `Since ${at(0)}. ${goesOn}`],
    ],
    [
      "calls at once where waiting does not help, and says what to do",
      { ...met, called: true },
      [`:warning: <@U0OPERATOR> *eks-workshop/default:* ${what} Check the way.`, `Since ${at(0)}. ${goesOn}`],
    ],
    [
      "says when it was over and how long it lasted, and asks for nothing",
      { ...met, called: true, ...cleared },
      [`:white_check_mark: Cleared after 7 min, at ${at(7)}: ${what}`],
    ],
    [
      "asks for nothing when the run is over",
      { ...met, ...left },
      [`It was there when the run ended: ${what}`],
    ],
  ])("%s", (_case, story, lines) => {
    expect(problemReply(runningWith(), story).text).toBe(lines.join("\n"));
  });

  it.each<[string, CallStory, string[]]>([
    [
      "calls with everything that one has to know",
      call,
      [
        `:warning: <@U0OPERATOR> *eks-workshop/default:* This has not passed by itself: ${what} Check the way.`,
        `Since ${at(0)}, for 5 min when I called. ${goesOn}`,
      ],
    ],
    [
      "takes the call back when it is over",
      { ...call, ...cleared },
      [`:white_check_mark: Nothing to do any more: it cleared after 7 min, at ${at(7)}.`],
    ],
    [
      "calls anew with what it became",
      { ...call, call: 2 },
      [
        `:warning: <@U0OPERATOR> *eks-workshop/default:* This has become something else: ${what} Check the way.`,
        `Since ${at(0)}, for 5 min when I called. ${goesOn}`,
      ],
    ],
    [
      "takes a call back that another one followed",
      { ...call, calledAgainAt: start + 6 * minute },
      [`It became something else: I called again ${at(6)}.`],
    ],
    ["takes it back when the run is over", { ...call, ...left }, ["It was still there when the run ended."]],
  ])("later: %s", (_case, story, lines) => {
    expect(callReply(runningWith(), story).text).toBe(lines.join("\n"));
  });

  it("says until when a denied write is waited for", () => {
    const trouble = aTroubleSince({ id: "refusal", givesUpAt: start + 72 * minute });
    const run = runningWith({ troubles: [trouble] }, { intent: { token: "t", savedAt: start } });
    expect(problemReply(run, { ...met, id: "refusal", called: true }).text).toContain(
      `if this lasts until ${at(72)}, the run fails. To call it off before: ${cancel}`,
    );
  });
});
