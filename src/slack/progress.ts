import { type Instant, type Milliseconds, minute } from "../core/instant.js";
import { type PhaseName, phaseNames, type Step } from "../core/plan.js";
import type { DrainBlocker, NodeProgress, Run, StepProgress } from "../core/run.js";

/** Where the nodes of a step, or of all steps together, stand. */
export interface Counts {
  /** Nodes the groups had when the update began, which all have to be replaced. */
  readonly old: number;
  readonly oldGone: number;
  /** Nodes on the new release that take pods, extra ones included. */
  readonly newReady: number;
  /** Nodes on the new release that are to be left at the end. */
  readonly wanted: number;
  /** Nodes on the new release beyond what is wanted: given back in scale down. */
  readonly extra: number;
}

/** How much of a step each phase is, by experience: replacing the nodes is nearly all of it. */
const share: Readonly<Record<PhaseName, number>> = {
  setup: 0.05,
  "scale up": 0.2,
  upgrade: 0.65,
  "scale down": 0.1,
};

/** Typical lengths, used until the run's own pace is known. */
const typical = { setup: minute, scaleUp: 4 * minute, batch: 4 * minute, surplusNode: minute } as const;

/** How far an old node is on its way out, from 0 to 1. */
const gone: Readonly<Record<NodeProgress["state"], number>> = {
  joined: 0,
  ready: 0,
  unschedulable: 0,
  draining: 0.3,
  empty: 0.6,
  terminating: 0.8,
  gone: 1,
};

/** At most this many nodes of the group are replaced at once (EKS caps it at 100 and defaults to 1). */
export function parallelOf(step: Step): number {
  const { maxUnavailable, maxUnavailablePercentage } = step.updateConfig;
  const percent = maxUnavailablePercentage;
  const wanted =
    percent === undefined ? (maxUnavailable ?? 1) : Math.floor((step.nodes.count * percent) / 100);
  return Math.min(100, Math.max(1, wanted));
}

/** How many nodes EKS may add before it takes the first away: twice the zones, or the parallelism if that is more. */
export function surgeOf(step: Step): number {
  if (step.updateConfig.strategy === "MINIMAL") return 0;
  return Math.max(2 * step.nodes.zones.length, parallelOf(step));
}

export function stepCounts(step: Step, progress: StepProgress): Counts {
  const nodes = Object.values(progress.nodes);
  const olds = nodes.filter((node) => node.old);
  const news = nodes.filter((node) => !node.old && node.state !== "gone");
  const sizes = progress.receipt?.autoScalingGroups.map((group) => group.sizes.desired);
  const wanted = sizes?.length ? sizes.reduce((sum, desired) => sum + desired, 0) : step.nodes.count;
  return {
    old: nodes.length === 0 ? step.nodes.count : olds.length,
    oldGone: olds.filter((node) => node.state === "gone").length,
    newReady: news.filter((node) => node.state === "ready").length,
    wanted,
    extra: Math.max(0, news.length - wanted),
  };
}

export function runCounts(run: Run): Counts {
  return pairs(run)
    .map(([step, progress]) => stepCounts(step, progress))
    .reduce(
      (sum, each) => ({
        old: sum.old + each.old,
        oldGone: sum.oldGone + each.oldGone,
        newReady: sum.newReady + each.newReady,
        wanted: sum.wanted + each.wanted,
        extra: sum.extra + each.extra,
      }),
      { old: 0, oldGone: 0, newReady: 0, wanted: 0, extra: 0 },
    );
}

/** From 0 to 1. Only a run that succeeded is at 1: until then it stops at 0.99. */
export function fractionOf(run: Run): number {
  if (run.state === "succeeded") return 1;
  const parts = pairs(run).map(([step, progress]) => ({
    weight: Math.max(1, step.nodes.count),
    done: stepFraction(step, progress),
  }));
  const whole = parts.reduce((sum, part) => sum + part.weight, 0);
  const done = parts.reduce((sum, part) => sum + part.weight * part.done, 0);
  return whole === 0 ? 0 : Math.min(0.99, done / whole);
}

function stepFraction(step: Step, progress: StepProgress): number {
  return phaseNames.reduce((sum, name) => {
    const { state } = progress.phases[name];
    if (state === "done" || state === "skipped") return sum + share[name];
    if (state === "pending") return sum;
    return sum + share[name] * withinPhase(name, step, progress);
  }, 0);
}

