import { day, type Instant } from "./instant.js";

/** Clocks on the wall and moments, in any time zone, whatever the machine's own: Intl knows the zones. */

/** What a clock on the wall reads, as the moment at which one in UTC does. */
export type Reading = number;

export function readingAt(moment: Instant, timeZone: string): Reading {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(moment)) parts[type] = Number(value);
  const { year = 0, month = 0, day: date = 0, hour = 0, minute = 0, second = 0 } = parts;
  const milliseconds = ((moment % 1000) + 1000) % 1000;
  return Date.UTC(year, month - 1, date, hour, minute, second, milliseconds);
}

/** "Tue 2026-07-21 10:00 UTC" */
export function sayUtc(at: Instant): string {
  const date = new Date(at);
  return `${date.toUTCString().slice(0, 3)} ${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** How far the clocks of the zone are before UTC. */
export function offsetAt(moment: Instant, timeZone: string): number {
  return readingAt(moment, timeZone) - moment;
}

/**
 * When clocks of the zone read that: once, twice where they are put back, never where they leap over it. `otherwise`:
 * when they would, had they not been put forward.
 */
export function momentsOf(
  reading: Reading,
  timeZone: string,
): { readonly shown: readonly Instant[]; readonly otherwise: Instant } {
  // By the offsets before and after a change in that night, if there is one.
  const before = reading - offsetAt(reading - day, timeZone);
  const after = reading - offsetAt(reading + day, timeZone);
  const both = before === after ? [before] : [before, after].sort((a, b) => a - b);
  return { shown: both.filter((moment) => readingAt(moment, timeZone) === reading), otherwise: before };
}

/** The first moment after `from`, up to `to`, at which the zone's clocks have been changed. */
export function clockChange(timeZone: string, from: Instant, to: Instant): Instant | undefined {
  const offset = offsetAt(from, timeZone);
  if (offsetAt(to, timeZone) === offset) return undefined;
  let [same, changed] = [from, to];
  while (changed - same > 1) {
    const middle = Math.floor((same + changed) / 2);
    if (offsetAt(middle, timeZone) === offset) same = middle;
    else changed = middle;
  }
  return changed;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const numeric = { year: "numeric", month: "numeric", day: "numeric" } as const;
  const clock = { hour: "numeric", minute: "numeric", second: "numeric", hourCycle: "h23" } as const;
  const format = new Intl.DateTimeFormat("en-US", { timeZone, ...numeric, ...clock });
  formats.set(timeZone, format);
  return format;
}
