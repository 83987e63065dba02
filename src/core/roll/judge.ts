import type { Fact } from "../events.js";
import { enterPhase, failActivePhase, finishPhases, whySkipped } from "../phase-progress.js";
import type { PhaseName } from "../plan.js";
import type { Problem } from "../problems.js";
import type { StepProgress, Wait } from "../run.js";
import { judgeAnswers } from "./answers.js";
import { followMembers } from "./follow-members.js";
import { followSizes } from "./follow-sizes.js";
import { judgeScaleDown, judgeUnwinding } from "./judge-scale-down.js";
import { judgeScaleUp } from "./judge-scale-up.js";
import { judgeSetup } from "./judge-setup.js";
import { judgeUpgrade } from "./judge-upgrade.js";
import type { LedgerEntry } from "./ledger.js";
import { lostEntries } from "./recover.js";
import { followRepeats } from "./repeats.js";
import type { Move, Scene } from "./scene.js";
import { followStall } from "./stall.js";

/** What to save of a look, and how to go on. "again": something was saved that has to be acted on, or looked at anew. */
export type RollVerdict = { readonly progress: StepProgress; readonly facts: readonly Fact[] } & (
  | { readonly outcome: "again" }
  | { readonly outcome: "wait"; readonly wait: Wait }
  | { readonly outcome: "done" }
  | { readonly outcome: "failed"; readonly problem: Problem }
);

/** The story of a roll. Each part is judged from the beginning at every look: what is so already passes at once. */
const story: readonly { readonly phase: PhaseName; judge(scene: Scene): Move }[] = [
  { phase: "setup", judge: judgeSetup },
  { phase: "scale up", judge: judgeScaleUp },
  { phase: "upgrade", judge: judgeUpgrade },
  { phase: "scale down", judge: judgeScaleDown },
];

/** Where a roll stands and what comes next. */
export function judgeRoll(scene: Scene): RollVerdict {
  const known = recall(scene);
  if (known) return known;
  const followed = follow(scene);
  const now = followed.scene;
  const { progress } = now;
  const left = story.filter(
    ({ phase }) => progress.phases[phase].endedAt === undefined && whySkipped(phase, now.step) === undefined,
  );
  for (const { phase, judge } of left) {
    const entered = enterPhase(progress, phase, now.step, now.index, now.now);
    // A phase is entered in the record before it is judged: what it is judged by is looked at from then on.
    if (entered.facts.length > 0) {
      const at = { ...now, progress: entered.progress };
      return again(at, now.roll, [...followed.facts, ...entered.facts]);
    }
    const move = judge(now);
    if (move.kind !== "passed") return settle(now, followed.facts, move);
  }
  const over = finishPhases(progress, now.step, now.index, now.now);
  const done: Fact[] = [...followed.facts, ...over.facts, { type: "StepSucceeded", step: now.index }];
  return { progress: over.progress, facts: done, outcome: "done" };
}

/** Puts everything back that is ours. */
export function judgeStopping(scene: Scene): RollVerdict {
  const known = recall(scene);
  if (known) return known;
  const { scene: now, facts } = follow(scene);
  const move = judgeUnwinding(now);
  if (move.kind === "passed") return { progress: now.progress, facts, outcome: "done" };
  return settle(now, facts, move);
}

/** A record that lost its last saves learns of them again before it is judged. */
function recall(scene: Scene): RollVerdict | undefined {
  const lost = lostEntries(scene);
  if (lost.length === 0) return undefined;
  return again(scene, { ...scene.roll, ledger: [...scene.roll.ledger, ...lost] }, []);
}

/** What became of nodes and sizes since the last look, and what people answered meanwhile. */
function follow(scene: Scene): { scene: Scene; facts: readonly Fact[] } {
  const facts: Fact[] = [];
  let now = scene;
  for (const step of [followSizes, followMembers, judgeAnswers]) {
    const change = step(now);
    facts.push(...change.facts);
    now = { ...now, progress: change.progress, roll: change.progress.roll ?? now.roll };
  }
  return { scene: now, facts };
}

function settle(scene: Scene, facts: readonly Fact[], move: Exclude<Move, { kind: "passed" }>): RollVerdict {
  const { progress, roll, now } = scene;
  switch (move.kind) {
    case "act": {
      const repeated = followRepeats(roll, move.intents, now);
      // What was asked for was done, and is not seen yet, or somebody undoes it: not again without a pause.
      if (repeated.pauseUntil !== undefined && roll.intents.length === 0) {
        const wait = { for: "what was changed to show", until: repeated.pauseUntil };
        return waiting(scene, facts, { kind: "wait", wait });
      }
      const ledger: LedgerEntry[] = [
        ...(move.roll?.ledger ?? roll.ledger),
        ...(move.entries ?? []).map((entry) => ({ ...entry, at: now })),
      ];
      const intents = [...roll.intents, ...move.intents];
      const next = { ...roll, ...move.roll, ...repeated.roll, ledger, intents, intendedAt: now };
      return again(scene, next, [...facts, ...(move.facts ?? [])]);
    }
    case "note":
      return again({ ...scene, progress: { ...progress, ...move.progress } }, { ...roll, ...move.roll }, [
        ...facts,
        ...(move.facts ?? []),
      ]);
    case "wait":
      return waiting(scene, facts, move);
    case "failed":
      return { progress: failActivePhase(progress, now), facts, outcome: "failed", problem: move.problem };
  }
}

function again(scene: Scene, roll: Scene["roll"], facts: readonly Fact[]): RollVerdict {
  return { progress: { ...scene.progress, roll }, facts, outcome: "again" };
}

function waiting(at: Scene, facts: readonly Fact[], asks: Extract<Move, { kind: "wait" }>): RollVerdict {
  const { scene, move } = followStall(at, asks);
  const { progress, roll, index } = scene;
  const { wait, question } = move;
  // Something was intended on the way (an answer): it is carried out before anything is waited for.
  if (roll.intents.length > 0) return { progress: { ...progress, roll }, facts, outcome: "again" };
  if (!question) {
    const next = without(roll, "question");
    return {
      progress: { ...progress, roll: next },
      facts: [...facts, ...closeQuestion(scene, next)],
      outcome: "wait",
      wait,
    };
  }
  const asked: Fact[] =
    roll.question?.id === question.id ? [] : [{ type: "QuestionAsked", step: index, question }];
  const next = { ...roll, question };
  return {
    progress: { ...progress, roll: next },
    facts: [...facts, ...closeQuestion(scene, next), ...asked],
    outcome: "wait",
    wait,
  };
}

function closeQuestion({ roll, progress, index }: Scene, next: Scene["roll"]): Fact[] {
  const { question } = roll;
  if (!question || next.question?.id === question.id) return [];
  const answered = (progress.answers ?? []).some(
    ({ about, at }) => about === question.id && at >= question.since,
  );
  return [{ type: "QuestionClosed", step: index, id: question.id, answered }];
}

function without<T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> {
  const { [key]: _left, ...rest } = value;
  return rest;
}
