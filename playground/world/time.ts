import type { Weekday, WeekTime } from "../scenarios/environments.js";
import type { WorldClock } from "./clock.js";

/** Resolves `seconds` of world time later; never, if the clock is stopped before. */
export function pass(clock: WorldClock, seconds: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(seconds * 1000, resolve);
  });
}

/** Looks every 5 world seconds until `condition` holds (true), or until the world reaches `deadline` (false). */
export async function passUntil(
  clock: WorldClock,
  condition: () => boolean,
  deadline = Number.POSITIVE_INFINITY,
): Promise<boolean> {
  while (!condition()) {
    if (clock.now() >= deadline) return false;
    await pass(clock, 5);
  }
  return true;
}

/** Every time zone of our days is whole quarters of an hour away from UTC. */
const quarter = 15 * 60_000;
const day = 24 * 3600_000;

/** The last moment up to that one at which it was this time of day (UTC, "08:58"). */
export function lastTime(time: string, moment: number): number {
  const midnight = moment - (moment % day);
  const at = midnight + Date.parse(`1970-01-01T${time}:00Z`);
  return at <= moment ? at : at - day;
}

/** Weekday and time of day by the clocks of a zone. */
export interface LocalTime {
  readonly day: Weekday;
  /** "08:30" */
  readonly time: string;
}

/** @param timeZone IANA */
export function localTimes(timeZone: string): (moment: number) => LocalTime {
  const clock = new Intl.DateTimeFormat("en-GB", {
    ...{ timeZone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  });
  return (moment) => {
    const [day = "", time = ""] = clock.format(moment).toLowerCase().split(/,? /);
    return { day: day as Weekday, time };
  };
}

/** The first quarter of an hour after `now` at which it is such a time by the clocks of the zone. */
export function nextLocalTime(now: number, isIt: (local: LocalTime) => boolean, timeZone: string): number {
  const at = localTimes(timeZone);
  let candidate = now - (now % quarter) + quarter;
  while (!isIt(at(candidate))) candidate += quarter;
  return candidate;
}

/** The last moment up to that one at which it was this time of the week. */
export function lastWeekTime({ day: weekday, time, timeZone }: WeekTime, moment: number): number {
  const at = localTimes(timeZone);
  const isIt = (candidate: number) => at(candidate).day === weekday && at(candidate).time === time;
  const latest = moment - (moment % quarter);
  for (let candidate = latest; candidate > latest - 8 * day; candidate -= quarter)
    if (isIt(candidate)) return candidate;
  throw new Error(`There is no ${weekday} ${time} in ${timeZone}: say whole quarters of an hour.`);
}
