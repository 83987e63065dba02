import { describe, expect, it } from "vitest";
import { type ApprovalRules, adoptRun, retry } from "../../../src/core/decide.js";
import { cancel } from "../../../src/core/decide-control.js";
import { hour } from "../../../src/core/instant.js";
import type { PhaseState, Run, RunState, StepProgress } from "../../../src/core/run.js";
import { aPlan, aRun, aRunningRun, aStep, oldNodes, someProgress, start } from "../../builders.js";

const ann = "U0ANN";
const intent = { token: "calm-heron-42-0-1", savedAt: start };
const failure = { code: "PodEvictionFailure", what: "EKS gave up", next: "Make room." };

const running = (over: Partial<StepProgress>) => aRunningRun({ steps: [someProgress([], over)] });
const failed = (...steps: StepProgress[]) =>
  aRunningRun({ state: "failed", failure, endedAt: start + hour, steps });
const failedAt = (states: PhaseState[], over: Partial<StepProgress> = {}) =>
  someProgress(states, { intent, updateId: "upd-1", nodes: oldNodes(), ...over });

describe("cancel", () => {
  it.each<[string, Run]>([
    ["nobody decided yet", aRun()],
    ["one of two approved", aRun({ approvalsRequired: 2, approvals: [{ by: ann, at: start }] })],
    ["approved, but no worker came yet", running({})],
    [
      "it waits for something before the first write",
      aRunningRun({ steps: [someProgress()], wait: { for: "a worker", until: start } }),
    ],
  ])("called off: %s", (_, run) => {
    const called = cancel(run, ann, start + hour);
    expect(called).toMatchObject({
      ok: true,
      run: { state: "cancelled", cancelledBy: ann, endedAt: start + hour },
      facts: [{ type: "RunCancelled", by: ann }],
    });
    expect(called).not.toHaveProperty("run.wait");
  });

  const held = { why: "lock", by: "U0BEN", reason: "a migration", since: start } as const;
  it.each<[string, Run]>([
    ["EKS was to be asked, and may have been", running({ intent })],
    ["so it was, and a lock holds it since", { ...running({ intent }), held }],
    ["so it was, in another attempt", running({ intent, attempt: 2 })],
  ])("asked for, until it is known that nothing began: %s", (_, run) => {
    const { held: _held, wait: _wait, ...rest } = run;
    const called = cancel(run, ann, start + hour);
    expect(called).toEqual({
      ok: true,
      run: { ...rest, stopping: { by: ann, at: start + hour } },
      facts: [{ type: "StopRequested", by: ann }],
    });
    // Somebody presses it once more.
    expect(called.ok && cancel(called.run, "U0BEN", start + hour)).toEqual({
      ok: false,
      refusal: "stopping",
    });
  });

  it.each<[string, Run, string]>([
    ["EKS has begun", running({ intent, updateId: "upd-1" }), "begun"],
    ["it follows an update that was started elsewhere", running({ updateId: "upd-1" }), "begun"],
    [
      "the second of two groups has begun",
      aRunningRun({
        plan: aPlan({ steps: [aStep(), aStep({ nodeGroup: "batch" })] }),
        steps: [someProgress(), someProgress([], { intent })],
      }),
      "begun",
    ],
    ...(["rejected", "expired", "succeeded", "failed", "cancelled"] as RunState[]).map(
      (state): [string, Run, string] => [`it is ${state}`, aRun({ state }), "over"],
    ),
  ])("refused: %s", (_, run, refusal) => {
    expect(cancel(run, ann, start)).toEqual({ ok: false, refusal });
  });
});

describe("retry", () => {
  it.each<[string, StepProgress]>([
    ["failed in upgrade", failedAt(["done", "done", "failed"])],
    ["failed before EKS was asked", someProgress()],
    ["success was not seen", failedAt(["done", "done", "done", "failed"], { settlingSince: start })],
  ])("%s: a new attempt from the beginning, the same plan and approval", (_, step) => {
    const run = failed(step);
    const change = retry(run, ann, 1);
    const { failure: _failure, endedAt: _endedAt, ...kept } = run;
    expect(change?.run).toEqual({ ...kept, state: "running", steps: [someProgress([], { attempt: 2 })] });
    expect(change?.facts).toEqual([{ type: "RetryRequested", step: 0, attempt: 2, by: ann }]);
  });

  it("the groups that are done stay done; those after it wait", () => {
    const done = failedAt(["done", "skipped", "done", "skipped"]);
    const steps = [done, failedAt(["failed"], { attempt: 2 }), someProgress()];
    const change = retry(failed(...steps), ann, 2);
    expect(change?.run.steps).toEqual([done, someProgress([], { attempt: 3 }), someProgress()]);
    expect(change?.facts).toMatchObject([{ step: 1, attempt: 3 }]);
  });

  it.each<[string, Run, number]>([
    ["somebody else was quicker: it runs", aRunningRun({ steps: [someProgress([], { attempt: 2 })] }), 1],
    ["it failed again since", failed(failedAt(["failed"], { attempt: 2 })), 1],
    ["it succeeded", aRun({ state: "succeeded" }), 1],
    ["it was called off", aRun({ state: "cancelled" }), 1],
  ])("nothing to do: %s", (_, run, attempt) => {
    expect(retry(run, ann, attempt)).toBeUndefined();
  });
});

describe("adoptRun", () => {
  const rules: ApprovalRules = {
    required: 2,
    requesterMayApprove: false,
    expiresAfter: hour,
    approverGroups: [],
    approverUsers: ["U0CHIEF"],
  };
  const adoption = { id: "calm-heron-42", by: ann, channel: "C0PROD", at: start, updateId: "upd-7" };

  it("follows from now on what EKS does already: approved by nobody, with nothing to call off", () => {
    const { run, facts } = adoptRun(aPlan(), adoption, rules);
    expect(run).toMatchObject({ state: "running", adoptedBy: ann, decidedAt: start, approvals: [] });
    expect(run.steps).toEqual([someProgress([], { updateId: "upd-7" })]);
    expect(facts).toEqual([{ type: "UpdateAdopted", step: 0, updateId: "upd-7", by: ann }]);
    expect(cancel(run, ann, start)).toEqual({ ok: false, refusal: "begun" });
  });

  it("a plan without a step is nothing to follow", () => {
    expect(() => adoptRun(aPlan({ steps: [] }), adoption, rules)).toThrow("no step to follow");
  });
});
