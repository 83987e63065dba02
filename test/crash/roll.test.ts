import { describe, expect, it } from "vitest";
import { everyNth } from "./dies-at.js";
import { rollOut } from "./roll-carried.js";
import { storyOf } from "./roll-stories.js";

const patience = 60_000;

/** One roll. Every write of every story is in roll-every-write.slow.test.ts. */
describe("a process that dies before every third write of a roll, and the next one", () => {
  it(
    "the same end, nothing twice",
    async () => {
      const story = storyOf("self-managed, called off");
      const { deaths } = await rollOut(story, { diesAt: everyNth("before", 3, 1), outage: 20_000 });
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
