import { enterPhase, failActivePhase } from "../../core/phase-progress.js";
import { runTag } from "../../core/roll/seen.js";
import type { StepAtHand } from "../managed.js";
import { lookOnceMore } from "../start.js";
import type { StepTick } from "../tick.js";

/** Looks once more before anything is touched: is it still what was approved? Then the record of the roll begins. */
export async function prepareRoll(hand: StepAtHand): Promise<StepTick> {
  const { run, step, progress, index, now } = hand;
  if (run.stopping) return { progress, facts: [], next: "stopped" };
  const look = await lookOnceMore(hand);
  if ("problem" in look && !(await hasBegun(hand))) {
    const untouched = { ...look.problem, next: `Nothing was changed. ${look.problem.next}` };
    return { progress: failActivePhase(progress, now), facts: [], next: "failed", problem: untouched };
  }
  const roll = { intents: [], ledger: [], drains: {} };
  const entered = enterPhase({ ...progress, roll }, "setup", step, index, now);
  return {
    progress: entered.progress,
    facts: [...entered.facts, { type: "UpdateRequested", step: index, attempt: progress.attempt }],
    next: "again",
  };
}

/** The record lost all of it when its store failed over, but the group says whose hands are on it: the roll goes on. */
async function hasBegun({ run, step, outside, signal }: StepAtHand): Promise<boolean> {
  const [group] = await outside.region(run.plan.region).autoScaling.groups([step.nodeGroup], signal);
  return group?.tags[runTag] === run.id;
}
