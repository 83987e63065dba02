import type { BlockingChange } from "../blocking.js";
import { waitsUntil } from "../decide-answer.js";
import type { Fact } from "../events.js";
import type { Answer, DrainBlocker } from "../run.js";
import type { Scene } from "./scene.js";

/** Blockers, facts and answers, as they are once "wait longer" has been heeded. */
export interface WaitsFollowed extends BlockingChange {
  readonly answers?: readonly Answer[];
}

/**
 * "Wait longer" at a blocked drain: as long as it was said for nobody is called; when that is over and the drain is still
 * blocked, a person is called anew.
 */
export function followWaits(
  { progress, index, now }: Pick<Scene, "progress" | "index" | "now">,
  { blockers, facts }: BlockingChange,
): WaitsFollowed {
  const { answers } = progress;
  if (!answers) return { blockers, facts };
  const standing = (blocker: DrainBlocker) => answers.filter((answer) => isWaitFor(answer, blocker));
  const ended = (blocker: DrainBlocker) =>
    standing(blocker).every((answer) => now >= waitsUntil(answer, blocker.since));
  const waiting = blockers.filter((blocker) => standing(blocker).length > 0);
  const held = new Set(waiting.filter((blocker) => !ended(blocker)).map(({ id }) => id));
  const over = waiting.filter((blocker) => ended(blocker));
  const ids = new Set(waiting.map(({ id }) => id));
  return {
    blockers: blockers.map((blocker) => {
      if (!ids.has(blocker.id)) return blocker;
      return { ...blocker, called: held.has(blocker.id) ? wasCalled(blocker, progress.blockers) : true };
    }),
    facts: [
      ...facts.filter((fact) => fact.type !== "DrainBlockLasts" || !ids.has(fact.id)),
      ...over.map(({ id }): Fact => ({ type: "DrainBlockLasts", step: index, id })),
    ],
    answers: answers.map((answer) =>
      over.some((blocker) => isWaitFor(answer, blocker)) ? { ...answer, doneAt: now } : answer,
    ),
  };
}

/** Not one to an earlier appearance of the same cause, and not one that was heeded already. */
function isWaitFor({ about, choice, at, doneAt }: Answer, { id, since }: DrainBlocker): boolean {
  return about === id && choice === "wait" && doneAt === undefined && at >= since;
}

function wasCalled({ id }: DrainBlocker, before: readonly DrainBlocker[] = []): boolean {
  return before.some((blocker) => blocker.id === id && blocker.called === true);
}
