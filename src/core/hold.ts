import { approvedUntil } from "./approval.js";
import type { Change } from "./decide.js";
import { hasBegun, stepUnderWay } from "./decide-control.js";
import type { Held } from "./held.js";
import { hour, type Instant, type Milliseconds, minute } from "./instant.js";
import { failActivePhase } from "./phase-progress.js";
import type { Problem } from "./problems.js";
import { leaving } from "./roll/judge-drains.js";
import { shareOf } from "./roll/scene.js";
import { maxUnavailableOf } from "./roll/surge.js";
import type { Run, StepProgress } from "./run.js";
import { moveRun } from "./transitions.js";
import { unchanged } from "./unchanged.js";

/**
 * How a run stands to what may hold it up:
 * - nothing begun: whether it may begin at all is asked
 * - about to ask: EKS is to be asked, or was and has not answered. What it began all the same is followed; otherwise
 *   nothing is begun yet, and whether it may is asked
 * - safe: no node is on its way out, and nothing is intended: it can stay so for as long as it has to
 * - on the way: what is begun is brought to a safe point first, and nothing new is begun
 * - never: EKS does the work and cannot be paused, or everything is being put back
 */
export type HoldPoint = "nothing begun" | "about to ask" | "safe" | "on the way" | "never";

export function holdPoint(run: Run): HoldPoint {
  if (run.stopping) return "never";
  if (!run.steps.some(hasBegun)) return "nothing begun";
  const { step, progress } = stepUnderWay(run) ?? {};
  if (!step || !progress) return "never";
  if (!hasBegun(progress)) return "safe";
  if (isUntouched(progress)) return "nothing begun";
  const { roll } = progress;
  if (step.kind === "managed node group") return progress.updateId === undefined ? "about to ask" : "never";
  if (!roll) return "never";
  return roll.intents.length > 0 || leaving({ roll }).length > 0 ? "on the way" : "safe";
}

/** This attempt has changed nothing: what the last one left is only known, to be put back. */
export function isUntouched(progress: StepProgress): boolean {
  if (!hasBegun(progress)) return true;
  const { attempt, roll } = progress;
  if (attempt === 1 || !roll) return false;
  // Nodes that are marked already are drained without anything being intended before.
  const drains = Object.keys(roll.drains).length > 0;
  return roll.intents.length === 0 && roll.intendedAt === undefined && !drains;
}

/** Whether a worker may begin what is approved, or begin anything new of what is under way. */
export type Permission =
  | { readonly go: true }
  /** Not now: asked again then. */
  | { readonly held: Held; readonly until: Instant }
  /** Not any more. Only before anything was begun. */
  | { readonly refused: Problem };

/**
 * What comes of it: a look at the world (`held`: that begins nothing new; `refused`: that begins nothing at all), or
 * something to save, or nothing until then.
 */
export type Ruled =
  | { readonly kind: "look"; readonly held: boolean; readonly refused?: Problem }
  | { readonly kind: "save"; readonly change: Change; readonly over: boolean }
  | { readonly kind: "wait"; readonly until: Instant };

export function ruleOn(run: Run, permission: Permission, now: Instant): Ruled {
  const point = holdPoint(run);
  if ("refused" in permission) {
    const { refused } = permission;
    // EKS may have begun without our learning of it: that is looked for first.
    if (point === "about to ask") return { kind: "look", held: false, refused };
    return { kind: "save", change: refuse(run, refused, now), over: true };
  }
  if ("go" in permission) {
    if (!run.held) return { kind: "look", held: false };
    return { kind: "save", change: release(run, now), over: false };
  }
  const { held, until } = permission;
  const known = isSameHold(run.held, held);
  if (!canRest(point) && known) return { kind: "look", held: true };
  // What was waited for on the way to a safe point is over there.
  if (known && isParked(run)) return { kind: "wait", until };
  return { kind: "save", change: hold(run, held, until), over: false };
}

/** Otherwise it is looked at all the same: something is on its way, or may be. */
function canRest(point: HoldPoint): boolean {
  return point !== "on the way" && point !== "about to ask";
}

function refuse(run: Run, refused: Problem, at: Instant): Change {
  const problem = unchanged(run, refused);
  const { held: _held, wait: _wait, ...rest } = run;
  const steps = run.steps.map((each) => failActivePhase(each, at));
  return {
    run: { ...rest, steps, state: moveRun(run.state, "failed"), failure: problem, endedAt: at },
    facts: [{ type: "RunFailed", problem }],
  };
}

