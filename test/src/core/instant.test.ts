import { expect, it } from "vitest";
import { day, hour, minute, sayDuration, second } from "../../../src/core/instant.js";

it.each([
  ["nothing", 0, "0 s"],
  ["less than nothing: clocks disagree", -5 * minute, "0 s"],
  ["half a second rounds up", 500, "1 s"],
  ["seconds", 45 * second, "45 s"],
  ["just under a minute", 59_499, "59 s"],
  ['no "60 s"', 59_500, "1 min"],
  ["minutes round", 12 * minute + 31 * second, "13 min"],
  ['no "60 min"', 59 * minute + 30 * second, "1 h"],
  ["a whole hour", hour, "1 h"],
  ["hours and minutes", 3 * hour + 5 * minute, "3 h 5 min"],
  ["a day is still hours", day, "24 h"],
  ["just under two days", 2 * day - minute, "47 h 59 min"],
  ["two days", 2 * day, "2 days"],
  ["days and hours", 60 * hour, "2 days 12 h"],
  ["begun hours do not round days up", 4 * day - minute, "3 days 23 h"],
  ["many days", 120 * day, "120 days"],
])("%s", (_, length, said) => {
  expect(sayDuration(length)).toBe(said);
});
