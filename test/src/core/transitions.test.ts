import { expect, it } from "vitest";
import type { PhaseState, RunState } from "../../../src/core/run.js";
import { isOver, movePhase, moveRun } from "../../../src/core/transitions.js";

const runStates: RunState[] = [
  "awaiting approval",
  "rejected",
  "expired",
  "running",
  "succeeded",
  "failed",
  "cancelled",
];
const phaseStates: PhaseState[] = ["pending", "active", "done", "skipped", "failed"];

const runMoves = [
  "awaiting approval → running",
  "awaiting approval → rejected",
  "awaiting approval → expired",
  "running → succeeded",
  "running → failed",
  "awaiting approval → cancelled",
  "running → cancelled",
  "failed → running",
  "cancelled → running",
];

const phaseMoves = [
  "pending → active",
  "pending → done",
  "pending → skipped",
  "active → done",
  "active → failed",
];

const pairs = <State extends string>(states: readonly State[], moves: readonly string[]) =>
  states.flatMap((from) =>
    states.map((to): [State, State, "allowed" | "forbidden"] => [
      from,
      to,
      moves.includes(`${from} → ${to}`) ? "allowed" : "forbidden",
    ]),
  );

it.each(pairs(runStates, runMoves))("a run from %s to %s: %s", (from, to, rule) => {
  if (rule === "allowed") expect(moveRun(from, to)).toBe(to);
  else expect(() => moveRun(from, to)).toThrow(`A run cannot go from "${from}" to "${to}".`);
});

it.each(pairs(phaseStates, phaseMoves))("a phase from %s to %s: %s", (from, to, rule) => {
  if (rule === "allowed") expect(movePhase(from, to)).toBe(to);
  else expect(() => movePhase(from, to)).toThrow(`A phase cannot go from "${from}" to "${to}".`);
});

it.each<[RunState, boolean]>([
  ["awaiting approval", false],
  ["running", false],
  ["rejected", true],
  ["expired", true],
  ["succeeded", true],
  ["failed", true],
  ["cancelled", true],
])("is a run over that is %s? %s", (state, over) => {
  expect(isOver(state)).toBe(over);
});
