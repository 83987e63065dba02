import { describe, expect, it } from "vitest";
import { day, hour, type Instant } from "../../../src/core/instant.js";
import { clockChange, momentsOf, offsetAt, readingAt } from "../../../src/core/zones.js";

const at = (text: string): Instant => Date.parse(text);
const say = (time: Instant) => new Date(time).toISOString().replace(":00.000Z", "Z");

describe("what a clock reads", () => {
  it.each([
    ["in winter", "Europe/Berlin", "2027-01-04T09:00Z", "2027-01-04T10:00Z"],
    ["in summer", "Europe/Berlin", "2027-07-05T09:00Z", "2027-07-05T11:00Z"],
    ["west of Greenwich, the day before", "America/New_York", "2027-01-04T03:00Z", "2027-01-03T22:00Z"],
    ["at half hours", "Asia/Kolkata", "2027-01-04T09:00Z", "2027-01-04T14:30Z"],
    ["at midnight", "Europe/Berlin", "2027-01-03T23:00Z", "2027-01-04T00:00Z"],
    ["nowhere", "UTC", "2027-01-04T09:00Z", "2027-01-04T09:00Z"],
  ])("%s", (_, timeZone, moment, expected) => {
    expect(say(readingAt(at(moment), timeZone))).toBe(expected);
  });

  it("keeps seconds and milliseconds, before 1970 too", () => {
    for (const moment of [at("2027-01-04T09:00:01.234Z"), -1, -1_001]) {
      expect(readingAt(moment, "UTC")).toBe(moment);
    }
  });
});

describe("when clocks read it", () => {
  it.each<[string, string, string, string[], string]>([
    ["once, on most days", "Europe/Berlin", "2027-01-04T10:00Z", ["2027-01-04T09:00Z"], "2027-01-04T09:00Z"],
    [
      "twice, where they are put back",
      "Europe/Berlin",
      "2027-10-31T02:30Z",
      ["2027-10-31T00:30Z", "2027-10-31T01:30Z"],
      "2027-10-31T00:30Z",
    ],
    ["never, where they leap over it", "Europe/Berlin", "2027-03-28T02:30Z", [], "2027-03-28T01:30Z"],
    [
      "twice within half an hour on Lord Howe",
      "Australia/Lord_Howe",
      "2027-04-04T01:45Z",
      ["2027-04-03T14:45Z", "2027-04-03T15:15Z"],
      "2027-04-03T14:45Z",
    ],
    ["never on Lord Howe", "Australia/Lord_Howe", "2027-10-03T02:15Z", [], "2027-10-02T15:45Z"],
  ])("%s", (_, timeZone, reading, shown, otherwise) => {
    const moments = momentsOf(at(reading), timeZone);
    expect(moments.shown.map(say)).toEqual(shown);
    expect(say(moments.otherwise)).toBe(otherwise);
  });
});

describe("when clocks are changed", () => {
  it.each([
    ["forward in Berlin", "Europe/Berlin", "2027-03-27T12:00Z", "2027-03-28T01:00Z", hour],
    ["back in Berlin", "Europe/Berlin", "2027-10-30T12:00Z", "2027-10-31T01:00Z", -hour],
    ["forward in New York", "America/New_York", "2027-03-13T12:00Z", "2027-03-14T07:00Z", hour],
    ["forward on Lord Howe", "Australia/Lord_Howe", "2027-10-02T12:00Z", "2027-10-02T15:30Z", hour / 2],
  ])("%s", (_, timeZone, from, expected, by) => {
    const change = clockChange(timeZone, at(from), at(from) + day);
    expect(say(change ?? 0)).toBe(expected);
    expect(offsetAt(at(expected), timeZone) - offsetAt(at(expected) - 1, timeZone)).toBe(by);
  });

  it("is not, on most days", () => {
    expect(clockChange("Europe/Berlin", at("2027-01-04T12:00Z"), at("2027-01-05T12:00Z"))).toBeUndefined();
  });

  it("is at the very end of what is looked at", () => {
    const changed = at("2027-03-28T01:00Z");
    expect(clockChange("Europe/Berlin", changed - hour, changed)).toBe(changed);
    expect(clockChange("Europe/Berlin", changed - hour, changed - 1)).toBeUndefined();
    expect(clockChange("Europe/Berlin", changed, changed + day)).toBeUndefined();
  });
});
