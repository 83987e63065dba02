interface DateOptions {
  readonly now: number;
  readonly timeZone?: string;
}

const styles: Readonly<Record<string, Intl.DateTimeFormatOptions>> = {
  date: { year: "numeric", month: "long", day: "numeric" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  time: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  time_secs: { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
};

const day = 86_400;

/** Fills Slack's date tokens ("{date_short_pretty} {time}"); undefined where the seconds are no date. */
export function formatDate(seconds: number, format: string, options: DateOptions): string | undefined {
  if (!Number.isFinite(seconds)) return undefined;
  return format.replace(/\{(\w+)\}/g, (whole, token: string) => fill(token, seconds, options) ?? whole);
}

function fill(token: string, seconds: number, options: DateOptions): string | undefined {
  if (token === "ago") return ago(options.now / 1000 - seconds);
  if (token === "date_num") return new Date(seconds * 1000).toISOString().slice(0, 10);
  if (token.endsWith("_pretty")) {
    return nearDay(seconds, options) ?? fill(token.slice(0, -"_pretty".length), seconds, options);
  }
  const style = styles[token];
  return style && written(seconds, style, options);
}

function nearDay(seconds: number, options: DateOptions): string | undefined {
  const dayOf = (moment: number) => written(moment, styles.date ?? {}, options);
  const today = options.now / 1000;
  const named = [
    ["today", today],
    ["yesterday", today - day],
    ["tomorrow", today + day],
  ] as const;
  return named.find(([, moment]) => dayOf(moment) === dayOf(seconds))?.[0];
}

function written(
  seconds: number,
  style: Intl.DateTimeFormatOptions,
  { timeZone = "UTC" }: DateOptions,
): string {
  return new Intl.DateTimeFormat("en-US", { ...style, timeZone }).format(seconds * 1000);
}

/** "in 5 minutes", "3 hours ago". */
function ago(age: number): string {
  const units = [
    ["day", day],
    ["hour", 3_600],
    ["minute", 60],
  ] as const;
  const unit = units.find(([, length]) => Math.abs(age) >= length);
  if (!unit) return age < 0 ? "in a moment" : "just now";
  const count = Math.round(Math.abs(age) / unit[1]);
  const words = `${count} ${unit[0]}${count === 1 ? "" : "s"}`;
  return age < 0 ? `in ${words}` : `${words} ago`;
}
