import fc from "fast-check";
import { expect, it } from "vitest";
import { day, hour, type Instant, minute } from "../../../src/core/instant.js";
import { type Hours, hoursAt, type OpenHours, type Weekday, weekdays } from "../../../src/core/windows.js";

/** Zones, and a moment of a week in which their clocks are changed, or not. */
const weeks: readonly (readonly [timeZone: string, from: Instant])[] = [
  ["UTC", Date.UTC(2027, 0, 4)],
  ["Europe/Berlin", Date.UTC(2027, 2, 26)],
  ["Europe/Berlin", Date.UTC(2027, 9, 29)],
  ["America/New_York", Date.UTC(2027, 2, 12)],
  ["America/New_York", Date.UTC(2027, 10, 5)],
  ["Australia/Lord_Howe", Date.UTC(2027, 3, 2)],
  ["Australia/Lord_Howe", Date.UTC(2027, 9, 1)],
  ["Africa/Cairo", Date.UTC(2027, 3, 28)],
  ["Asia/Kathmandu", Date.UTC(2027, 3, 28)],
];
/** What is looked at by minute, from there on. */
const length = 11 * day;

interface Clock {
  readonly day: Weekday;
  readonly minutes: number;
}

/** Every minute of those weeks by the clocks of the zone, as Intl says it in words. */
function clocks(timeZone: string, from: Instant): readonly Clock[] {
  const format = new Intl.DateTimeFormat("en-GB", {
    ...({ timeZone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const),
  });
  // Clocks are changed at full quarters of an hour.
  return Array.from({ length: length / (15 * minute) }, (_, quarter) => {
    const [, name = "", hours, minutes] =
      /^(\w{3}),? (\d\d):(\d\d)$/.exec(format.format(from + quarter * 15 * minute)) ?? [];
    const weekday = weekdays.find((each) => each === name.toLowerCase());
    if (!weekday) throw new Error(`What day is ${name}?`);
    const first = Number(hours) * 60 + Number(minutes);
    return Array.from({ length: 15 }, (_, more) => ({ day: weekday, minutes: first + more }));
  }).flat();
}

const weeksSeen = weeks.map(([timeZone, from]) => ({ timeZone, from, clocks: clocks(timeZone, from) }));

const someHours: fc.Arbitrary<OpenHours> = fc
  .tuple(
    fc.subarray([...weekdays], { minLength: 1 }),
    fc.nat(24 * 60 - 1),
    fc.integer({ min: 1, max: 24 * 60 }),
  )
  .map(([days, one, other]) => ({ days, from: Math.min(one, other - 1), to: Math.max(one + 1, other) }));

const someFreeze = fc
  .tuple(fc.integer({ min: -100, max: 11 * 96 }), fc.nat(4 * 96))
  .map(([from, quarters]) => ({ from: from * 15 * minute, until: (from + quarters) * 15 * minute }));

const someCase = fc.record({
  week: fc.constantFrom(...weeksSeen),
  open: fc.array(someHours, { maxLength: 3 }),
  freezes: fc.array(someFreeze, { maxLength: 3 }),
  noStartWithin: fc.constantFrom(0, hour, 4 * hour),
  now: fc.nat(4 * 24 * 60),
  to: fc.constantFrom("start" as const, "go on" as const),
});

it("agrees with whoever looks at the clock every minute", () => {
  fc.assert(
    fc.property(someCase, ({ week, open, freezes, noStartWithin, now, to }) => {
      const { timeZone, from } = week;
      const hours: Hours = {
        windows: { timeZone, open, noStartWithin },
        freezes: freezes.map((each) => ({ from: from + each.from, until: from + each.until, reason: "" })),
      };
      const isOpen = week.clocks.map(({ day, minutes }, index) => {
        const frozen = freezes.some((each) => each.from <= index * minute && index * minute < each.until);
        return (
          !frozen && open.some((each) => each.days.includes(day) && each.from <= minutes && minutes < each.to)
        );
      });
      const closes = (at: number) => isOpen.indexOf(false, at);
      const lasts = (at: number) => (closes(at) < 0 ? Number.POSITIVE_INFINITY : closes(at) - at) * minute;
      const enough = (at: number) => isOpen[at] === true && lasts(at) >= (to === "start" ? noStartWithin : 0);
      const opens = isOpen.findIndex((_, at) => at > now && !isOpen[at - 1] && enough(at));

      const seen = hoursAt(hours, from + now * minute, to);
      expect(seen.open).toBe(enough(now));
      const told = seen.open ? seen.closesAt : seen.opensAt;
      const index = seen.open ? closes(now) : opens;
      // What is not in these days may come after them.
      if (index < 0)
        expect(told ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(from + length - 4 * hour);
      else expect(told).toBe(from + index * minute);
    }),
    { numRuns: 250, seed: 20_270_104 },
  );
});
