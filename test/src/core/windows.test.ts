import { describe, expect, it } from "vitest";
import { hour, type Instant } from "../../../src/core/instant.js";
import {
  type Freeze,
  type Hours,
  type HoursNow,
  hoursAt,
  type OpenHours,
  type Weekday,
} from "../../../src/core/windows.js";

const at = (text: string): Instant => Date.parse(text);
const say = (time: Instant | undefined) =>
  time === undefined ? "-" : new Date(time).toISOString().replace(":00.000Z", "Z");
const said = (now: HoursNow): string =>
  now.open ? `open until ${say(now.closesAt)}` : `${now.cause}, opens ${say(now.opensAt)}`;

/** "mon–thu 10:00–16:00" of the other tests: days, from and to in hours. */
const open = (days: string, from: number, to: number): OpenHours => ({
  days: days.split(" ") as Weekday[],
  from: from * 60,
  to: to * 60,
});
const every = "mon tue wed thu fri sat sun";
const workdays = [open("mon tue wed thu", 10, 16)];
const freeze = (from: string, until: string, reason = "year's end"): Freeze => ({
  ...{ from: at(from), until: at(until), reason },
});

const hoursOf = (
  hours: readonly OpenHours[],
  { timeZone = "UTC", noStartWithin = 0, freezes = [] as Freeze[] } = {},
): Hours => ({ windows: { timeZone, open: hours, noStartWithin }, freezes });

describe("without windows", () => {
  it.each<[string, Freeze[], string, string]>([
    ["it is always open", [], "2027-01-04T09:00Z", "open until -"],
    [
      "it is open until a freeze begins",
      [freeze("2027-12-20T00:00Z", "2028-01-03T08:00Z")],
      "2027-12-19T09:00Z",
      "open until 2027-12-20T00:00Z",
    ],
    [
      "a freeze closes from its first moment",
      [freeze("2027-12-20T00:00Z", "2028-01-03T08:00Z")],
      "2027-12-20T00:00Z",
      "freeze, opens 2028-01-03T08:00Z",
    ],
    [
      "a freeze is over at its last moment",
      [freeze("2027-12-20T00:00Z", "2028-01-03T08:00Z")],
      "2028-01-03T08:00Z",
      "open until -",
    ],
    [
      "freezes that touch or overlap are one",
      [
        freeze("2027-12-20T00:00Z", "2027-12-27T00:00Z"),
        freeze("2027-12-27T00:00Z", "2028-01-03T00:00Z"),
        freeze("2028-01-02T00:00Z", "2028-01-05T00:00Z"),
      ],
      "2027-12-21T00:00Z",
      "freeze, opens 2028-01-05T00:00Z",
    ],
    [
      "a freeze of more than a year has no end that is worth waiting for",
      [freeze("2027-01-01T00:00Z", "2029-01-01T00:00Z")],
      "2027-02-01T00:00Z",
      "freeze, opens -",
    ],
  ])("%s", (_, freezes, now, expected) => {
    expect(said(hoursAt({ freezes }, at(now), "start"))).toBe(expected);
  });
});

describe("windows", () => {
  it.each<[string, Hours, string, string]>([
    ["are open in their hours", hoursOf(workdays), "2027-01-05T12:00Z", "open until 2027-01-05T16:00Z"],
    ["open at their first moment", hoursOf(workdays), "2027-01-05T10:00Z", "open until 2027-01-05T16:00Z"],
    [
      "are closed a moment before",
      hoursOf(workdays),
      "2027-01-05T09:59:59.999Z",
      "window, opens 2027-01-05T10:00Z",
    ],
    [
      "are closed at their last moment",
      hoursOf(workdays),
      "2027-01-05T16:00Z",
      "window, opens 2027-01-06T10:00Z",
    ],
    ["open after the weekend", hoursOf(workdays), "2027-01-07T16:00Z", "window, opens 2027-01-11T10:00Z"],
    [
      "are those of their zone, in winter",
      hoursOf(workdays, { timeZone: "Europe/Berlin" }),
      "2027-01-05T09:00Z",
      "open until 2027-01-05T15:00Z",
    ],
    [
      "are those of their zone, in summer",
      hoursOf(workdays, { timeZone: "Europe/Berlin" }),
      "2027-07-06T07:59Z",
      "window, opens 2027-07-06T08:00Z",
    ],
    [
      "are on the zone's day, not on that of UTC",
      hoursOf([open("mon", 20, 23)], { timeZone: "America/New_York" }),
      "2027-01-05T02:00Z",
      "open until 2027-01-05T04:00Z",
    ],
    [
      "that touch at midnight are one stretch",
      hoursOf([open("fri", 10, 24), open("sat", 0, 6)]),
      "2027-01-08T12:00Z",
      "open until 2027-01-09T06:00Z",
    ],
    [
      "that overlap are one stretch",
      hoursOf([open("fri", 10, 14), open("fri", 12, 18)]),
      "2027-01-08T12:00Z",
      "open until 2027-01-08T18:00Z",
    ],
    ["that cover the week never close", hoursOf([open(every, 0, 24)]), "2027-01-08T12:00Z", "open until -"],
    [
      "that cover the week close when a freeze begins",
      hoursOf([open(every, 0, 24)], { freezes: [freeze("2027-01-09T06:30Z", "2027-01-10T00:00Z")] }),
      "2027-01-08T12:00Z",
      "open until 2027-01-09T06:30Z",
    ],
    ["without hours never open", hoursOf([]), "2027-01-08T12:00Z", "window, opens -"],
  ])("%s", (_, hours, now, expected) => {
    expect(said(hoursAt(hours, at(now), "start"))).toBe(expected);
  });
});

