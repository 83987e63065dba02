import { describe, expect, it } from "vitest";
import { hour } from "../../../src/core/instant.js";
import { parseFleet } from "../../../src/fleet.js";
import { environmentIn, problemsIn, written } from "./written.js";

const berlin = "timeZone: Europe/Berlin";
const weekday = '{ days: [mon, tue], from: "10:00", to: "16:00" }';
const windows = (open: string, more = "") => `{ ${berlin}, open: [${open}]${more} }`;
const during = (from: string, to: string, days = "[mon]") => `{ days: ${days}, from: ${from}, to: ${to} }`;

describe("windows", () => {
  it("are none where the file has none", () => {
    expect(environmentIn({})).not.toHaveProperty("windows");
  });

  it("are as they are written", () => {
    expect(environmentIn({ windows: windows(weekday, ", noStartWithin: 2h") }).windows).toEqual({
      timeZone: "Europe/Berlin",
      open: [{ days: ["mon", "tue"], from: 600, to: 960 }],
      noStartWithin: 2 * hour,
    });
  });

  it.each([
    ["without quotes", during("10:00", "16:30"), 600, 990],
    ["without a nought", during("9:05", '"10:00"'), 545, 600],
    ["a whole day", during("00:00", "24:00"), 0, 1440],
  ])("have times %s", (_, open, from, to) => {
    expect(environmentIn({ windows: windows(open) }).windows).toMatchObject({
      noStartWithin: 0,
      open: [{ from, to }],
    });
  });

  it("and freezes are read alike by YAML 1.1, to which such times and days are numbers and moments", () => {
    const keys = {
      windows: windows(during("10:00", "16:00")),
      freezes: "[{ from: 2026-12-20, until: 2026-12-20T12:00, reason: Christmas }]",
    };
    const older = parseFleet(`%YAML 1.1\n---\n${written(keys)}`, "f");
    expect(older).toMatchObject({ fleet: { environments: [environmentIn(keys)] } });
  });

  it.each([
    ["as long as one is open", windows(weekday, ", noStartWithin: 5h")],
    [
      "as two that meet at midnight",
      windows(`${during("22:00", "24:00")}, ${during("00:00", "04:00", "[tue]")}`, ", noStartWithin: 5h"),
    ],
    [
      "from Sunday to Monday",
      windows(`${during("22:00", "24:00", "[sun]")}, ${during("00:00", "04:00")}`, ", noStartWithin: 5h"),
    ],
    [
      "as two that overlap",
      windows(`${during("10:00", "14:00")}, ${during("12:00", "18:00")}`, ", noStartWithin: 7h"),
    ],
    ["in the longest of them", windows(`${during("10:00", "12:00")}, ${weekday}`, ", noStartWithin: 5h")],
    [
      "all week",
      windows(during("00:00", "24:00", "[mon, tue, wed, thu, fri, sat, sun]"), ", noStartWithin: 200d"),
    ],
  ])("may start something %s", (_, windows) => {
    expect(problemsIn({ windows })).toEqual([]);
  });

  const time = 'must be a time of day such as "10:00"';
  const never = (longest: string) =>
    `3: windows.noStartWithin must be shorter than the longest window (${longest}), or nothing could ever start`;
  it.each<[string, string, string[]]>([
    [
      "never open",
      windows(""),
      [
        "3: windows.open must have at least one entry, or nothing could ever start: leave windows out for any time",
      ],
    ],
    [
      "on no day",
      windows(during("10:00", "16:00", "[]")),
      ["3: windows.open[0].days must name at least one day, such as [mon, tue]"],
    ],
    [
      "over before they begin",
      windows(during("16:00", "10:00")),
      [
        '3: windows.open[0].to must be later than from: for a night write two, one until "24:00" and one of the next days from "00:00"',
      ],
    ],
    [
      "of no length",
      windows(during("10:00", "10:00")),
      [expect.stringMatching(/^3: windows\.open\[0\]\.to must be later/)],
    ],
    [
      "on a day that is none",
      windows(during("10:00", "16:00", "[monday]")),
      ["3: windows.open[0].days[0] must be one of mon, tue, wed, thu, fri, sat, sun"],
    ],
    [
      "twice on a day",
      windows(during("10:00", "16:00", "[mon, mon]")),
      ['3: windows.open[0].days[1] "mon" is listed twice'],
    ],
    ["at a number", windows(during("10", "16:00")), [`3: windows.open[0].from ${time}`]],
    [
      "at 25 o'clock",
      windows(during("10:00", "25:00")),
      [`3: windows.open[0].to ${time}, between 00:00 and 24:00`],
    ],
    [
      "at 10 pm",
      windows(during("10:00", "10pm")),
      [`3: windows.open[0].to ${time}, between 00:00 and 24:00`],
    ],
    ["from when", windows("{ days: [mon], to: 16:00 }"), [`3: windows.open[0].from ${time}`]],
    [
      "in no zone",
      `{ open: [${weekday}] }`,
      ["3: windows.timeZone is missing: write the name of a time zone such as Europe/Berlin, or UTC"],
    ],
    [
      "in an unknown zone",
      `{ timeZone: Mars/Phobos, open: [${weekday}] }`,
      ["3: windows.timeZone must be the name of a time zone such as Europe/Berlin, or UTC"],
    ],
    ["closing too soon to start", windows(weekday, ", noStartWithin: 6h"), [never("6 h")]],
    [
      "each too short, with a gap between",
      windows(`${during("10:00", "12:00")}, ${during("13:00", "15:00")}`, ", noStartWithin: 3h"),
      [never("2 h")],
    ],
    [
      "too late to start on time",
      windows(weekday, ", noStartWithin: soon"),
      ["3: windows.noStartWithin must be a length of time such as 30m, 24h or 7d"],
    ],
  ])("refused: %s", (_, windows, problems) => {
    expect(problemsIn({ windows })).toEqual(problems);
  });
});

