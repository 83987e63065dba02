import type { ScenarioFreeze, ScenarioRules, ScenarioWindows } from "../scenarios/environments.js";
import { type LocalTime, localTimes } from "./time.js";

/** From then until then, the end not included. World time. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** What the rules of an environment say of a moment. */
export interface HoursThen {
  /** - ends soon: what runs may go on, and nothing may start any more */
  readonly state: "open" | "ends soon" | "closed" | "frozen";
  /** When that is over: it closes, or something may start again; absent: not within three weeks. */
  readonly until?: number;
  /** Of a freeze. */
  readonly reason?: string;
}

const quarter = 15 * 60_000;
const day = 24 * 3600_000;
const farthest = 21 * day;

/** Independent of how the bot reckons: quarter of an hour by quarter of an hour. `windows` absent: always open. */
export function hoursThen(rules: ScenarioRules, origin: number, now: number): HoursThen {
  const { windows, freezes = [] } = rules;
  const frozen = freezes.find((freeze) => isIn(spanOf(freeze, origin, windows?.timeZone), now));
  const spans = openSpans(rules, origin, now);
  const least = millisecondsOf(windows?.noStartWithin ?? "0m");
  const current = spans.find((span) => isIn(span, now));
  if (current && (current.until === Number.POSITIVE_INFINITY || current.until - now >= least))
    return { state: "open", ...until(current.until) };
  const next = spans.find((span) => span.from > now && span.until - span.from >= least);
  if (current) return { state: "ends soon", ...until(next?.from) };
  if (frozen) return { state: "frozen", reason: frozen.reason, ...until(next?.from) };
  return { state: "closed", ...until(next?.from) };
}

const until = (at: number | undefined) =>
  at === undefined || at === Number.POSITIVE_INFINITY ? {} : { until: at };

const isIn = ({ from, until }: Span, at: number) => from <= at && at < until;

/** Whole days by the clocks of the zone. */
export function spanOf({ inDays, days }: ScenarioFreeze, origin: number, timeZone = "UTC"): Span {
  return {
    from: midnight(origin + inDays * day, timeZone),
    until: midnight(origin + (inDays + days) * day, timeZone),
  };
}

/** That with which the day of the moment began. */
function midnight(moment: number, timeZone: string): number {
  const at = localTimes(timeZone);
  let candidate = moment - (moment % quarter);
  while (at(candidate).time !== "00:00") candidate -= quarter;
  return candidate;
}

/** When something may run, from the quarter of an hour of `now` on. */
function openSpans(rules: ScenarioRules, origin: number, now: number): readonly Span[] {
  const first = now - (now % quarter);
  const known = reckoned.get(rules);
  if (known?.first === first && known.origin === origin) return known.spans;
  const spans = spansFrom(rules, origin, first);
  reckoned.set(rules, { first, origin, spans });
  return spans;
}

/** The page asks five times a second. */
const reckoned = new WeakMap<
  ScenarioRules,
  { readonly first: number; readonly origin: number; readonly spans: readonly Span[] }
>();

function spansFrom({ windows, freezes = [] }: ScenarioRules, origin: number, first: number): Span[] {
  const closed = freezes.map((freeze) => spanOf(freeze, origin, windows?.timeZone));
  const at = localTimes(windows?.timeZone ?? "UTC");
  const isOpen = (moment: number) =>
    (!windows || isInWindow(windows, at(moment))) && !closed.some((span) => isIn(span, moment));
  const last = first + farthest;
  const spans: Span[] = [];
  let from: number | undefined;
  for (let moment = first; moment <= last; moment += quarter) {
    const open = isOpen(moment);
    if (open) from ??= moment;
    if (open || from === undefined) continue;
    spans.push({ from, until: moment });
    from = undefined;
  }
  if (from !== undefined) spans.push({ from, until: Number.POSITIVE_INFINITY });
  return spans;
}

function isInWindow({ open }: ScenarioWindows, { day: weekday, time }: LocalTime): boolean {
  return open.some(({ days, from, to }) => days.includes(weekday) && from <= time && time < to);
}

const units = { m: 60_000, h: 3600_000, d: day } as const;

/** Of "30m", "24h" or "7d". */
function millisecondsOf(duration: string): number {
  return Number.parseInt(duration, 10) * units[duration.at(-1) as keyof typeof units];
}