describe("windows and freezes together", () => {
  it.each<[string, Freeze[], string, string]>([
    [
      "a freeze that ends in the middle of a window opens then",
      [freeze("2027-01-04T00:00Z", "2027-01-05T13:30Z")],
      "2027-01-05T11:00Z",
      "freeze, opens 2027-01-05T13:30Z",
    ],
    [
      "a freeze that ends at night opens with the window",
      [freeze("2027-01-04T00:00Z", "2027-01-05T20:00Z")],
      "2027-01-05T11:00Z",
      "freeze, opens 2027-01-06T10:00Z",
    ],
    [
      "a freeze that begins in the middle of a window closes it",
      [freeze("2027-01-05T13:30Z", "2027-01-06T12:00Z")],
      "2027-01-05T11:00Z",
      "open until 2027-01-05T13:30Z",
    ],
    [
      "a freeze within a window parts it",
      [freeze("2027-01-05T12:00Z", "2027-01-05T13:00Z")],
      "2027-01-05T12:30Z",
      "freeze, opens 2027-01-05T13:00Z",
    ],
    [
      "a closed window opens after the freeze that covers its next hours",
      [freeze("2027-01-05T18:00Z", "2027-01-07T12:00Z")],
      "2027-01-05T17:00Z",
      "window, opens 2027-01-07T12:00Z",
    ],
    [
      "a freeze of no length is none",
      [freeze("2027-01-05T12:00Z", "2027-01-05T12:00Z")],
      "2027-01-05T11:00Z",
      "open until 2027-01-05T16:00Z",
    ],
  ])("%s", (_, freezes, now, expected) => {
    expect(said(hoursAt(hoursOf(workdays, { freezes }), at(now), "start"))).toBe(expected);
  });

  it("of several freezes the one is told that lasts longest", () => {
    const freezes = [
      freeze("2027-01-04T00:00Z", "2027-01-05T12:00Z", "short"),
      freeze("2027-01-04T00:00Z", "2027-01-06T12:00Z", "long"),
      freeze("2027-01-04T00:00Z", "2027-01-05T18:00Z", "middle"),
    ];
    expect(hoursAt(hoursOf(workdays, { freezes }), at("2027-01-05T11:00Z"), "start")).toMatchObject({
      ...{ cause: "freeze", reason: "long", until: at("2027-01-06T12:00Z") },
    });
  });
});

