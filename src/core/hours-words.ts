import { day, type Instant, sayDuration } from "./instant.js";
import type { Plan } from "./plan.js";
import type { Problem } from "./problems.js";
import { type ClosedNow, type Hours, hoursAt, type OpenHours, type Windows, weekdays } from "./windows.js";
import { readingAt } from "./zones.js";

/** Hours in words, by the clocks of the environment's own zone: whoever reads them may be anywhere. */

const zoneOf = (windows: Pick<Windows, "timeZone"> | undefined): string => windows?.timeZone ?? "UTC";

const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** "Tue 10:00"; "Tue 1 Dec 10:00" where the day alone could be another one; "Tue 5 Jan 2027 10:00" in another year. */
export function sayWhen(at: Instant, windows: Pick<Windows, "timeZone"> | undefined, now: Instant): string {
  return Math.abs(at - now) < 6 * day ? sayDay(at, windows, "") : sayDated(at, windows, now);
}

function sayDated(at: Instant, windows: Pick<Windows, "timeZone"> | undefined, now: Instant): string {
  const [date, today] = [clockOf(at, windows), clockOf(now, windows)];
  const year = date.getUTCFullYear() === today.getUTCFullYear() ? "" : ` ${date.getUTCFullYear()}`;
  return sayDay(at, windows, ` ${date.getUTCDate()} ${months[date.getUTCMonth()]}${year}`);
}

function sayDay(at: Instant, windows: Pick<Windows, "timeZone"> | undefined, date: string): string {
  const clock = clockOf(at, windows);
  const weekday = days[clock.getUTCDay()];
  return `${weekday}${date} ${sayMinutes(clock.getUTCHours() * 60 + clock.getUTCMinutes())}`;
}

const clockOf = (at: Instant, windows: Pick<Windows, "timeZone"> | undefined) =>
  new Date(readingAt(at, zoneOf(windows)));

/** "Tue 10:00 (Europe/Berlin)" */
export function sayWhenThere(at: Instant, windows: Windows | undefined, now: Instant): string {
  return `${sayWhen(at, windows, now)} (${zoneOf(windows)})`;
}

/** "mon–thu 10:00–16:00; fri 10:00–24:00, Europe/Berlin" */
export function sayWindows({ open, timeZone }: Windows): string {
  const hours = open.map(({ days, from, to }) => `${sayDays(days)} ${sayMinutes(from)}–${sayMinutes(to)}`);
  return `${hours.join("; ")}, ${timeZone}`;
}

/** "mon–thu, sat" */
function sayDays(days: OpenHours["days"]): string {
  if (weekdays.every((each) => days.includes(each))) return "every day";
  const runs: string[][] = [];
  for (const [index, each] of weekdays.entries()) {
    if (!days.includes(each)) continue;
    const last = runs.at(-1);
    if (last && last.at(-1) === weekdays[index - 1]) last.push(each);
    else runs.push([each]);
  }
  return runs.map((run) => (run.length === 1 ? run[0] : `${run[0]}–${run.at(-1)}`)).join(", ");
}

function sayMinutes(minutes: number): string {
  const two = (count: number) => String(count).padStart(2, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** Why nothing may start now, as a clause: "the window of prod is closed (mon–thu 10:00–16:00, Europe/Berlin)". */
export function sayClosed(closed: ClosedNow, environment: string, now: Instant): string {
  const { cause, windows, reason = "", until = now, closesAt = now } = closed;
  switch (cause) {
    case "freeze":
      return `a freeze of ${environment} lasts until ${sayWhenThere(until, windows, now)}: ${reason}`;
    case "ends soon":
      return `the window of ${environment} closes ${sayWhenThere(closesAt, windows, now)}, and nothing starts within ${sayDuration(windows?.noStartWithin ?? 0)} of that`;
    case "window":
      return `the window of ${environment} is closed${windows ? ` (${sayWindows(windows)})` : ""}`;
  }
}

/**
 * What is worth knowing of the environment's hours before a plan is approved, with dates: a card is read for days. Nothing
 * where they do not end, and for a plan that cannot start anyway.
 */
export function outlookOfHours(
  plan: Pick<Plan, "environment" | "steps" | "blockers">,
  hours: Hours,
  now: Instant,
): Problem[] {
  if (plan.blockers.length > 0 || plan.steps.length === 0) return [];
  const starts = hoursAt(hours, now, "start");
  if (starts.open) return closing(plan, hours, now, now, starts.closesAt);
  const { opensAt } = starts;
  const then = opensAt === undefined ? undefined : hoursAt(hours, opensAt, "start");
  const closes = then?.open && opensAt !== undefined ? closing(plan, hours, now, opensAt, then.closesAt) : [];
  return [opening(plan, starts, now), ...closes];
}

function opening({ environment }: Pick<Plan, "environment">, closed: ClosedNow, now: Instant): Problem {
  const { opensAt, windows } = closed;
  const why = `until then, ${sayClosed(closed, environment, now)}`;
  return opensAt === undefined
    ? {
        code: "WindowClosed",
        what: `Nothing may start within a year: ${sayClosed(closed, environment, now)}`,
        next: fileKeeper,
      }
    : {
        code: "WindowClosed",
        what: `It starts ${datedThere(opensAt, windows, now)} at the soonest: ${why}`,
        next: "",
      };
}

/** Where no hour helps. */
export const fileKeeper = "Whoever keeps fleet.yaml can change that.";

function closing(
  { environment, steps }: Pick<Plan, "environment" | "steps">,
  { windows }: Hours,
  now: Instant,
  from: Instant,
  closesAt: Instant | undefined,
): Problem[] {
  if (closesAt === undefined) return [];
  const after = `${sayDuration(closesAt - from)} after ${from > now ? "it opens" : "this was planned"}`;
  const managed = steps.some(({ kind }) => kind === "managed node group");
  return [
    {
      code: "WindowCloses",
      what: `The window of ${environment} closes ${datedThere(closesAt, windows, now)}, ${after}`,
      next: managed
        ? "EKS cannot pause an update: what has begun by then goes on past it."
        : "What is not through by then waits, between two nodes, for the next one, unless an approver has it go on.",
    },
  ];
}

function datedThere(at: Instant, windows: Windows | undefined, now: Instant): string {
  return `${sayDated(at, windows, now)} (${zoneOf(windows)})`;
}
