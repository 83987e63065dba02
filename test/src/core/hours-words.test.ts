import { describe, expect, it } from "vitest";
import { outlookOfHours, sayClosed, sayWhen, sayWindows } from "../../../src/core/hours-words.js";
import { hour, type Instant } from "../../../src/core/instant.js";
import { type Hours, hoursAt, type OpenHours, type Windows, weekdays } from "../../../src/core/windows.js";
import { aPlan, aStep } from "../../builders.js";

const at = (text: string): Instant => Date.parse(text);
const workdays: OpenHours = { days: ["mon", "tue", "wed", "thu"], from: 600, to: 960 };
const berlin: Windows = { timeZone: "Europe/Berlin", open: [workdays], noStartWithin: 2 * hour };
const hours: Hours = { windows: berlin, freezes: [] };

describe("when", () => {
  it.each([
    ["today", "2027-01-05T09:30Z", "2027-01-05T08:00Z", "Tue 10:30"],
    ["in a few days", "2027-01-07T09:00Z", "2027-01-05T08:00Z", "Thu 10:00"],
    ["in a week, with its date", "2027-01-12T09:00Z", "2027-01-05T08:00Z", "Tue 12 Jan 10:00"],
    ["in another year", "2028-01-04T09:00Z", "2027-12-20T08:00Z", "Tue 4 Jan 2028 10:00"],
    ["by the zone's year", "2027-12-31T23:30Z", "2027-12-20T08:00Z", "Sat 1 Jan 2028 00:30"],
  ])("%s", (_, moment, now, expected) => {
    expect(sayWhen(at(moment), berlin, at(now))).toBe(expected);
  });

  it("is in UTC without a zone", () => {
    expect(sayWhen(at("2027-01-05T09:30Z"), undefined, at("2027-01-05T08:00Z"))).toBe("Tue 09:30");
  });
});

describe("windows are said", () => {
  it.each<[string, OpenHours[], string]>([
    ["as a stretch of days", [workdays], "mon–thu 10:00–16:00, Europe/Berlin"],
    [
      "day by day",
      [{ days: ["wed", "mon", "sat"], from: 0, to: 90 }],
      "mon, wed, sat 00:00–01:30, Europe/Berlin",
    ],
    [
      "as several stretches",
      [{ days: ["mon", "tue", "sat", "sun"], from: 600, to: 960 }],
      "mon–tue, sat–sun 10:00–16:00, Europe/Berlin",
    ],
    [
      "one after another",
      [
        { days: ["fri"], from: 1320, to: 1440 },
        { days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], from: 0, to: 360 },
      ],
      "fri 22:00–24:00; every day 00:00–06:00, Europe/Berlin",
    ],
  ])("%s", (_, open, expected) => {
    expect(sayWindows({ ...berlin, open })).toBe(expected);
  });
});

describe("why nothing may start", () => {
  const freeze = { from: at("2027-12-20T00:00Z"), until: at("2028-01-03T08:00Z"), reason: "year's end" };

  it.each<[string, Hours, string, string]>([
    [
      "the window",
      hours,
      "2027-01-05T08:00Z",
      "the window of prod is closed (mon–thu 10:00–16:00, Europe/Berlin)",
    ],
    [
      "its end",
      hours,
      "2027-01-05T14:00Z",
      "the window of prod closes Tue 16:00 (Europe/Berlin), and nothing starts within 2 h of that",
    ],
    [
      "a freeze, with its reason",
      { ...hours, freezes: [freeze] },
      "2027-12-21T10:00Z",
      "a freeze of prod lasts until Mon 3 Jan 2028 09:00 (Europe/Berlin): year's end",
    ],
    [
      "a freeze without windows, in UTC",
      { freezes: [freeze] },
      "2027-12-30T10:00Z",
      "a freeze of prod lasts until Mon 08:00 (UTC): year's end",
    ],
  ])("%s", (_, closed, now, expected) => {
    const seen = hoursAt(closed, at(now), "start");
    if (seen.open) throw new Error("open");
    expect(sayClosed(seen, "prod", at(now))).toBe(expected);
  });
});

describe("before it is approved it is said", () => {
  const said = (over: Partial<Hours> = {}, now = "2027-01-05T10:00Z", plan = aPlan()) =>
    outlookOfHours(plan, { ...hours, ...over }, at(now)).map(({ what, next }) =>
      `${what}. ${next}`.trimEnd(),
    );

  it("when the window closes, and that EKS does not mind", () => {
    expect(said()).toEqual([
      "The window of prod closes Tue 5 Jan 16:00 (Europe/Berlin), 5 h after this was planned. EKS cannot pause an update: what has begun by then goes on past it.",
    ]);
  });

  it("that a roll of ours waits", () => {
    const plan = aPlan({ steps: [aStep({ kind: "self-managed node group" })] });
    expect(said({}, "2027-01-05T10:00Z", plan)).toEqual([
      "The window of prod closes Tue 5 Jan 16:00 (Europe/Berlin), 5 h after this was planned. What is not through by then waits, between two nodes, for the next one, unless an approver has it go on.",
    ]);
  });

  it("when it opens, and when it closes then", () => {
    expect(said({}, "2027-01-08T10:00Z")).toEqual([
      "It starts Mon 11 Jan 10:00 (Europe/Berlin) at the soonest: until then, the window of prod is closed (mon–thu 10:00–16:00, Europe/Berlin).",
      "The window of prod closes Mon 11 Jan 16:00 (Europe/Berlin), 6 h after it opens. EKS cannot pause an update: what has begun by then goes on past it.",
    ]);
  });

  it("that it never opens", () => {
    const short = { ...berlin, open: [{ ...workdays, to: 660 }] };
    expect(said({ windows: short }, "2027-01-08T10:00Z")).toEqual([
      "Nothing may start within a year: the window of prod is closed (mon–thu 10:00–11:00, Europe/Berlin). Whoever keeps fleet.yaml can change that.",
    ]);
  });

  it.each<[string, Partial<Hours>, Parameters<typeof aPlan>[0]]>([
    ["where it never closes", { windows: { ...berlin, open: [{ days: weekdays, from: 0, to: 1440 }] } }, {}],
    ["of a plan that cannot start", {}, { blockers: [{ code: "Locked", what: "It is locked", next: "" }] }],
    ["of a plan without steps", {}, { steps: [] }],
  ])("nothing %s", (_, over, plan) => {
    expect(said(over, "2027-01-05T10:00Z", aPlan(plan))).toEqual([]);
  });

  it("nothing without windows", () => {
    expect(outlookOfHours(aPlan(), { freezes: [] }, at("2027-01-05T10:00Z"))).toEqual([]);
  });
});
