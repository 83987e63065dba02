import { describe, expect, it } from "vitest";
import { expectation } from "../../playground/world/expectation.js";
import type { Run } from "../../src/core/run.js";
import { rollOut } from "./roll-carried.js";
import { rollStories } from "./roll-stories.js";

const patience = 120_000;
/** Looks. */
const lags = [1, 4, 20];
const rows = rollStories.flatMap((story) => lags.map((lag) => ({ ...story, story, lag })));

const intends = ({ steps }: Run) => steps.some(({ roll }) => (roll?.intents.length ?? 0) > 0);

describe("a worker that stood still, and does what it had in mind when another one has gone on", () => {
  it.each(rows)(
    "$name: $lag looks later, at every look: the same end, nothing twice",
    async ({ story, lag }) => {
      await rollOut(story, {
        async onLook({ records, zombie }) {
          const late = records.at(-1 - lag);
          if (late) await zombie(late);
        },
      });
    },
    patience,
  );

  it.each(rollStories)(
    "$name: when the run is over: nothing of it is done",
    async (story) => {
      const { carried, records, zombie } = await rollOut(story);
      const late = records.filter(intends);
      expect(late.length).toBeGreaterThan(20);
      const { length } = carried.world.history;
      for (const record of late) await zombie(record, { unchanged: async () => carried.run === record });
      expect(carried.world.history.slice(length)).toEqual([]);
      expect(expectation(carried.world, story.end)).toMatchObject({ met: true });
    },
    patience,
  );
});
