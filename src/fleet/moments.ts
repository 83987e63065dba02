import { z } from "zod";
import { day, type Instant, minute } from "../core/instant.js";
import { momentsOf } from "../core/zones.js";

const shape =
  "must be a day such as 2026-12-20, or a moment such as 2026-12-20T18:00 or 2026-12-20T18:00+01:00";

/** A day or a moment, as it is written: which instant that is depends on the zone. */
export const moment = z.string({ error: shape }).superRefine((text, context) => {
  const issue = (message: string) => context.addIssue({ code: "custom", message });
  if (!written.test(text)) issue(shape);
  else if (!wallOf(text)) issue(`is not in the calendar or on the clock: it ${shape}`);
});

const written = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(Z|[+-]\d{2}:\d{2})?)?$/;

interface Wall {
  /** What calendar and clock show there, as if it were UTC. */
  readonly shown: number;
  /** A day without a time. */
  readonly whole: boolean;
  /** Milliseconds before UTC, where it says so itself. */
  readonly offset?: number;
}

function wallOf(text: string): Wall | undefined {
  const [, date, time, zone] = written.exec(text) ?? [];
  if (date === undefined) return undefined;
  const shown = Date.parse(`${date}T${time ?? "00:00"}Z`);
  // 30 February would be a day of March.
  if (Number.isNaN(shown) || !new Date(shown).toISOString().startsWith(date)) return undefined;
  const wall = { shown, whole: time === undefined };
  if (zone === undefined) return wall;
  const [hours = 0, minutes = 0] = zone === "Z" ? [] : zone.slice(1).split(":").map(Number);
  if (hours > 14 || minutes > 59) return undefined;
  return { ...wall, offset: (hours * 60 + minutes) * minute * (zone.startsWith("-") ? -1 : 1) };
}

interface Written {
  readonly from: string;
  readonly until: string;
}

/**
 * From when to when; days are whole ones by the clocks of the zone, the last of them included. What comes twice, where
 * clocks are put back, is within both times: nothing that is frozen may begin in between.
 */
export function spanOf({ from, until }: Written, timeZone: string): { from: Instant; until: Instant } {
  return { from: instantOf(from, timeZone, "from"), until: instantOf(until, timeZone, "until") };
}

function instantOf(text: string, timeZone: string, end: keyof Written): Instant {
  const wall = wallOf(text);
  if (!wall) return Number.NaN;
  const { shown, whole, offset } = wall;
  if (offset !== undefined) return shown - offset;
  const first = end === "from";
  const { shown: moments, otherwise } = momentsOf(whole && !first ? shown + day : shown, timeZone);
  // A whole day ends where the next one begins, and that is when its midnight comes first.
  return moments.at(first || whole ? 0 : -1) ?? otherwise;
}
