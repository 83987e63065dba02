import { z } from "zod";
import { day, hour, minute, sayDuration } from "../core/instant.js";
import { type OpenHours, weekdays } from "../core/windows.js";
import { duration } from "./durations.js";
import type { Issue } from "./issue.js";
import { noneTwice } from "./members.js";
import { moment } from "./moments.js";
import { isTimeZone } from "./schedule.js";

const shape = 'must be a time of day such as "10:00"';

/** Minutes after midnight. */
const timeOfDay = z
  .string({ error: shape })
  .regex(/^([01]?\d|2[0-3]):[0-5]\d$|^24:00$/, { error: `${shape}, between 00:00 and 24:00` })
  .transform((text) => {
    const [hours = 0, minutes = 0] = text.split(":").map(Number);
    return hours * 60 + minutes;
  });

const someDays = z
  .array(z.enum(weekdays, { error: `must be one of ${weekdays.join(", ")}` }))
  .min(1, { error: "must name at least one day, such as [mon, tue]" })
  .superRefine(noneTwice);

export const windows = z.strictObject({
  timeZone: z
    .string()
    .refine(isTimeZone, { error: "must be the name of a time zone such as Europe/Berlin, or UTC" }),
  open: z.array(z.strictObject({ days: someDays, from: timeOfDay, to: timeOfDay })).min(1, {
    error: "must have at least one entry, or nothing could ever start: leave windows out for any time",
  }),
  noStartWithin: duration.default(0),
});

/** Hours that end before they begin, and windows in which nothing could ever start. */
export function neverOpen({ open, noStartWithin }: z.infer<typeof windows>): Issue[] {
  const backwards = open.flatMap(({ from, to }, i) => (to > from ? [] : [i]));
  const longest = longestOpen(open);
  if (backwards.length === 0 && noStartWithin >= longest) {
    const message = `must be shorter than the longest window (${sayDuration(longest)}), or nothing could ever start`;
    return [{ path: ["windows", "noStartWithin"], message }];
  }
  const message =
    'must be later than from: for a night write two, one until "24:00" and one of the next days from "00:00"';
  return backwards.map((i) => ({ path: ["windows", "open", i, "to"], message }));
}

/** Milliseconds for which it stays open at the most: windows that meet at midnight are one. */
function longestOpen(open: readonly OpenHours[]): number {
  const week = (7 * day) / minute;
  const ofDay = (of: number) => (of * day) / minute;
  const spans = open
    .flatMap(({ days, from, to }) =>
      days
        .map((each) => ofDay(weekdays.indexOf(each)))
        .map((start) => ({ from: start + from, to: start + to })),
    )
    // Twice, since Sunday meets Monday.
    .flatMap(({ from, to }) => [
      { from, to },
      { from: from + week, to: to + week },
    ])
    .toSorted((a, b) => a.from - b.from);
  let [longest, begun, end] = [0, Number.NaN, Number.NaN];
  for (const { from, to } of spans) {
    if (!(from <= end)) begun = from;
    end = from <= end ? Math.max(end, to) : to;
    longest = Math.max(longest, end - begun);
  }
  return longest >= week ? Number.POSITIVE_INFINITY : (longest * hour) / 60;
}

const reason = "must say why: whoever may not start is told";

export const freeze = z.strictObject({
  from: moment,
  until: moment,
  reason: z
    .string({ error: reason })
    .trim()
    .min(1, { error: reason })
    .max(200, { error: "must have at most 200 characters" }),
});
