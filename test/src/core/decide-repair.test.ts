import { describe, expect, it } from "vitest";
import { retry } from "../../../src/core/decide.js";
import { isLeftover, leftIn, repair } from "../../../src/core/decide-repair.js";
import { minute } from "../../../src/core/instant.js";
import type { Run, StepProgress } from "../../../src/core/run.js";
import { aRunningRun, someProgress, start } from "../../builders.js";
import { aLedger, aQuestion, aRoll, aRollBlocker, aRollProgress, putBackLater } from "../../rolls.js";

const ann = "U0ANN";
const at = start + 60 * minute;
const failure = { code: "X", what: "It failed", next: "Look." };
const cleared = aLedger.map((entry) => (entry.kind === "template version" ? entry : putBackLater(entry)));
const dead = (over: Partial<Run> = {}) =>
  aRoll({ state: "failed", failure, endedAt: start + 30 * minute, ...over });
const calledOff = dead({ state: "cancelled", cancelledBy: "U0BEN", stopping: { by: "U0BEN", at: start } });

it("what is left is put back the other way round, and a template's version stays", () => {
  expect(leftIn(aRollProgress()).map(({ kind }) => kind)).toEqual([
    "node marks",
    "sizes",
    "processes",
    "group template",
    "tags",
  ]);
});

it.each<[string, Run, boolean]>([
  ["failed in the middle", dead(), true],
  ["was called off, and not everything could be put back", calledOff, true],
  [
    "was called off, and everything was put back",
    { ...calledOff, steps: [aRollProgress({}, { ledger: cleared })] },
    false,
  ],
  ["goes on", aRoll(), false],
  ["succeeded", aRoll({ state: "succeeded" }), false],
  ["was EKS' to drive", aRunningRun({ state: "failed" }), false],
])("a run that %s left something: %s", (_, run, left) => {
  expect(isLeftover(run)).toBe(left);
});

describe("repair", () => {
  it.each<[string, Run]>([
    ["failed", dead()],
    ["was called off", calledOff],
  ])("has a run that %s go on, to put back and for nothing else", (_, run) => {
    const { failure: _f, endedAt: _e, wait: _w, cancelledBy: _c, ...rest } = run;
    expect(repair(run, ann, at)).toEqual({
      ok: true,
      run: { ...rest, state: "running", stopping: { by: ann, at } },
      facts: [{ type: "StopRequested", by: ann }],
    });
  });

  it.each<[string, Run, string]>([
    ["it is open", aRoll(), "running"],
    ["somebody repairs it already", aRoll({ stopping: { by: ann, at } }), "running"],
    ["nothing is left", dead({ steps: [aRollProgress({}, { ledger: cleared })] }), "nothing left"],
    ["nothing was begun", dead({ steps: [someProgress()] }), "nothing left"],
  ])("is refused: %s", (_, run, refusal) => {
    expect(repair(run, ann, at)).toEqual({ ok: false, refusal });
  });
});

describe("retry of a roll of ours", () => {
  it("sees the world anew, but keeps what of ours is out there, and no answer that a person gave", () => {
    const known = { floor: 3, returned: 1 };
    const receipt = { takenAt: start, autoScalingGroups: [] };
    const blocker = aRollBlocker();
    const progress: StepProgress = aRollProgress(
      {
        receipt,
        blockers: [blocker],
        answers: [{ about: blocker.id, choice: "force", by: "U0BEN", at: start, confirmedBy: ann }],
      },
      { ...known, question: aQuestion(), waits: [], drains: { a: { uid: "u", instance: "i" } } },
    );
    expect(retry(dead({ steps: [progress] }), ann, 1)?.run.steps).toEqual([
      someProgress([], {
        attempt: 2,
        receipt,
        roll: { intents: [], ledger: aLedger, drains: {}, ...known },
      }),
    ]);
  });

  it("forgets that it was held or called off", () => {
    const again = retry(dead({ stopping: { by: ann, at }, paused: { by: ann, at } }), ann, 1);
    expect(again?.run).not.toHaveProperty("stopping");
    expect(again?.run).not.toHaveProperty("paused");
  });
});
