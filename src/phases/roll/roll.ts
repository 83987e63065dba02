import type { Instant } from "../../core/instant.js";
import { failActivePhase } from "../../core/phase-progress.js";
import type { Problem } from "../../core/problems.js";
import { calledOff } from "../../core/roll/called-off.js";
import { judgeRoll, judgeStopping, type RollVerdict } from "../../core/roll/judge.js";
import { draining } from "../../core/roll/judge-drains.js";
import type { RollLook, Scene } from "../../core/roll/scene.js";
import type { NodeProgress, RollProgress } from "../../core/run.js";
import { drainTurn } from "../drain.js";
import type { StepAtHand } from "../managed.js";
import type { StepTick } from "../tick.js";
import { type Observed, observeRoll } from "./observe.js";
import { perform } from "./perform.js";
import { prepareRoll, proveAgain } from "./prepare.js";

/**
 * The driver of a self-managed node group. What the record intends is carried out first; otherwise: observe (and drain
 * the nodes whose record says so, which is a look and an act in one) → judge → save what is intended.
 */
export async function tickRoll(hand: StepAtHand): Promise<StepTick> {
  const { progress, run } = hand;
  if (!progress.roll) return prepareRoll(hand);
  const lost = await proveAgain(hand);
  if (lost) return lost;
  const roll = run.stopping ? calledOff(progress.roll, run.stopping.at) : progress.roll;
  if (roll.intents.length > 0) {
    const done = await perform(hand, roll);
    return { progress: { ...progress, roll: done.roll }, facts: done.facts, next: "again" };
  }
  const observed = await observeRoll(hand, roll);
  if (!observed) return groupGone(hand);
  const { look, waits } = await drainNow(hand, roll, observed);
  const drained = { ...roll, waits };
  const scene: Scene = {
    ...{ look, now: hand.now, step: hand.step, index: hand.index, run: hand.run.id },
    ...{ progress: { ...progress, roll: drained }, roll: drained, held: hand.held ?? false },
  };
  return toTick(hand, hand.run.stopping ? judgeStopping(scene) : judgeRoll(scene));
}

/** A turn of evictions on every node whose record says that it is being drained. */
async function drainNow(
  { progress, clock, signal, unchanged, turn }: StepAtHand,
  roll: RollProgress,
  { look, kubernetes }: Observed,
): Promise<{ look: RollLook; waits: NonNullable<RollProgress["waits"]> }> {
  const nodes = draining({ roll }).filter(({ name, uid }) => look.nodes.get(name)?.uid === uid);
  if (nodes.length === 0) return { look: { ...look, left: {}, hindrances: [] }, waits: [] };
  const click = unchanged && whenChanged(unchanged);
  const report = await drainTurn({
    kubernetes,
    nodes: Object.fromEntries(
      nodes.map(({ name }) => [name, drainedSince(progress.nodes[name], clock.now())]),
    ),
    waits: roll.waits ?? [],
    ...{ clock, signal },
    ...(click && { interrupt: click.signal }),
    ...turn,
  }).finally(click?.stop);
  const left = Object.fromEntries(Object.entries(report.left).map(([name, pods]) => [name, pods.length]));
  return { look: { ...look, left, hindrances: report.hindrances }, waits: report.waits };
}

/** In its first turn it is not noted yet: what came before that has not come back, but was never asked to leave. */
function drainedSince(node: NodeProgress | undefined, now: Instant): Instant {
  return node?.state === "draining" ? node.since : now;
}

/** Real milliseconds between two looks at whether a person clicked. */
const lookForClicks = 1_000;

/** Whoever pauses it, stops it or answers changes the record: a turn of evictions then ends early. */
function whenChanged(unchanged: () => Promise<boolean>): { signal: AbortSignal; stop: () => void } {
  const changed = new AbortController();
  const ask = () =>
    unchanged().then(
      (same) => same || changed.abort(),
      // Redis is away: the save after the turn says so.
      () => undefined,
    );
  const timer = setInterval(() => void ask(), lookForClicks);
  return { signal: changed.signal, stop: () => clearInterval(timer) };
}

function toTick({ run }: StepAtHand, verdict: RollVerdict): StepTick {
  const { progress, facts } = verdict;
  switch (verdict.outcome) {
    case "again":
      return { progress, facts, next: "again" };
    case "wait":
      return { progress, facts, next: "wait", wait: verdict.wait };
    case "failed":
      return { progress, facts, next: "failed", problem: verdict.problem };
    case "done":
      return { progress, facts, next: run.stopping ? "stopped" : "succeeded" };
  }
}

function groupGone({ progress, step, now }: StepAtHand): StepTick {
  const problem: Problem = {
    code: "GroupGone",
    what: `Auto Scaling group ${step.nodeGroup} does not exist any more`,
    next: "Somebody deleted it in the middle. There is nothing left to put back; look at the cluster's nodes.",
  };
  return { progress: failActivePhase(progress, now), facts: [], next: "failed", problem };
}
