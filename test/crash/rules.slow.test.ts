import { expectSameEnds, few, type Point, pointAtNth, storiesAt } from "./points.js";
import { goesOn, lockedRoll, scheduled, scheduledAndLocked } from "./rules-stories.js";
import type { Side } from "./wires.js";

const patience = 600_000;

const sides: readonly Side[] = ["before", "after"];
const at = (kind: string, nth = 1): Point[] => sides.map((side) => pointAtNth(side, kind, nth));

const locking = ["lock taken", "record RunHeld", "lock released", "record RunReleased"].flatMap((kind) =>
  at(kind),
);

/** What a channel is told of a lock, and of its end. */
const telling = [
  ...["slot notice/1 sending", "chat.postMessage notice/1", "slot notice/1 sent", "lock told"].flatMap(
    (kind) => at(kind),
  ),
  ...at("chat.postMessage notice/2"),
  ...at("lock told", 2),
];

/** What every upgrade writes is in every-write.slow.test.ts and roll-every-write.slow.test.ts. */
const suites = [
  {
    name: "what is scheduled",
    played: storiesAt(scheduled, [
      ...at("record created"),
      ...at("record RunApproved"),
      ...at("slot card sending", 2),
      ...at("chat.update"),
      ...at("slot card sent", 2),
      ...at("record RunDue"),
      ...at("record PhaseStarted"),
      ...at("UpdateNodegroupVersion"),
    ]),
  },
  {
    name: "what is locked when its hour comes",
    played: storiesAt(scheduledAndLocked, [...locking, ...telling]),
  },
  { name: "a roll that is locked for a while", played: storiesAt(lockedRoll, locking, few) },
  {
    name: "a roll that outlasts its window, and goes on",
    played: storiesAt(goesOn, [...at("record RunHeld"), ...at("record RunReleased")], few),
  },
];

expectSameEnds(suites, patience);
