import { expect, it } from "vitest";
import { minute } from "../../../../src/core/instant.js";
import { followWaits } from "../../../../src/core/roll/follow-waits.js";
import type { Answer } from "../../../../src/core/run.js";
import { start } from "../../../builders.js";
import { aRollBlocker, aRollProgress } from "../../../rolls.js";

const since = start + 12 * minute;
const before = aRollBlocker({ called: false });
const lasts = { type: "DrainBlockLasts", step: 0, id: before.id } as const;
/** Said three minutes after it was asked: it holds for three more. */
const wait = (over: Partial<Answer> = {}): Answer => ({
  ...{ about: before.id, choice: "wait", by: "U0ANN", at: since + 3 * minute },
  ...over,
});

it.each<[string, Answer[], minutes: number, calls: number, called: boolean, heeded: boolean]>([
  ["nobody said to wait: a person is called in time", [], 4, 1, true, false],
  ["while somebody waits nobody is called", [wait()], 4, 0, false, false],
  ["when that is over a person is called", [wait()], 6, 1, true, true],
  ["once", [wait({ doneAt: since + 6 * minute })], 7, 1, true, false],
  ["who waits again is asked again later", [wait(), wait({ at: since + 5 * minute })], 6, 0, false, false],
  ["what was said of an earlier appearance does not count", [wait({ at: start })], 4, 1, true, false],
  ["nor what was said of something else", [wait({ about: "ui/ui/budget used up" })], 4, 1, true, false],
])("%s", (_, answers, minutes, calls, called, heeded) => {
  const followed = followWaits(
    { progress: aRollProgress({ blockers: [before], answers }), index: 0, now: since + minutes * minute },
    // As the blocker's own patience has it: it lasts, and a person is called.
    { blockers: [{ ...before, called: true }], facts: [lasts] },
  );
  expect(followed.facts).toHaveLength(calls);
  expect(followed.blockers).toMatchObject([{ called }]);
  expect(followed.answers?.some(({ doneAt }) => doneAt === since + minutes * minute)).toBe(heeded);
});
