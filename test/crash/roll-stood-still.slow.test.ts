import { expect, it } from "vitest";
import { rollOut } from "./roll-carried.js";
import { storyOf } from "./roll-stories.js";

it("a worker that stood still since then stops at once when the record has moved on", async () => {
  const { carried, records, zombie } = await rollOut(storyOf("self-managed, called off"));
  const { length } = carried.world.history;
  for (const record of records.filter(({ steps }) => steps[0]?.roll?.intents.length))
    await zombie(record, { unchanged: async () => false });
  expect(carried.world.history.slice(length)).toEqual([]);
});
