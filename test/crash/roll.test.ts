import { describe, expect, it } from "vitest";
import { everyNth } from "./dies-at.js";
import { rollOut } from "./roll-carried.js";
import { storyOf } from "./roll-stories.js";

const patience = 60_000;

/** A few. All of them are in roll-every-write.slow.test.ts. */
describe("a process that dies at every third write of a roll, and the next one: the same end, nothing twice", () => {
  it.each([
    ["when it is made", "autoscaler-interferes", "after"],
    ["before it is made", "self-managed, called off", "before"],
  ] as const)(
    "%s: %s",
    async (_when, name, side) => {
      const { deaths } = await rollOut(storyOf(name), { diesAt: everyNth(side, 3, 1), outage: 20_000 });
      expect(deaths).toBeGreaterThan(40);
    },
    patience,
  );

  it(
    "a worker that stood still since then stops at once when the record has moved on",
    async () => {
      const { carried, records, zombie } = await rollOut(storyOf("self-managed, called off"));
      const { length } = carried.world.history;
      for (const record of records.filter(({ steps }) => steps[0]?.roll?.intents.length))
        await zombie(record, { unchanged: async () => false });
      expect(carried.world.history.slice(length)).toEqual([]);
    },
    patience,
  );
});