/** How much of an unfinished phase is behind it. */
function withinPhase(name: PhaseName, step: Step, progress: StepProgress): number {
  const nodes = Object.values(progress.nodes);
  const counts = stepCounts(step, progress);
  switch (name) {
    case "setup":
      return 0;
    case "scale up":
      return ratio(counts.newReady, surgeOf(step));
    case "upgrade":
      return ratio(oldWayOut(nodes), counts.old);
    case "scale down": {
      const givenBack = nodes.filter((node) => !node.old && node.state === "gone").length;
      return ratio(givenBack, givenBack + counts.extra);
    }
  }
}

/** Old nodes gone, those on their way counted in part. */
function oldWayOut(nodes: readonly NodeProgress[]): number {
  return nodes.filter((node) => node.old).reduce((sum, node) => sum + gone[node.state], 0);
}

function ratio(part: number, whole: number): number {
  return whole <= 0 ? 0 : Math.min(1, part / whole);
}

/**
 * An estimate of what is left, or nothing when none would be honest: the run is over, or something stands in its way.
 * Old nodes are counted at the pace of this run once one is gone; before that, and for the rest, at typical lengths.
 */
export function timeLeft(run: Run, now: Instant): Milliseconds | undefined {
  if (run.state !== "running" || run.trouble || toldBlockers(run).length > 0) return undefined;
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

/** Each step with its progress; a step without a record has not begun. */
export function pairs(run: Run): [Step, StepProgress][] {
  return run.plan.steps.flatMap((step, index) => {
    const progress = run.steps[index];
    return progress ? [[step, progress] as [Step, StepProgress]] : [];
  });
}

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

/** The step that is under way, or the last that was. */
export function currentStep(run: Run): { index: number; step: Step; progress: StepProgress } | undefined {
  const all = pairs(run).map(([step, progress], index) => ({ index, step, progress }));
  const begun = all.filter(({ progress }) =>
    phaseNames.some((name) => progress.phases[name].state !== "pending"),
  );
  return begun.at(-1) ?? all[0];
}

/** The step that a retry would begin anew: the first that is not through. */
export function unfinishedStep(run: Run): { step: Step; progress: StepProgress } | undefined {
  const found = pairs(run).find(([, progress]) =>
    phaseNames.some((name) => !["done", "skipped"].includes(progress.phases[name].state)),
  );
  return found && { step: found[0], progress: found[1] };
}

/** The attempt the run is at: 1, until it was tried again. */
export function attemptOf(run: Run): number {
  return Math.max(1, ...run.steps.map((step) => step.attempt));
}

/** How long the run, or its latest attempt, took. Undefined while it lasts, and for an attempt that began nothing. */
export function lengthOf(run: Run): Milliseconds | undefined {
  if (run.endedAt === undefined) return undefined;
  const retried = run.steps.findLast((step) => step.attempt > 1);
  const from = retried ? retried.phases.setup.startedAt : (run.decidedAt ?? run.requestedAt);
  return from === undefined ? undefined : run.endedAt - from;
}

/** EKS may have been asked: from here on nothing can be called off. */
export function hasBegun(run: Run): boolean {
  return run.steps.some((step) => step.intent !== undefined || step.updateId !== undefined);
}

/** Looks are due every few seconds or minutes: so late, nobody is looking. */
const lateAfter = 10 * minute;

/** Since when a look at a running run is overdue; undefined as long as it may still come. */
export function overdueSince(run: Run, now: Instant): Instant | undefined {
  if (run.state !== "running") return undefined;
  // Between two looks that follow at once there is no wait; before the first there is the approval.
  const due = run.wait?.until ?? (hasBegun(run) || attemptOf(run) > 1 ? undefined : run.decidedAt);
  return due !== undefined && now - due > lateAfter ? due : undefined;
}

export function phaseUnderWay(progress: StepProgress): PhaseName | undefined {
  return phaseNames.find((name) => {
    const { state } = progress.phases[name];
    return state === "active" || state === "failed";
  });
}

/** Twenty characters wide, for people who read bars faster than numbers. */
export function bar(fraction: number): string {
  const full = Math.round(Math.min(1, Math.max(0, fraction)) * 20);
  return "█".repeat(full) + "░".repeat(20 - full);
}

export function percent(fraction: number): string {
  return `${Math.floor(fraction * 100)} %`;
}