describe("freezes", () => {
  const freeze = (from: string, until: string) => `{ from: ${from}, until: ${until}, reason: Christmas }`;

  it.each<[string, string, string, string, string]>([
    ["whole days by UTC", "2026-12-20", "2027-01-06", "2026-12-20T00:00Z", "2027-01-07T00:00Z"],
    ["one day", "2026-12-20", "2026-12-20", "2026-12-20T00:00Z", "2026-12-21T00:00Z"],
    [
      "moments by UTC",
      "2026-12-20T18:00",
      "2026-12-20 20:30:15",
      "2026-12-20T18:00Z",
      "2026-12-20T20:30:15Z",
    ],
    [
      "a moment to the end of a day",
      "2026-12-20T18:00",
      "2026-12-21",
      "2026-12-20T18:00Z",
      "2026-12-22T00:00Z",
    ],
    [
      "moments that say their own zone",
      "2026-12-20T18:00+01:00",
      "2026-12-20T18:00Z",
      "2026-12-20T17:00Z",
      "2026-12-20T18:00Z",
    ],
    ["behind UTC", "2026-12-20T18:00-03:30", "2026-12-21", "2026-12-20T21:30Z", "2026-12-22T00:00Z"],
    ["a leap day", "2028-02-29", "2028-02-29", "2028-02-29T00:00Z", "2028-03-01T00:00Z"],
  ])("may be %s", (_, from, until, begins, ends) => {
    expect(environmentIn({ freezes: `[${freeze(from, until)}]` }).freezes).toEqual([
      { from: Date.parse(begins), until: Date.parse(ends), reason: "Christmas" },
    ]);
  });

  it.each<[string, string, string, string, string]>([
    ["winter", "Europe/Berlin", "2026-12-20", "2026-12-19T23:00Z", "2026-12-20T23:00Z"],
    ["summer", "Europe/Berlin", "2026-07-20", "2026-07-19T22:00Z", "2026-07-20T22:00Z"],
    ["the day of 23 hours", "Europe/Berlin", "2026-03-29", "2026-03-28T23:00Z", "2026-03-29T22:00Z"],
    ["the day of 25 hours", "Europe/Berlin", "2026-10-25", "2026-10-24T22:00Z", "2026-10-25T23:00Z"],
    ["a day without a midnight", "Africa/Cairo", "2026-04-24", "2026-04-23T22:00Z", "2026-04-24T21:00Z"],
    ["a day with two midnights", "Atlantic/Azores", "2026-10-25", "2026-10-25T00:00Z", "2026-10-26T01:00Z"],
    ["behind UTC", "America/Los_Angeles", "2026-12-20", "2026-12-20T08:00Z", "2026-12-21T08:00Z"],
    [
      "ahead of UTC by 14 hours",
      "Pacific/Kiritimati",
      "2026-12-20",
      "2026-12-19T10:00Z",
      "2026-12-20T10:00Z",
    ],
  ])("are days of the windows' time zone: %s", (_, timeZone, on, begins, ends) => {
    const windows = `{ timeZone: ${timeZone}, open: [${weekday}] }`;
    const [found] = environmentIn({ windows, freezes: `[${freeze(on, on)}]` }).freezes;
    expect(found).toMatchObject({ from: Date.parse(begins), until: Date.parse(ends) });
  });

  it.each<[string, string, string]>([
    ["shown twice: the first time", "2026-10-25T02:30", "2026-10-25T00:30Z"],
    ["never shown: as much later", "2026-03-29T02:30", "2026-03-29T01:30Z"],
  ])("begin at a time %s", (_, from, begins) => {
    const keys = { windows: windows(weekday), freezes: `[${freeze(from, "2026-12-31")}]` };
    expect(environmentIn(keys).freezes[0]?.from).toBe(Date.parse(begins));
  });

  it.each<[string, string, string]>([
    ["shown twice: the last time", "2026-10-25T02:30", "2026-10-25T01:30Z"],
    ["never shown: as much later", "2026-03-29T02:30", "2026-03-29T01:30Z"],
  ])("end at a time %s", (_, until, ends) => {
    const keys = { windows: windows(weekday), freezes: `[${freeze("2026-03-01", until)}]` };
    expect(environmentIn(keys).freezes[0]?.until).toBe(Date.parse(ends));
  });

  it("end with the first midnight after their last day, where the next one has two", () => {
    const azores = `{ timeZone: Atlantic/Azores, open: [${weekday}] }`;
    const [found] = environmentIn({
      ...{ windows: azores, freezes: `[${freeze("2026-10-24", "2026-10-24")}]` },
    }).freezes;
    expect(found?.until).toBe(Date.parse("2026-10-25T00:00Z"));
  });

  const moment =
    "must be a day such as 2026-12-20, or a moment such as 2026-12-20T18:00 or 2026-12-20T18:00+01:00";
  it.each<[string, string, string[]]>([
    [
      "over before they begin",
      freeze("2026-12-20", "2026-12-19"),
      ["3: freezes[0].until must be later than from: it ends before it begins"],
    ],
    [
      "of no length",
      freeze("2026-12-20T10:00", "2026-12-20T10:00"),
      ["3: freezes[0].until must be later than from: it ends before it begins"],
    ],
    ["in words", freeze("Christmas", "2027-01-06"), [`3: freezes[0].from ${moment}`]],
    ["by the year", freeze("2026", "2027-01-06"), [`3: freezes[0].from ${moment}`]],
    [
      "on 30 February",
      freeze("2026-02-30", "2026-03-06"),
      [`3: freezes[0].from is not in the calendar or on the clock: it ${moment}`],
    ],
    [
      "at 25 o'clock",
      freeze("2026-02-20T25:00", "2026-03-06"),
      [`3: freezes[0].from is not in the calendar or on the clock: it ${moment}`],
    ],
    [
      "in a zone that is none",
      freeze("2026-02-20T10:00+19:00", "2026-03-06"),
      [`3: freezes[0].from is not in the calendar or on the clock: it ${moment}`],
    ],
    ["for ever", "{ from: 2026-12-20, reason: Christmas }", [`3: freezes[0].until ${moment}`]],
    [
      "without a reason",
      "{ from: 2026-12-20, until: 2026-12-21 }",
      ["3: freezes[0].reason must say why: whoever may not start is told"],
    ],
    [
      "with a blank one",
      '{ from: 2026-12-20, until: 2026-12-21, reason: " " }',
      ["3: freezes[0].reason must say why: whoever may not start is told"],
    ],
    [
      "with a long one",
      `{ from: 2026-12-20, until: 2026-12-21, reason: ${"x".repeat(201)} }`,
      ["3: freezes[0].reason must have at most 200 characters"],
    ],
  ])("refused: %s", (_, written, problems) => {
    expect(problemsIn({ freezes: `[${written}]` })).toEqual(problems);
  });
});
