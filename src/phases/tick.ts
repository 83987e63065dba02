import type { Clock } from "../clock.js";
import { goOnAllTheSame, isAsking } from "../core/decide-control.js";
import { leftIn } from "../core/decide-repair.js";
import type { Fact } from "../core/events.js";
import { hour, type Instant, minute, second } from "../core/instant.js";
import { failActivePhase } from "../core/phase-progress.js";
import { isTrouble, type Problem, type Trouble, type TroubleKind } from "../core/problems.js";
import type { Run, StepProgress } from "../core/run.js";
import { moveRun } from "../core/transitions.js";
import { followTroubles, passedAtEnd, type TroubleMet } from "../core/troubles.js";
import type { DrainOrder } from "./drain.js";
import { tickManaged } from "./managed.js";
import type { Outside } from "./outside.js";
import { tickRoll } from "./roll/roll.js";
import { metAtTheEnd } from "./trouble.js";

/**
 * What one look at the world came to: the run as it should be saved, and whether to go on at once ("again": something
 * was saved that has to be acted on) or to wait as `run.wait` says.
 */
export interface Tick {
  readonly run: Run;
  readonly facts: readonly Fact[];
  readonly next: "again" | "wait" | "over";
}

/** What a driver says of the step it was asked about. */
export type StepTick = {
  readonly progress: StepProgress;
  readonly facts: readonly Fact[];
} & (
  | { readonly next: "again" }
  | { readonly next: "wait"; readonly wait: NonNullable<Run["wait"]>; readonly trouble?: TroubleMet }
  | { readonly next: "succeeded" }
  /** Called off, and put back. */
  | { readonly next: "stopped" }
  /** Called off, but EKS had begun. */
  | { readonly next: "too late" }
  | { readonly next: "failed"; readonly problem: Problem }
);

export interface TickOptions {
  /** False: the record has moved on since it was read, and nothing that this one intends may be carried out any more. */
  readonly unchanged?: () => Promise<boolean>;
  /** Something holds the run: what is begun is brought to a safe point, and nothing new is begun. */
  readonly held?: boolean;
  /** Why nothing may be begun any more, by the rules of its environment. What was begun without our learning of it is followed. */
  readonly refused?: Problem;
  /** How long one turn of evictions may last, in real time; `drainTurn`'s own limits where not given. */
  readonly turn?: Pick<DrainOrder, "atMost" | "quietFor">;
}

/** How long to leave the world alone after it failed us, by kind of trouble. */
const lookAgainAfter: Readonly<Record<TroubleKind, number>> = {
  busy: 30 * second,
  unreachable: 30 * second,
  conflict: minute,
  denied: 2 * minute,
  "not found": minute,
  refused: minute,
};

/**
 * One look at a running run: observe, judge, and either say what to save next or make the one write whose intent is
 * already saved. Safe to repeat at any moment. Trouble outside never ends a run: it is shown, and looked at again.
 */
export async function tick(
  run: Run,
  outside: Outside,
  clock: Clock,
  signal: AbortSignal,
  options: TickOptions = {},
): Promise<Tick> {
  const now = clock.now();
  const index = run.steps.findIndex(run.stopping ? isToEnd : isToDo);
  const step = run.plan.steps[index];
  const progress = run.steps[index];
  if (!step || !progress) return run.stopping ? stop(run, [], now) : succeed(run, [], now);
  try {
    const drive = step.kind === "self-managed node group" ? tickRoll : tickManaged;
    const hand = { run, step, progress, index, outside, now, clock, signal };
    const done = await drive({ ...hand, ...options });
    return settle(run, index, done, now);
  } catch (error) {
    if (!isTrouble(error)) throw error;
    const wait = { for: "the trouble above to pass", until: now + lookAgainAfter[error.kind] };
    const { run: met, facts } = withTrouble({ ...run, wait }, metAtTheEnd(error), now);
    // Where EKS is the driver nothing is put back: only whether it has begun is to be seen, however long that takes.
    const lost = progress.roll && whyLeft(met, error, now);
    if (lost) return stop(met, [...facts, { type: "NotPutBack", step: index, ...lost }], now);
    return { run: met, facts, next: "wait" };
  }
}

