import { describe, expect, it } from "vitest";
import { everyNth, twiceAtEach } from "./dies-at.js";
import { rollOut } from "./roll-carried.js";
import { rollStories } from "./roll-stories.js";
import type { Side } from "./wires.js";

const patience = 120_000;
/** World milliseconds. One of them for each of the rolls that together die at every write. */
const outages = [0, 20_000, 90_000];
const sides: readonly Side[] = ["before", "after"];
const rows = rollStories.flatMap((story) =>
  sides.flatMap((side) => outages.map((outage, offset) => ({ ...story, story, side, offset, outage }))),
);

describe("a process that dies at every third write, and the next one: the same end, nothing twice", () => {
  it.each(rows)(
    "$name: $side, from number $offset on",
    async ({ story, side, offset, outage }) => {
      const { deaths } = await rollOut(story, { diesAt: everyNth(side, outages.length, offset), outage });
      expect(deaths).toBeGreaterThan(40);
    },
    patience,
  );
});

describe("a process that dies before every write and, when it is made again, after it", () => {
  it.each(rollStories)(
    "$name: the same end, nothing twice",
    async (story) => {
      const { deaths } = await rollOut(story, { diesAt: twiceAtEach() });
      expect(deaths).toBeGreaterThan(200);
    },
    patience,
  );
});
