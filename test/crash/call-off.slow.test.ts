import { beforeAll, describe, it } from "vitest";
import { calledOffInTime, calledOffTooLate } from "./call-off-stories.js";
import { type Point, storiesAt } from "./points.js";
import type { Side } from "./wires.js";

const patience = 600_000;

const sides: readonly Side[] = ["before", "after"];
/** At the first save that tells of this fact, whatever else it tells. */
const atFact = (fact: string): Point[] =>
  sides.map((side) => ({
    title: `${side} it is saved: ${fact}`,
    history: true,
    stopAt: (write) => (write.startsWith("record ") && write.includes(fact) ? side : undefined),
  }));

/** What an upgrade that nobody calls off writes is in every-write.slow.test.ts. */
const suites = [
  {
    name: "what is called off in time, and started anew",
    played: storiesAt(calledOffInTime, ["UpdateRequested", "StopRequested", "RunCancelled"].flatMap(atFact)),
  },
  {
    name: "what is called off when EKS had begun",
    played: storiesAt(calledOffTooLate, ["UpdateRequested", "StopRequested", "StopTooLate"].flatMap(atFact)),
  },
];
beforeAll(() => {
  for (const { played } of suites) played.begin();
});

describe.each(suites)(
  "$name: a bot that dies, and another that starts at once: the same end",
  ({ played }) => {
    it.each(played.rows)("%s", { timeout: patience }, async (_, point) => played.at(point));

    it("was stopped at most points", { timeout: patience }, played.expectMostStopped);
  },
);