describe("nothing starts when it closes too soon", () => {
  const twoHours = { noStartWithin: 2 * hour };
  const night = hoursOf([open("fri", 22, 24), open("sat", 0, 2)], twoHours);

  it.each<[string, Hours, string, string]>([
    [
      "with as much time left",
      hoursOf(workdays, twoHours),
      "2027-01-05T14:00Z",
      "open until 2027-01-05T16:00Z",
    ],
    [
      "with less",
      hoursOf(workdays, twoHours),
      "2027-01-05T14:00:00.001Z",
      "ends soon, opens 2027-01-06T10:00Z",
    ],
    [
      "before the weekend",
      hoursOf(workdays, twoHours),
      "2027-01-07T15:00Z",
      "ends soon, opens 2027-01-11T10:00Z",
    ],
    ["a stretch over midnight is long enough", night, "2027-01-08T23:30Z", "open until 2027-01-09T02:00Z"],
    ["and then not any more", night, "2027-01-09T00:30Z", "ends soon, opens 2027-01-15T22:00Z"],
    [
      "before a freeze",
      hoursOf(workdays, { ...twoHours, freezes: [freeze("2027-01-05T13:00Z", "2027-01-05T13:30Z")] }),
      "2027-01-05T11:30Z",
      "ends soon, opens 2027-01-05T13:30Z",
    ],
    [
      "what a freeze leaves of a window may be too short to be opened at all",
      hoursOf(workdays, { ...twoHours, freezes: [freeze("2027-01-04T00:00Z", "2027-01-05T15:00Z")] }),
      "2027-01-05T11:30Z",
      "freeze, opens 2027-01-06T10:00Z",
    ],
    [
      "a closed window opens next where there is enough time",
      hoursOf([open("mon", 10, 11), open("wed", 10, 13)], twoHours),
      "2027-01-03T11:30Z",
      "window, opens 2027-01-06T10:00Z",
    ],
    [
      "windows that are all too short never open",
      hoursOf([open(every, 10, 11)], twoHours),
      "2027-01-03T11:30Z",
      "window, opens -",
    ],
  ])("%s", (_, hours, now, expected) => {
    expect(said(hoursAt(hours, at(now), "start"))).toBe(expected);
  });

  it("but what runs goes on to the last moment, and again at the next, however short it is", () => {
    const hours = hoursOf([open("mon tue", 10, 11)], twoHours);
    expect(said(hoursAt(hours, at("2027-01-04T10:59Z"), "go on"))).toBe("open until 2027-01-04T11:00Z");
    expect(said(hoursAt(hours, at("2027-01-04T11:00Z"), "go on"))).toBe("window, opens 2027-01-05T10:00Z");
  });

  it("and it is said when it closes", () => {
    expect(hoursAt(hoursOf(workdays, twoHours), at("2027-01-05T15:00Z"), "start")).toMatchObject({
      ...{ cause: "ends soon", closesAt: at("2027-01-05T16:00Z") },
    });
  });
});

describe("in nights in which clocks are changed", () => {
  const at3 = [open("sun", 2.5, 5)];
  const early = [open("sun", 1, 2.5)];

  it.each<[string, string, OpenHours[], string, string]>([
    [
      "a beginning that is leapt over in Berlin is when the clocks have leapt",
      "Europe/Berlin",
      at3,
      "2027-03-28T00:00Z",
      "window, opens 2027-03-28T01:00Z",
    ],
    [
      "and the end is by the new clocks",
      "Europe/Berlin",
      at3,
      "2027-03-28T01:00Z",
      "open until 2027-03-28T03:00Z",
    ],
    [
      "an end that is leapt over in Berlin is the leap",
      "Europe/Berlin",
      early,
      "2027-03-28T00:30Z",
      "open until 2027-03-28T01:00Z",
    ],
    [
      "an end that clocks show twice comes twice",
      "Europe/Berlin",
      early,
      "2027-10-31T00:00Z",
      "open until 2027-10-31T00:30Z",
    ],
    [
      "between the two it is closed until the clocks are put back",
      "Europe/Berlin",
      early,
      "2027-10-31T00:45Z",
      "window, opens 2027-10-31T01:00Z",
    ],
    [
      "a night that clocks make longer is longer",
      "Europe/Berlin",
      [open("sun", 0, 6)],
      "2027-10-30T22:00Z",
      "open until 2027-10-31T05:00Z",
    ],
    [
      "a beginning that is leapt over in New York is when the clocks have leapt",
      "America/New_York",
      at3,
      "2027-03-14T06:00Z",
      "window, opens 2027-03-14T07:00Z",
    ],
    [
      "a night of New York is longer",
      "America/New_York",
      [open("sun", 0, 6)],
      "2027-11-07T04:00Z",
      "open until 2027-11-07T11:00Z",
    ],
    [
      "Lord Howe leaps by half an hour",
      "Australia/Lord_Howe",
      [open("sun", 2.25, 5)],
      "2027-10-02T15:00Z",
      "window, opens 2027-10-02T15:30Z",
    ],
    [
      "and goes back by as much",
      "Australia/Lord_Howe",
      [open("sun", 0, 3)],
      "2027-04-03T13:00Z",
      "open until 2027-04-03T16:30Z",
    ],
    [
      "a midnight that Cairo leaps over is one o'clock",
      "Africa/Cairo",
      [open("fri", 0, 6)],
      "2027-04-29T21:00Z",
      "window, opens 2027-04-29T22:00Z",
    ],
    [
      "days later it is as on any day",
      "Europe/Berlin",
      workdays,
      "2027-03-26T12:00Z",
      "window, opens 2027-03-29T08:00Z",
    ],
  ])("%s", (_, timeZone, hours, now, expected) => {
    expect(said(hoursAt(hoursOf(hours, { timeZone }), at(now), "start"))).toBe(expected);
  });
});
