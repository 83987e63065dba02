import { expect, it } from "vitest";
import { lastTime, lastWeekTime } from "../../../playground/world/time.js";

const at = (moment: string) => Date.parse(`2026-10-${moment}Z`);

it.each([
  ["was today, if it is later now", "08:58", "22T14:10:03.250", "22T08:58:00"],
  ["is now", "08:58", "22T08:58:00", "22T08:58:00"],
  ["was yesterday, if it is still to come", "08:58", "22T08:57:59.999", "21T08:58:00"],
  ["was at midnight", "00:00", "22T00:00:00", "22T00:00:00"],
])("the last time of day %s", (_, time, moment, expected) => {
  expect(lastTime(time, at(moment))).toBe(at(expected));
});

it.each([
  ["was today, if it is later now", "2026-10-19T10:00:00Z", "2026-10-19T06:30:00Z"],
  ["is now", "2026-10-19T06:30:00Z", "2026-10-19T06:30:00Z"],
  ["was a week ago, if it is still to come", "2026-10-19T06:29:59Z", "2026-10-12T06:30:00Z"],
  ["goes by the clocks, which were put back meanwhile", "2026-10-29T10:00:00Z", "2026-10-26T07:30:00Z"],
])("the last Monday, 8:30 in Berlin, %s", (_, moment, expected) => {
  const monday = { day: "mon", time: "08:30", timeZone: "Europe/Berlin" } as const;
  expect(new Date(lastWeekTime(monday, Date.parse(moment)))).toEqual(new Date(expected));
});

it("a time that is no quarter of an hour is refused", () => {
  const odd = { day: "mon", time: "08:31", timeZone: "UTC" } as const;
  expect(() => lastWeekTime(odd, at("22T00:00:00"))).toThrow("say whole quarters of an hour");
});
