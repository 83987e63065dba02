import { day, type Instant, type Milliseconds, minute } from "./instant.js";
import { clockChange, type Reading, readingAt } from "./zones.js";

export const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof weekdays)[number];

/** When upgrades of an environment may start and go on. */
export interface Windows {
  /** IANA: "Europe/Berlin". */
  readonly timeZone: string;
  readonly open: readonly OpenHours[];
  /** Nothing is started when the window ends sooner than that. */
  readonly noStartWithin: Milliseconds;
}

/** Open while the clocks of the zone show a time in it, in nights in which they are changed, too. */
export interface OpenHours {
  readonly days: readonly Weekday[];
  /** Minutes after midnight, by the clocks of the zone. `to` may be 1440, and is later than `from`. */
  readonly from: number;
  readonly to: number;
}

/** A time in which nothing starts and nothing goes on, whatever the window says. */
export interface Freeze {
  readonly from: Instant;
  readonly until: Instant;
  readonly reason: string;
}

export interface Hours {
  readonly windows?: Windows;
  readonly freezes: readonly Freeze[];
}

/** Why nothing may start now, and when something may. */
export interface ClosedNow {
  readonly open: false;
  readonly cause: "window" | "freeze" | "ends soon";
  /** Of a freeze. */
  readonly reason?: string;
  /** When the freeze is over. */
  readonly until?: Instant;
  /** When what is open now, but not for long enough, closes. */
  readonly closesAt?: Instant;
  /** When something may start (or go on) again; undefined: not within a year. */
  readonly opensAt?: Instant;
  /** The environment's own: in their time zone all of this is said. */
  readonly windows?: Windows;
}

/** `closesAt` is undefined where it does not close within a year. */
export type HoursNow = { readonly open: true; readonly closesAt?: Instant } | ClosedNow;

/** Hours as they are reckoned with. */
interface Times {
  readonly week?: Week;
  readonly freezes: readonly Freeze[];
}

/** How far ahead is looked. */
const horizon = 366 * day;

/**
 * Whether an upgrade may start now, or go on: windows and freezes together. What is open without a break is one stretch,
 * and to start there must be `noStartWithin` left of it; to go on a minute is enough.
 */
export function hoursAt({ windows, freezes }: Hours, now: Instant, to: "start" | "go on"): HoursNow {
  const times: Times = { ...(windows && { week: weekOf(windows) }), freezes };
  const atLeast = to === "start" ? (windows?.noStartWithin ?? 0) : 0;
  const closesAt = isOpen(times, now) ? nextChange(times, now) : now;
  if (closesAt === undefined || closesAt - now >= Math.max(atLeast, 1)) {
    return { open: true, ...(closesAt !== undefined && { closesAt }) };
  }
  const opensAt = opening(times, closesAt, now + horizon, atLeast);
  return {
    open: false,
    ...whyClosed(times, now, closesAt),
    ...(opensAt !== undefined && { opensAt }),
    ...(windows && { windows }),
  };
}

function whyClosed(
  times: Times,
  now: Instant,
  closesAt: Instant,
): Pick<ClosedNow, "cause"> & Partial<ClosedNow> {
  const freeze = lastFreeze(times, now);
  if (freeze) return { cause: "freeze", reason: freeze.reason, until: freeze.until };
  return closesAt > now ? { cause: "ends soon", closesAt } : { cause: "window" };
}

/** The first moment after which it is open for long enough; `from` is closed. */
function opening(times: Times, from: Instant, before: Instant, atLeast: Milliseconds): Instant | undefined {
  let closed: Instant | undefined = from;
  while (closed !== undefined) {
    const opens = nextChange(times, closed);
    if (opens === undefined || opens > before) return undefined;
    closed = nextChange(times, opens);
    if (closed === undefined || closed - opens >= atLeast) return opens;
  }
  return undefined;
}

function isOpen(times: Times, at: Instant): boolean {
  return lastFreeze(times, at) === undefined && isInWindow(times.week, at);
}

/** Of those that are on: the one that lasts longest. */
function lastFreeze({ freezes }: Pick<Times, "freezes">, at: Instant): Freeze | undefined {
  return freezes
    .filter(({ from, until }) => from <= at && at < until)
    .reduce<Freeze | undefined>((last, each) => (last && last.until >= each.until ? last : each), undefined);
}

/** The windows, and the minutes of the week at which they open or close by themselves. */
interface Week extends Windows {
  readonly turns: readonly number[];
}

const minutesOfWeek = 7 * 24 * 60;

function weekOf(windows: Windows): Week {
  const before = (minute: number) => (minute + minutesOfWeek - 1) % minutesOfWeek;
  const ends = windows.open.flatMap(({ days, from, to }) =>
    days.flatMap((each) => [from, to].map((end) => (weekdays.indexOf(each) * 24 * 60 + end) % minutesOfWeek)),
  );
  const turns = ends.filter((end) => isOpenIn(windows, end) !== isOpenIn(windows, before(end)));
  return { ...windows, turns: [...new Set(turns)] };
}

function isOpenIn({ open }: Windows, minuteOfWeek: number): boolean {
  const weekday = weekdays[Math.floor(minuteOfWeek / (24 * 60))] ?? "mon";
  const minutes = minuteOfWeek % (24 * 60);
  return open.some(({ days, from, to }) => days.includes(weekday) && from <= minutes && minutes < to);
}

function isInWindow(week: Week | undefined, at: Instant): boolean {
  return !week || isOpenIn(week, minuteOfWeek(readingAt(at, week.timeZone)));
}

/** With its seconds, as a fraction. */
function minuteOfWeek(reading: Reading): number {
  // The first of all days was a Thursday.
  const sinceMonday = (reading / minute + 3 * 24 * 60) % minutesOfWeek;
  return (sinceMonday + minutesOfWeek) % minutesOfWeek;
}

/** When it opens next, or closes, whichever comes. */
function nextChange(times: Times, after: Instant): Instant | undefined {
  const open = isOpen(times, after);
  for (let at = nextTurn(times, after); at <= after + horizon; at = nextTurn(times, at)) {
    if (isOpen(times, at) !== open) return at;
  }
  return undefined;
}

/** The next moment at which it may open or close: until then it stays as it is. */
function nextTurn({ week, freezes }: Times, at: Instant): Instant {
  const frozen = lastFreeze({ freezes }, at);
  if (frozen) return frozen.until;
  const begins = freezes.filter(({ from }) => from > at).map(({ from }) => from);
  return Math.min(week ? nextClockTurn(week, at) : Number.POSITIVE_INFINITY, ...begins);
}

/** Or when the clocks are changed before: by those of then it may be another time. */
function nextClockTurn({ timeZone, turns }: Week, at: Instant): Instant {
  if (turns.length === 0) return Number.POSITIVE_INFINITY;
  const now = minuteOfWeek(readingAt(at, timeZone));
  const next = Math.min(...turns.map((turn) => (turn > now ? turn : turn + minutesOfWeek)));
  const then = at + Math.round((next - now) * minute);
  return clockChange(timeZone, at, then) ?? then;
}
