import { CronExpressionParser } from "cron-parser";
import { day, hour, type Instant } from "../core/instant.js";
import { momentsOf, type Reading, readingAt } from "../core/zones.js";

/** Cron, five fields, and an IANA time zone. */
export interface Schedule {
  readonly pattern: string;
  readonly timeZone: string;
}

/**
 * The first time of the schedule after that moment. Where clocks are put forward, a time that they leap over comes as much
 * later; where they are put back, one that they show twice comes when they show it first, or both times on a schedule for
 * every hour. That is worked out here: cron-parser's own answers in such a night depend on when it is asked.
 */
export function nextTime(schedule: Schedule, after: Instant): Instant {
  let next: { readonly time: Instant; readonly reading: Reading } | undefined;
  for (const reading of readingsFrom(schedule, readingAt(after, schedule.timeZone) - changeAtMost)) {
    // What is leapt over comes after what is read later: a bit more is looked at.
    if (next && reading > next.reading + changeAtMost) return next.time;
    for (const time of timesOf(reading, schedule)) {
      if (time > after && (!next || time < next.time)) next = { time, reading };
    }
  }
  throw new Error(`Schedule ${schedule.pattern} (${schedule.timeZone}) has no next time.`);
}

/** The last time of the schedule up to now; `known` is one of its times. */
export function latestTime(schedule: Schedule, known: Instant, now: Instant): Instant {
  const last = readingAt(now, schedule.timeZone) + changeAtMost;
  // The shortest stretch that has a time in it: one that comes every minute must not be counted through a year.
  for (const length of [hour, 2 * day, 40 * day, 400 * day, now - known]) {
    let latest = known;
    for (const reading of readingsFrom(schedule, last - 2 * changeAtMost - length)) {
      if (reading > last) break;
      for (const time of timesOf(reading, schedule)) if (time <= now && time > latest) latest = time;
    }
    if (latest > known || now - length <= known) return latest;
  }
  return known;
}

/** No clock is put forward or back by more at once. */
const changeAtMost = 3 * hour;

/** What the clocks read when it is time, in order, after that. */
function* readingsFrom({ pattern }: Schedule, after: Reading): Generator<Reading> {
  const readings = CronExpressionParser.parse(pattern, { tz: "UTC", currentDate: new Date(after) });
  for (;;) yield readings.next().getTime();
}

/** When it is time by clocks that read that. */
function timesOf(reading: Reading, { pattern, timeZone }: Schedule): readonly Instant[] {
  const { shown, otherwise } = momentsOf(reading, timeZone);
  // They leap over it: by the clocks of before, it comes.
  if (shown.length === 0) return [otherwise];
  return isEveryHour(pattern) ? shown : shown.slice(0, 1);
}

const isEveryHour = (pattern: string) => pattern.split(" ")[1]?.startsWith("*") === true;