/** What a run waits for that is held, in words. */
function heldFor(held: Held): string {
  switch (held.why) {
    case "lock":
      return "its lock to be taken off";
    case "window":
      return held.freeze === undefined ? "its window to open" : "the freeze to end";
    case "unsure":
      return "Slack to tell whether it may still begin";
  }
}

/** The same reason, whenever it began. In how many ways Slack does not answer is all one. */
function isSameHold(one: Held | undefined, other: Held): boolean {
  if (one === undefined) return false;
  if (one.why === "unsure") return other.why === "unsure";
  const sign = ({ since: _since, ...rest }: Held) => JSON.stringify(Object.entries(rest).sort());
  return sign(one) === sign(other);
}

/** It begins nothing new. Of what it waited for nothing is left; what is on its way is looked at first. */
function hold({ wait: _wait, ...run }: Run, held: Held, until: Instant): Change {
  const before = run.held;
  // From a window's end into a freeze it is hours that hold it, all the time.
  const lasts = isSameHold(before, held) || (before?.why === "window" && held.why === "window");
  const since = lasts ? (before?.since ?? held.since) : held.since;
  const wait = canRest(holdPoint(run)) && { wait: { for: heldFor(held), until } };
  // It waited for its hour rightly so far, whatever comes between.
  const waited = before?.why === "window" && held.why !== "window" && mayBegin(run);
  return {
    run: {
      ...run,
      ...(waited && asIfScheduled(run, before.since, held.since)),
      held: { ...held, since },
      ...wait,
    },
    facts: isSameHold(before, held) ? [] : [{ type: "RunHeld", held }],
  };
}

/** It begins nothing new: it waits for that to be over, and for nothing else. */
export function isParked({ held, wait }: Pick<Run, "held" | "wait">): boolean {
  return held !== undefined && wait?.for === heldFor(held);
}

/** What held it is over. `by`: a person has it go on. */
export function release(run: Run, at: Instant, by?: string): Change {
  const { held, wait: _wait, ...rest } = run;
  if (!held) return { run, facts: [] };
  const scheduled = held.why === "window" && asIfScheduled(run, held.since, at);
  return {
    run: { ...rest, ...(mayBegin(run) && { releasedAt: at, ...scheduled }) },
    facts: [{ type: "RunReleased", why: held.why, ...(by !== undefined && { by }) }],
  };
}

function mayBegin(run: Run): boolean {
  return ["nothing begun", "about to ask"].includes(holdPoint(run));
}

/**
 * What waited for its hour was to begin then, as if it had been scheduled: its approval is not too old by that. What was
 * too old when the wait began stays so: a lock had held it until then. Once is enough.
 */
function asIfScheduled(run: Run, since: Instant, at: Instant): Pick<Run, "approvedFor"> {
  const stillGood = since <= (approvedUntil(run) ?? since);
  return run.approvedFor === undefined && stillGood ? { approvedFor: at } : {};
}

/** A batch of nodes until the run's own pace is known: boot, drain and the pause for load balancers. */
const typicalBatch = 5 * minute;

/** What takes longer fits into hardly any window: then it is begun all the same. */
const longestBatch = hour;

/** About how long the next nodes of a roll of ours take until it is at a safe point again; 0 where no more are to go. */
export function nextBatchTakes(run: Run): Milliseconds {
  const { step, progress } = stepUnderWay(run) ?? {};
  // An update that EKS is about to be asked for is no batch: once begun it goes through.
  if (!step || !progress || progress.intent) return 0;
  const { phases, nodes, roll } = progress;
  const givesBack = phases.upgrade.endedAt !== undefined;
  const { startedAt } = phases[givesBack ? "scale down" : "upgrade"];
  if (startedAt === undefined) return typicalBatch;
  const going = Object.values(nodes).filter(({ old }) => old !== givesBack);
  const gone = going.flatMap(({ state, since }) => (state === "gone" ? [since] : []));
  const extra = (roll && shareOf(roll)?.ours) ?? 0;
  const left = givesBack ? extra - (roll?.returned ?? 0) : going.length - gone.length;
  if (left <= 0) return 0;
  return batchTakes([startedAt, ...gone], maxUnavailableOf(step.updateConfig, step.nodes.count));
}

/** As long as it took as a rule: hours in which it was held, or in which a drain was stuck, are exceptions. */
function batchTakes(ends: readonly Instant[], atOnce: number): Milliseconds {
  const sorted = ends.toSorted((one, other) => one - other);
  const batches = sorted.flatMap((begun, index) => {
    const end = sorted[index + atOnce];
    return end === undefined ? [] : [end - begun];
  });
  const median = batches.toSorted((one, other) => one - other)[Math.floor((batches.length - 1) / 2)];
  return Math.min(median ?? typicalBatch, longestBatch);
}
