import { describe, expect, it } from "vitest";
import { hour, type Instant, minute } from "../../../src/core/instant.js";
import { latestTime, nextTime, type Schedule } from "../../../src/digests/times.js";

const at = (text: string): Instant => Date.parse(text);
const say = (time: Instant) => new Date(time).toISOString().replace(":00.000Z", "Z");

/** All times in a stretch, each asked for from the one before. */
function timesIn(schedule: Schedule, from: Instant, to: Instant): Instant[] {
  const times: Instant[] = [];
  for (let time = nextTime(schedule, from); time <= to; time = nextTime(schedule, time)) times.push(time);
  return times;
}

describe("the next time", () => {
  it.each([
    ["is later the same day", "0 9 * * *", "UTC", "2027-01-04T08:59:59.999Z", "2027-01-04T09:00Z"],
    ["is not the one that it is now", "0 9 * * *", "UTC", "2027-01-04T09:00:00Z", "2027-01-05T09:00Z"],
    ["is not the one that was just now", "0 9 * * *", "UTC", "2027-01-04T09:00:00.001Z", "2027-01-05T09:00Z"],
    ["is the zone's, in winter", "0 9 * * *", "Europe/Berlin", "2027-01-04T00:00Z", "2027-01-04T08:00Z"],
    ["is the zone's, in summer", "0 9 * * *", "Europe/Berlin", "2027-07-05T00:00Z", "2027-07-05T07:00Z"],
    ["leaps over a weekend", "0 9 * * 1-5", "Europe/Berlin", "2027-01-08T12:00Z", "2027-01-11T08:00Z"],
    ["may be years away", "0 9 29 2 *", "UTC", "2027-01-04T00:00Z", "2028-02-29T09:00Z"],
    ["of a zone with half hours", "0 9 * * *", "Asia/Kolkata", "2027-03-28T00:00Z", "2027-03-28T03:30Z"],
  ])("%s", (_, pattern, timeZone, after, expected) => {
    expect(say(nextTime({ pattern, timeZone }, at(after)))).toBe(expected);
  });
});

describe("in the night in which the clock changes", () => {
  it.each<[string, string, string, string[]]>([
    [
      "a time that is leapt over comes an hour later, once",
      "30 2 * * *",
      "Europe/Berlin",
      ["2027-03-27T01:30Z", "2027-03-28T01:30Z", "2027-03-29T00:30Z"],
    ],
    [
      "a time that comes twice counts when it comes first",
      "30 2 * * *",
      "Europe/Berlin",
      ["2027-10-30T00:30Z", "2027-10-31T00:30Z", "2027-11-01T01:30Z"],
    ],
    [
      "in New York a time that is leapt over comes an hour later, once",
      "30 2 * * *",
      "America/New_York",
      ["2027-03-13T07:30Z", "2027-03-14T07:30Z", "2027-03-15T06:30Z"],
    ],
    [
      "in New York a time that comes twice counts when it comes first",
      "30 1 * * *",
      "America/New_York",
      ["2027-11-06T05:30Z", "2027-11-07T05:30Z", "2027-11-08T06:30Z"],
    ],
    [
      "a midnight that is leapt over comes at one",
      "0 0 * * *",
      "Africa/Cairo",
      ["2027-04-28T22:00Z", "2027-04-29T22:00Z", "2027-04-30T21:00Z"],
    ],
    [
      "half an hour that is leapt over puts it off by half an hour",
      "15 2 * * *",
      "Australia/Lord_Howe",
      ["2027-10-01T15:45Z", "2027-10-02T15:45Z", "2027-10-03T15:15Z"],
    ],
    [
      "nothing happens where there is no such night",
      "30 2 * * *",
      "Asia/Kolkata",
      ["2027-03-26T21:00Z", "2027-03-27T21:00Z", "2027-03-28T21:00Z"],
    ],
  ])("%s", (_, pattern, timeZone, expected) => {
    const schedule = { pattern, timeZone };
    const times = expected.map(at);
    const [first = 0, , last = 0] = times;
    expect(timesIn(schedule, first - 1, last).map(say)).toEqual(expected);
    // Whenever it is asked, the answer is one of them: a bot that starts in the middle of the night agrees.
    for (let now = first; now < last; now += 15 * minute) {
      expect(say(nextTime(schedule, now))).toBe(say(times.find((time) => time > now) ?? 0));
    }
  });

  it("a schedule for every hour comes every hour", () => {
    const schedule = { pattern: "0 * * * *", timeZone: "Europe/Berlin" };
    const from = at("2027-10-30T23:00Z");
    expect(timesIn(schedule, from, from + 5 * hour)).toEqual([1, 2, 3, 4, 5].map((n) => from + n * hour));
  });
});

describe("the latest time", () => {
  it.each([
    ["is now", "0 9 * * *", "UTC", "2027-01-04T09:00Z", "2027-01-06T09:00Z", "2027-01-06T09:00Z"],
    ["was just now", "0 9 * * *", "UTC", "2027-01-04T09:00Z", "2027-01-06T09:00:01Z", "2027-01-06T09:00Z"],
    ["is the known one", "0 9 * * *", "UTC", "2027-01-04T09:00Z", "2027-01-05T08:59Z", "2027-01-04T09:00Z"],
    [
      "of a minute's schedule, after a year",
      "* * * * *",
      "UTC",
      "2027-01-04T09:00Z",
      "2028-01-04T09:00:30Z",
      "2028-01-04T09:00Z",
    ],
    [
      "of a year's schedule, after ten",
      "0 9 1 1 *",
      "UTC",
      "2027-01-01T09:00Z",
      "2036-12-31T09:00Z",
      "2036-01-01T09:00Z",
    ],
    [
      "was put off by an hour",
      "30 2 * * *",
      "Europe/Berlin",
      "2027-03-20T01:30Z",
      "2027-03-28T05:00Z",
      "2027-03-28T01:30Z",
    ],
    [
      "came twice",
      "30 2 * * *",
      "Europe/Berlin",
      "2027-10-20T00:30Z",
      "2027-10-31T01:45Z",
      "2027-10-31T00:30Z",
    ],
  ])("%s", (_, pattern, timeZone, known, now, expected) => {
    expect(say(latestTime({ pattern, timeZone }, at(known), at(now)))).toBe(expected);
  });
});
