import { type Instant, type Milliseconds, minute } from "../core/instant.js";
import { overdueBy } from "../core/overdue.js";
import { type PhaseName, phaseNames, type Step } from "../core/plan.js";
import type { Run, StepProgress } from "../core/run.js";
import { pairs, parallelOf, stepCounts, surgeOf } from "./progress.js";
import { toldBlockers } from "./standing.js";

/** Typical lengths, used until the run's own pace is known. */
const typical = { setup: minute, scaleUp: 4 * minute, batch: 4 * minute, surplusNode: minute } as const;

/**
 * An estimate of what is left, or nothing when none would be honest: the run is over, held or called off, something
 * stands in its way, or nobody looks.
 * Old nodes are counted at the pace of this run once one is gone; before that, and for the rest, at typical lengths.
 */
export function timeLeft(run: Run, now: Instant): Milliseconds | undefined {
  if (run.state !== "running" || run.trouble || toldBlockers(run).length > 0) return undefined;
  if (overdueBy(run, now) !== undefined) return undefined;
  if (run.paused || run.held || run.stopping || run.steps.some(({ roll }) => roll?.question))
    return undefined;
  const left = pairs(run).reduce((sum, [step, progress]) => sum + stepTimeLeft(step, progress, now), 0);
  return Math.max(minute, Math.round(left / minute) * minute);
}

function stepTimeLeft(step: Step, progress: StepProgress, now: Instant): Milliseconds {
  const counts = stepCounts(step, progress);
  const active = phaseNames.find((name) => progress.phases[name].state === "active");
  const extra = active === "scale down" ? counts.extra : Math.max(counts.extra, surgeOf(step));
  const lengths: Readonly<Record<PhaseName, Milliseconds>> = {
    setup: typical.setup,
    "scale up": surgeOf(step) === 0 ? 0 : typical.scaleUp,
    upgrade: Math.ceil((counts.old - counts.oldGone) / parallelOf(step)) * typical.batch,
    "scale down": extra * typical.surplusNode,
  };
  return phaseNames.reduce((sum, name) => {
    const { state, startedAt } = progress.phases[name];
    if (state !== "pending" && state !== "active") return sum;
    if (state === "pending" || startedAt === undefined) return sum + lengths[name];
    const elapsed = now - startedAt;
    if (name === "upgrade" && counts.oldGone > 0) {
      return sum + (elapsed / counts.oldGone) * (counts.old - counts.oldGone);
    }
    if (name === "scale down") return sum + lengths[name];
    return sum + Math.max(minute, lengths[name] - elapsed);
  }, 0);
}
