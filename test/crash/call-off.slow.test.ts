import { calledOffInTime, calledOffTooLate } from "./call-off-stories.js";
import { expectSameEnds, type Point, storiesAt } from "./points.js";
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

expectSameEnds(suites, patience);
