import { leftIn } from "../../core/decide-repair.js";
import { isUntouched } from "../../core/hold.js";
import { enterPhase } from "../../core/phase-progress.js";
import type { Problem } from "../../core/problems.js";
import { runTag } from "../../core/roll/seen.js";
import type { StepAtHand } from "../managed.js";
import { freshFor, giveUp, lookOnceMore, whyTooLate } from "../start.js";
import type { StepTick } from "../tick.js";

/** Looks once more before anything is touched: is it still what was approved? Then the record of the roll begins. */
export async function prepareRoll(hand: StepAtHand): Promise<StepTick> {
  const { run, step, progress, index, now } = hand;
  if (run.stopping) return { progress, facts: [], next: "stopped" };
  const problem = await whyNotToBegin(hand);
  if (problem) return giveUp(hand, problem);
  const roll = { intents: [], ledger: [], drains: {} };
  const entered = enterPhase({ ...progress, roll }, "setup", step, index, now);
  return {
    progress: entered.progress,
    facts: [...entered.facts, { type: "UpdateRequested", step: index, attempt: progress.attempt }],
    next: "again",
  };
}

/**
 * Until its first write the same is asked again, unless it just was: a lock, or a cluster that did not answer, may have
 * held it up for days since; and a new attempt, which keeps the record of the last one, was never asked. Undefined: it
 * goes on.
 */
export async function proveAgain(hand: StepAtHand): Promise<StepTick | undefined> {
  const { run, progress, now } = hand;
  if (run.stopping || !isUntouched(progress)) return undefined;
  const { startedAt } = progress.phases.setup;
  if (startedAt !== undefined && now - startedAt <= freshFor) return undefined;
  const problem = await whyNotToBegin(hand);
  return problem && giveUp(hand, problem);
}

/** Of a group as the last attempt left it there is nothing to compare with the plan: what we changed would be all there is. */
async function whyNotToBegin(hand: StepAtHand): Promise<Problem | undefined> {
  if (leftIn(hand.progress).length > 0) return whyTooLate(hand.run, hand.now);
  const look = await lookOnceMore(hand);
  return "problem" in look && !(await hasBegun(hand)) ? look.problem : undefined;
}

/** The record lost all of it when its store failed over, but the group says whose hands are on it: the roll goes on. */
async function hasBegun({ run, step, outside, signal }: StepAtHand): Promise<boolean> {
  const [group] = await outside.region(run.plan.region).autoScaling.groups([step.nodeGroup], signal);
  return group?.tags[runTag] === run.id;
}
