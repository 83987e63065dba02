import type { PhaseState, RunState } from "./run.js";

/** Every way a run may go. What is not here cannot happen. */
const runTransitions: Readonly<Record<RunState, readonly RunState[]>> = {
  "awaiting approval": ["scheduled", "running", "rejected", "expired", "cancelled"],
  scheduled: ["running", "cancelled"],
  running: ["succeeded", "failed", "cancelled"],
  rejected: [],
  expired: [],
  succeeded: [],
  // A retry is a new attempt of the same run; a repair puts back what it left behind.
  failed: ["running"],
  cancelled: ["running"],
};

/** Every way a phase may go. `done` without `active` is a phase that came and went between two looks. */
const phaseTransitions: Readonly<Record<PhaseState, readonly PhaseState[]>> = {
  pending: ["active", "done", "skipped"],
  active: ["done", "failed"],
  done: [],
  skipped: [],
  failed: [],
};

export function moveRun(from: RunState, to: RunState): RunState {
  return move("run", runTransitions[from], from, to);
}

export function movePhase(from: PhaseState, to: PhaseState): PhaseState {
  return move("phase", phaseTransitions[from], from, to);
}

/** Nothing more will happen to it by itself, and its target is free. */
export function isOver(state: RunState): boolean {
  return state !== "awaiting approval" && state !== "scheduled" && state !== "running";
}

function move<State extends string>(what: string, allowed: readonly State[], from: State, to: State): State {
  if (!allowed.includes(to)) throw new Error(`A ${what} cannot go from "${from}" to "${to}".`);
  return to;
}
