import { expect, it } from "vitest";
import { lastTime } from "../../../playground/world/time.js";

const at = (moment: string) => Date.parse(`2026-10-${moment}Z`);

it.each([
  ["was today, if it is later now", "08:58", "22T14:10:03.250", "22T08:58:00"],
  ["is now", "08:58", "22T08:58:00", "22T08:58:00"],
  ["was yesterday, if it is still to come", "08:58", "22T08:57:59.999", "21T08:58:00"],
  ["was at midnight", "00:00", "22T00:00:00", "22T00:00:00"],
])("the last time of day %s", (_, time, moment, expected) => {
  expect(lastTime(time, at(moment))).toBe(at(expected));
});
