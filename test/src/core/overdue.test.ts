import { expect, it } from "vitest";
import type { Held } from "../../../src/core/held.js";
import { hour, minute } from "../../../src/core/instant.js";
import { overdueBy } from "../../../src/core/overdue.js";
import type { Run } from "../../../src/core/run.js";
import { aRun, aRunningRun, someProgress, start } from "../../builders.js";
import { aRoll, aRollProgress } from "../../rolls.js";

const untouched = aRunningRun({ steps: [someProgress()] });
const held: Held = { why: "lock", by: "U0BEN", reason: "the database moves", since: start };
const parked = { held, wait: { for: "its lock to be taken off", until: start } };
const drained = { for: "ip-10-0-1-7 to be drained", until: start };
const draining = aRollProgress({}, { drains: { "ip-10-0-1-7": { uid: "u1", instance: "i-1" } } });

it.each<[string, Run, number, number | undefined]>([
  ["what waits for approval needs no look", aRun(), start + hour, undefined],
  ["a run that was just approved has some time", untouched, start + 10 * minute, undefined],
  ["a run that nobody has begun", untouched, start + 11 * minute, 11 * minute],
  ["one whose look is late", aRoll({ wait: drained }), start + hour, hour],
  [
    "a paused one is looked at by nobody",
    aRoll({ wait: drained, paused: { by: "U0ANN", at: start } }),
    start + hour,
    undefined,
  ],
  ["one that waits for its lock is asked for without a word", aRoll(parked), start + hour, undefined],
  ["the same before it has begun", { ...untouched, ...parked }, start + hour, undefined],
  [
    "one on its way to a safe point is looked at like any other",
    aRoll({ steps: [draining], held, wait: drained }),
    start + hour,
    hour,
  ],
  [
    "one that was held before it began is due from then on",
    { ...untouched, releasedAt: start + hour },
    start + hour + minute,
    undefined,
  ],
])("%s", (_, run, now, late) => {
  expect(overdueBy(run, now)).toBe(late);
});
