import type { Clock } from "../clock.js";
import { toBeginAt } from "../core/decide.js";
import { type Instant, minute } from "../core/instant.js";
import { judgeUpdate } from "../core/judge-update.js";
import { failActivePhase } from "../core/phase-progress.js";
import type { Step } from "../core/plan.js";
import { isTrouble, type Problem } from "../core/problems.js";
import type { Run, StepProgress } from "../core/run.js";
import { callOff } from "./call-off.js";
import { observeUpdate } from "./observe.js";
import type { Outside } from "./outside.js";
import { prepare, start } from "./start.js";
import type { StepTick, TickOptions } from "./tick.js";
import { metOnTheWay } from "./trouble.js";

/** One step of a run, and what is needed to take it further. */
export interface StepAtHand extends TickOptions {
  readonly run: Run;
  readonly step: Step;
  readonly progress: StepProgress;
  readonly index: number;
  readonly outside: Outside;
  readonly now: Instant;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const appearsWithin = 5 * minute;

/**
 * The driver of a managed node group. EKS does the work; we write once and watch:
 * save the receipt and the intent → start the update → follow it to its end.
 * There is no undo: once EKS has begun, a node group update can be neither cancelled nor paused.
 */
export async function tickManaged(hand: StepAtHand): Promise<StepTick> {
  const { intent, updateId } = hand.progress;
  if (updateId !== undefined) return follow(hand, updateId);
  // From here on nothing asks EKS for anything.
  if (hand.run.stopping) return callOff(hand);
  return intent ? start(hand, intent) : prepare(hand);
}

async function follow(hand: StepAtHand, updateId: string): Promise<StepTick> {
  const { run, step, progress, index, outside, now, signal } = hand;
  const where = { region: run.plan.region, cluster: run.plan.cluster, nodeGroup: step.nodeGroup };
  const seen = await observeUpdate(outside, where, updateId, signal).catch((error: unknown) =>
    whyGone(error, hand),
  );
  if ("gone" in seen)
    return { progress: failActivePhase(progress, now), facts: [], next: "failed", problem: seen.gone };
  const { look, trouble } = seen;
  const verdict = judgeUpdate(look, progress, step, index, now);
  const { facts } = verdict;
  if (verdict.outcome === "wait") {
    const told = trouble && { trouble: metOnTheWay(trouble) };
    return { progress: verdict.progress, facts, next: "wait", wait: verdict.wait, ...told };
  }
  if (verdict.outcome === "failed") {
    const unseen = look.update.status === "Successful" && !look.cluster ? trouble : undefined;
    const problem = unseen?.next ? after(unseen.next, verdict.problem) : verdict.problem;
    return { progress: verdict.progress, facts, next: "failed", problem };
  }
  return { progress: verdict.progress, facts, next: "succeeded" };
}

/** The nodes could not be looked at: how to repair that comes first. */
function after(repair: string, problem: Problem): Problem {
  return { ...problem, next: `${repair} ${problem.next}` };
}

/** What EKS has just made may not be found for a moment; a node group that is not found later was deleted by somebody. */
async function whyGone(error: unknown, hand: StepAtHand): Promise<{ gone: Problem }> {
  const { run, step, progress, outside, now, signal } = hand;
  const young = now - (progress.updateSince ?? toBeginAt(run) ?? now) < appearsWithin;
  if (!isTrouble(error, "not found") || young) throw error;
  const { eks } = outside.region(run.plan.region);
  const group = await eks.nodeGroup(run.plan.cluster, step.nodeGroup, signal).catch((missing: unknown) => {
    if (isTrouble(missing, "not found")) return undefined;
    throw missing;
  });
  if (group) throw error;
  return {
    gone: {
      code: error.code,
      what: `Node group ${run.plan.cluster}/${step.nodeGroup} does not exist any more`,
      next: "Somebody seems to have deleted it while it was being updated. Look at the cluster in the EKS console.",
    },
  };
}
