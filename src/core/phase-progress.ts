import type { Fact } from "./events.js";
import type { Instant } from "./instant.js";
import { type PhaseName, phaseNames, type Step } from "./plan.js";
import type { PhaseProgress, StepProgress } from "./run.js";
import { movePhase } from "./transitions.js";

/** The phase that is under way; "setup" before anything is. */
export function activePhase(progress: StepProgress): PhaseName {
  return phaseNames.find((name) => progress.phases[name].state === "active") ?? "setup";
}

export interface PhaseChange {
  readonly progress: StepProgress;
  readonly facts: readonly Fact[];
}

/** Goes forward to a phase, never back; phases that came and went unseen are told in their order. */
export function enterPhase(
  progress: StepProgress,
  phase: PhaseName,
  step: Step,
  index: number,
  now: Instant,
): PhaseChange {
  const target = Math.max(phaseNames.indexOf(phase), phaseNames.indexOf(activePhase(progress)));
  const passed = closePhases(progress, phaseNames.slice(0, target), step, index, now);
  const name = phaseNames[target] ?? phase;
  const current = passed.progress.phases[name];
  if (current.state !== "pending") return passed;
  const active: PhaseProgress = { state: movePhase(current.state, "active"), startedAt: now };
  return {
    progress: withPhase(passed.progress, name, active),
    facts: [...passed.facts, { type: "PhaseStarted", step: index, phase: name }],
  };
}

export function finishPhases(progress: StepProgress, step: Step, index: number, now: Instant): PhaseChange {
  return closePhases(progress, phaseNames, step, index, now);
}

function closePhases(
  progress: StepProgress,
  phases: readonly PhaseName[],
  step: Step,
  index: number,
  now: Instant,
): PhaseChange {
  let next = progress;
  const facts: Fact[] = [];
  for (const phase of phases) {
    const { state, startedAt } = next.phases[phase];
    if (state !== "pending" && state !== "active") continue;
    const reason = whySkipped(phase, step);
    if (reason !== undefined && state === "pending") {
      next = withPhase(next, phase, { state: movePhase(state, "skipped"), note: reason, endedAt: now });
      facts.push({ type: "PhaseSkipped", step: index, phase, reason });
      continue;
    }
    if (state === "pending") facts.push({ type: "PhaseStarted", step: index, phase });
    facts.push({ type: "PhaseFinished", step: index, phase });
    next = withPhase(next, phase, {
      state: movePhase(state, "done"),
      startedAt: startedAt ?? now,
      endedAt: now,
    });
  }
  return { progress: next, facts };
}

/**
 * Where a group never grows, there is nothing to raise and nothing to give back. Our own scale down is never skipped:
 * what else is ours is put back then.
 */
export function whySkipped(phase: PhaseName, step: Step): string | undefined {
  const ours = step.kind === "self-managed node group";
  const minimal = step.updateConfig.strategy === "MINIMAL";
  if (phase === "scale up" && minimal) return "update strategy MINIMAL adds no nodes first";
  if (phase === "scale up" && ours && (step.surge ?? 0) === 0) return "no node is added first";
  if (phase === "scale down" && minimal && !ours) return "update strategy MINIMAL added no nodes";
  return undefined;
}

export function failActivePhase(progress: StepProgress, now: Instant): StepProgress {
  const phase = activePhase(progress);
  const { state, startedAt } = progress.phases[phase];
  if (state !== "active") return progress;
  return withPhase(progress, phase, {
    state: movePhase(state, "failed"),
    endedAt: now,
    ...(startedAt !== undefined && { startedAt }),
  });
}

function withPhase(progress: StepProgress, phase: PhaseName, to: PhaseProgress): StepProgress {
  return { ...progress, phases: { ...progress.phases, [phase]: to } };
}
