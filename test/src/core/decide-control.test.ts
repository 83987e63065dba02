import { describe, expect, it } from "vitest";
import { cancel, isOurs, pause, resume } from "../../../src/core/decide-control.js";
import { minute } from "../../../src/core/instant.js";
import type { Run } from "../../../src/core/run.js";
import { aPlan, aRun, aRunningRun, aStep, someProgress, start } from "../../builders.js";
import { aRoll, aRollProgress, aRollStep } from "../../rolls.js";

const ann = "U0ANN";
const at = start + 20 * minute;
const held = { by: "U0BEN", at: start };
const untouched = aRollProgress({}, { ledger: [] });
const done = someProgress(["done", "done", "done", "done"], { intent: { token: "t", savedAt: start } });
const afterManaged = aRoll({
  plan: aPlan({ steps: [aStep(), aRollStep()] }),
  steps: [done, someProgress()],
});

describe("pause", () => {
  it.each<[string, Run]>([
    ["a roll of ours, and what it waited for is forgotten", aRoll()],
    ["one that is approved, before anything was begun", aRoll({ steps: [someProgress()] })],
    ["a group of ours, once the managed one before it is done", afterManaged],
  ])("holds %s", (_, run) => {
    const { wait: _wait, ...rest } = run;
    expect(pause(run, ann, at)).toEqual({
      ok: true,
      run: { ...rest, paused: { by: ann, at } },
      facts: [{ type: "RunPaused", by: ann }],
    });
  });

  it.each<[string, Run, string]>([
    ["EKS can neither pause nor cancel an update", aRunningRun(), "managed"],
    ["nobody approved it yet", aRun(), "not approved"],
    ["it is scheduled for later", aRun({ state: "scheduled" }), "not approved"],
    ["it is being ended", aRoll({ stopping: held }), "stopping"],
    ["somebody else holds it", aRoll({ paused: held }), "paused already"],
    ["it is over", aRoll({ state: "failed" }), "over"],
  ])("is refused: %s", (_, run, refusal) => {
    expect(pause(run, ann, at)).toEqual({ ok: false, refusal });
  });
});

describe("resume", () => {
  it("lets go on what was held", () => {
    const held = pause(aRoll(), "U0BEN", start);
    const { wait: _wait, ...as } = aRoll();
    expect(held.ok && resume(held.run, ann)).toEqual({
      ok: true,
      run: as,
      facts: [{ type: "RunResumed", by: ann }],
    });
  });

  it.each<[string, Run, string]>([
    ["nobody holds it", aRoll(), "not paused"],
    ["it is over", aRoll({ state: "cancelled", paused: held }), "over"],
  ])("is refused: %s", (_, run, refusal) => {
    expect(resume(run, ann)).toEqual({ ok: false, refusal });
  });
});

describe("cancel of a roll of ours", () => {
  it.each<[string, Run]>([
    ["is over at once", aRoll({ steps: [someProgress()] })],
    ["also when it is held", aRoll({ steps: [untouched], paused: held })],
  ])("before anything was begun: %s", (_, run) => {
    const cancelled = cancel(run, ann, at);
    expect(cancelled).toMatchObject({
      run: { state: "cancelled", cancelledBy: ann, endedAt: at },
      facts: [{ type: "RunCancelled", by: ann }],
    });
    expect(cancelled).not.toHaveProperty("run.paused");
  });

  it.each<[string, Run]>([
    ["with something of ours out there", aRoll()],
    [
      "with a write that may have been made",
      aRoll({ steps: [aRollProgress({}, { ledger: [], intents: [{ kind: "tag group", tags: {} }] })] }),
    ],
    ["that is held: it goes on, to put back", aRoll({ paused: held })],
    ["after a managed group that is done", afterManaged],
  ])("in the middle is asked for: %s", (_, run) => {
    const { wait: _wait, paused: _paused, ...rest } = run;
    expect(cancel(run, ann, at)).toEqual({
      ok: true,
      run: { ...rest, stopping: { by: ann, at } },
      facts: [{ type: "StopRequested", by: ann }],
    });
  });

  it("is refused when somebody asked for it already", () => {
    expect(cancel(aRoll({ stopping: held }), ann, at)).toEqual({ ok: false, refusal: "stopping" });
  });
});

it.each<[string, Run, boolean]>([
  ["a self-managed group", aRoll(), true],
  ["a managed group", aRunningRun(), false],
  ["a managed group before one of ours", { ...afterManaged, steps: [someProgress(), someProgress()] }, false],
  ["nothing any more", aRoll({ steps: [done] }), false],
])("under way is %s: ours? %s", (_, run, ours) => {
  expect(isOurs(run)).toBe(ours);
});
