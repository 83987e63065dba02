import { type PhaseName, phaseNames, type Step } from "../core/plan.js";
import type { NodeProgress, Run, StepProgress } from "../core/run.js";

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

/** How many nodes may be added before the first is taken away: twice the zones, or the parallelism if that is more. */
export function surgeOf(step: Step): number {
  if (step.surge !== undefined) return step.surge;
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

/** Each step with its progress; a step without a record has not begun. */
export function pairs(run: Run): [Step, StepProgress][] {
  return run.plan.steps.flatMap((step, index) => {
    const progress = run.steps[index];
    return progress ? [[step, progress] as [Step, StepProgress]] : [];
  });
}

/** The step that is under way, or the last that was. */
export function currentStep(run: Run): { index: number; step: Step; progress: StepProgress } | undefined {
  const all = pairs(run).map(([step, progress], index) => ({ index, step, progress }));
  const begun = all.filter(({ progress }) =>
    phaseNames.some((name) => progress.phases[name].state !== "pending"),
  );
  return begun.at(-1) ?? all[0];
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
