const time = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const timeToTheSecond = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short" });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

const clock = (at: number): string => time.format(at);
export const clockToTheSecond = (at: number): string => timeToTheSecond.format(at);
/** With the day, where that is not the day of `now`. */
export const when = (at: number, now: number): string => `${dayUnless(at, now)}${clock(at)}`;
export const whenToTheSecond = (at: number, now: number): string =>
  `${dayUnless(at, now)}${clockToTheSecond(at)}`;
export const dayOf = (at: number): string => day.format(at);
export const moment = (at: number): string => whole.format(at);

const dayUnless = (at: number, now: number) => (dayOf(at) === dayOf(now) ? "" : `${dayOf(at)}, `);

const dateForms: Readonly<Record<string, Intl.DateTimeFormatOptions>> = {
  date: { dateStyle: "long" },
  date_num: { dateStyle: "short" },
  date_short: { dateStyle: "medium" },
  date_long: { dateStyle: "full" },
  time: { timeStyle: "short" },
  time_secs: { timeStyle: "medium" },
};

/** A moment in a text, as the app wants it put: "{date_short_pretty} {time}". */
export function asWanted(at: number, format: string): string {
  return format.replace(/\{(\w+?)(?:_pretty)?\}/g, (token, name: string) => {
    const form = dateForms[name];
    return form ? new Intl.DateTimeFormat(undefined, form).format(at) : token;
  });
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** "ip-10-42-18-198" of a node's whole name. */
export function shortName(node: string): string {
  return node.split(".", 1)[0] ?? node;
}
