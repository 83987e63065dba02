import { toBeginAt } from "../core/decide.js";
import type { Instant, Milliseconds } from "../core/instant.js";
import { phaseNames, type Step } from "../core/plan.js";
import type { DrainBlocker, Run, StepProgress } from "../core/run.js";
import { pairs } from "./progress.js";

/**
 * What the drain waits for and people are told of, the most pressing first. After a failure these are what was in the
 * way when EKS gave up.
 */
export function toldBlockers(run: Run): { step: Step; blocker: DrainBlocker }[] {
  if (run.state !== "running" && run.state !== "failed") return [];
  return pairs(run)
    .flatMap(([step, { blockers = [] }]) => blockers.map((blocker) => ({ step, blocker })))
    .filter(({ blocker }) => blocker.told)
    .sort(({ blocker: a }, { blocker: b }) => deadline(a) - deadline(b) || a.since - b.since);
}

const deadline = (blocker: DrainBlocker): Instant => blocker.givesUpAt ?? Number.MAX_SAFE_INTEGER;

/** The step that a retry would begin anew: the first that is not through. */
export function unfinishedStep(run: Run): { step: Step; progress: StepProgress } | undefined {
  const found = pairs(run).find(([, progress]) =>
    phaseNames.some((name) => !["done", "skipped"].includes(progress.phases[name].state)),
  );
  return found && { step: found[0], progress: found[1] };
}

/** Called off in the middle of a roll of ours: some nodes are new, and something was there to be put back. */
export function wasStopped(run: Run): boolean {
  return (
    run.state === "cancelled" && run.steps.some(({ roll }) => roll !== undefined && roll.ledger.length > 0)
  );
}

/** EKS does all of it, and nothing of ours is ever put back. Also of a run that is over. */
export function isLeftToEks({ plan }: Pick<Run, "plan">): boolean {
  return plan.steps.every(({ kind }) => kind === "managed node group");
}

/** The attempt the run is at: 1, until it was tried again. */
export function attemptOf(run: Run): number {
  return Math.max(1, ...run.steps.map((step) => step.attempt));
}

/** How long the run, or its latest attempt, took. Undefined while it lasts, and for an attempt that began nothing. */
export function lengthOf(run: Run): Milliseconds | undefined {
  if (run.endedAt === undefined) return undefined;
  const retried = run.steps.findLast((step) => step.attempt > 1);
  const from = retried ? retried.phases.setup.startedAt : (toBeginAt(run) ?? run.requestedAt);
  return from === undefined ? undefined : run.endedAt - from;
}

/** Something may have been changed outside. */
export function hasBegun(run: Run): boolean {
  return run.steps.some(
    ({ intent, updateId, phases }) =>
      intent !== undefined || updateId !== undefined || phases.setup.state !== "pending",
  );
}
