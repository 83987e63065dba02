import type { Change } from "./decide.js";
import type { Instant } from "./instant.js";
import type { Step } from "./plan.js";
import type { Run, StepProgress } from "./run.js";
import { isOver, moveRun } from "./transitions.js";

/** What people may do with a run under way: hold it, let it go on, call it off. */
export type Control<Why> = ({ readonly ok: true } & Change) | { readonly ok: false; readonly refusal: Why };

/** The step that workers are at: the first that is not through. */
export function stepUnderWay(
  run: Pick<Run, "plan" | "steps">,
): { index: number; step: Step; progress: StepProgress } | undefined {
  const index = run.steps.findIndex((each) => each.phases["scale down"].endedAt === undefined);
  const step = run.plan.steps[index];
  const progress = run.steps[index];
  return step && progress && { index, step, progress };
}

/** The step under way is driven by our own hands: it can be held, and ended in the middle. */
export function isOurs(run: Pick<Run, "plan" | "steps">): boolean {
  return stepUnderWay(run)?.step.kind === "self-managed node group";
}

/**
 * - over: nothing goes on
 * - not approved: nothing has begun, or it is approved for later
 * - managed: EKS is at work, and it can neither pause nor cancel a node group update
 * - stopping: it is being ended, and that is not held up
 */
export type PauseRefusal = "over" | "not approved" | "managed" | "stopping" | "paused already";

/** Nothing new is begun until it is resumed. Who has a node half drained leaves it so: its pods come up elsewhere. */
export function pause(run: Run, by: string, at: Instant): Control<PauseRefusal> {
  const refusal = whyNoPause(run) ?? (run.paused ? "paused already" : undefined);
  if (refusal) return { ok: false, refusal };
  const { wait: _wait, ...rest } = run;
  return { ok: true, run: { ...rest, paused: { by, at } }, facts: [{ type: "RunPaused", by }] };
}

function whyNoPause(run: Run): PauseRefusal | undefined {
  if (run.state === "awaiting approval" || run.state === "scheduled") return "not approved";
  if (isOver(run.state)) return "over";
  if (run.stopping) return "stopping";
  return isOurs(run) ? undefined : "managed";
}

export type ResumeRefusal = "over" | "not paused";

export function resume(run: Run, by: string): Control<ResumeRefusal> {
  if (isOver(run.state)) return { ok: false, refusal: "over" };
  if (!run.paused) return { ok: false, refusal: "not paused" };
  const { paused: _paused, ...rest } = run;
  return { ok: true, run: rest, facts: [{ type: "RunResumed", by }] };
}

export type CancelRefusal = "over" | "begun" | "stopping";

/**
 * Calls it off: at once as long as nothing was begun. From the saved intent on EKS may have begun an update, and it can
 * neither cancel nor pause one: it is asked for nothing any more, and the worker looks whether it has begun. A roll of ours
 * ends in the middle: its worker puts back what is ours. Only then the run is over.
 */
export function cancel(run: Run, by: string, at: Instant): Control<CancelRefusal> {
  if (isOver(run.state)) return { ok: false, refusal: "over" };
  if (run.stopping) return { ok: false, refusal: "stopping" };
  const { wait: _wait, paused: _paused, held: _held, ...rest } = run;
  if (run.steps.some(hasBegun)) {
    if (!isOurs(run) && !isAsking(stepUnderWay(run)?.progress)) return { ok: false, refusal: "begun" };
    return { ok: true, run: toPutBack(rest, by, at), facts: [{ type: "StopRequested", by }] };
  }
  const cancelled: Run = { ...rest, state: moveRun(run.state, "cancelled"), cancelledBy: by, endedAt: at };
  return { ok: true, run: cancelled, facts: [{ type: "RunCancelled", by }] };
}

/** What is ours is put back from now on. What was asked and answered was about going on: what blocks that is asked anew. */
export function toPutBack(run: Run, by: string, at: Instant): Run {
  return { ...run, stopping: { by, at }, steps: run.steps.map((step) => withoutQuestions(step, at)) };
}

function withoutQuestions({ blockers: _blockers, ...step }: StepProgress, at: Instant): StepProgress {
  const { answers, roll } = step;
  if (!roll) return step;
  const { question: _question, ...rest } = roll;
  return {
    ...step,
    roll: rest,
    ...(answers && { answers: answers.map((answer) => ({ ...answer, doneAt: answer.doneAt ?? at })) }),
  };
}

/** EKS is to be asked for an update, or was and has not answered: it may have begun one. */
export function isAsking(progress: StepProgress | undefined): boolean {
  return progress?.intent !== undefined && progress.updateId === undefined;
}

/** It was too late to call it off: EKS had begun all the same, and that is followed. */
export function goOnAllTheSame(run: Run, step: number): Change {
  const { stopping, ...rest } = run;
  return { run: rest, facts: stopping ? [{ type: "StopTooLate", step, by: stopping.by }] : [] };
}

/** Something may have been changed outside: what is to be written is saved before. */
export function hasBegun({ intent, updateId, roll }: StepProgress): boolean {
  if (intent !== undefined || updateId !== undefined) return true;
  return roll !== undefined && (roll.intents.length > 0 || roll.ledger.length > 0);
}