/** How long a missing permission may be granted before what it keeps us from putting back is left to people. */
const putBackPatience = hour;

/** Going forward waits for ever: nothing is lost by it. Putting back ends, and says what is left. */
function whyLeft(
  { stopping, troubles = [], plan }: Run,
  error: Trouble,
  now: Instant,
): Pick<Problem, "what" | "next"> | undefined {
  const since = troubles.find(({ id }) => id === "refusal")?.since ?? now;
  if (!stopping || !isTrouble(error, "denied", "refused", "not found")) return undefined;
  if (now - since < putBackPatience) return undefined;
  const what = `Not everything could be put back: I could not ${error.call} (${error.code})`;
  return { what, next: `${error.next} Then type "/eks-upgrade repair ${plan.cluster}".`.trim() };
}

const isToDo = ({ phases }: StepProgress) => phases["scale down"].endedAt === undefined;

/** Of a roll of ours, what is left of it; of an update of EKS's, whether it was begun. */
const isToEnd = (progress: StepProgress) =>
  progress.roll
    ? progress.roll.intents.length > 0 || leftIn(progress).length > 0
    : isToDo(progress) && isAsking(progress);

function settle(run: Run, index: number, done: StepTick, now: Instant): Tick {
  const steps = run.steps.map((each, at) => (at === index ? done.progress : each));
  const { wait: _wait, ...rest } = run;
  const looked = { ...rest, steps };
  const met = asksNothing(run, done)
    ? { run: looked, facts: [] }
    : withTrouble(looked, done.next === "wait" ? done.trouble : undefined, now);
  const next = met.run;
  // A run that failed did not overcome what stood in its way, unless that had passed before.
  const facts = [...done.facts, ...(done.next === "failed" ? passedAtEnd(run) : met.facts)];
  switch (done.next) {
    case "again":
      return { run: next, facts, next: "again" };
    case "wait":
      return { run: { ...next, wait: done.wait }, facts, next: "wait" };
    case "failed":
      return fail(next, facts, done.problem, now);
    case "stopped":
      return stop(next, facts, now);
    case "too late": {
      const goesOn = goOnAllTheSame(next, index);
      return { run: goesOn.run, facts: [...facts, ...goesOn.facts], next: "again" };
    }
    case "succeeded":
      return index === run.steps.length - 1 ? succeed(next, facts, now) : { run: next, facts, next: "again" };
  }
}

/** What EKS refused before it was called off is not over: it was not asked again. */
function asksNothing({ stopping }: Run, { progress, next }: StepTick): boolean {
  return stopping !== undefined && progress.roll === undefined && next !== "too late";
}

function succeed(run: Run, facts: readonly Fact[], now: Instant): Tick {
  const over: Run = { ...run, state: moveRun(run.state, "succeeded"), endedAt: now };
  return { run: over, facts: [...facts, ...passedAtEnd(run), { type: "RunSucceeded" }], next: "over" };
}

function fail(run: Run, facts: readonly Fact[], problem: Problem, now: Instant): Tick {
  const over: Run = { ...run, state: moveRun(run.state, "failed"), failure: problem, endedAt: now };
  return { run: over, facts: [...facts, { type: "RunFailed", problem }], next: "over" };
}

/** By whom, says the request to stop. */
function stop(run: Run, facts: readonly Fact[], now: Instant): Tick {
  const { stopping, ...rest } = run;
  const by = stopping?.by ?? run.requestedBy;
  // Of a phase that was under way nothing goes on.
  const steps = run.steps.map((each) => failActivePhase(each, now));
  const over: Run = { ...rest, steps, state: moveRun(run.state, "cancelled"), cancelledBy: by, endedAt: now };
  return { run: over, facts: [...facts, ...passedAtEnd(run), { type: "RunCancelled", by }], next: "over" };
}

function withTrouble(
  run: Run,
  met: TroubleMet | undefined,
  now: Instant,
): { run: Run; facts: readonly Fact[] } {
  const { trouble: _trouble, troubles: _troubles, ...rest } = run;
  const { troubles, facts } = followTroubles(run, met, now);
  const standing = { ...(met && { trouble: met.problem }), ...(troubles.length > 0 && { troubles }) };
  return { run: { ...rest, ...standing }, facts };
}
