import { CronExpressionParser } from "cron-parser";

const example = '"0 9 * * 1-5"';
const shape = `five fields: minute hour day-of-month month day-of-week, such as ${example}`;

/** Cron has no years: from any day on, what comes at all comes within eight, leap days included. */
const someDay = new Date(Date.UTC(2024, 0, 1));

/** What is wrong with a schedule, by the parser that BullMQ goes by. Undefined: nothing. */
export function scheduleFault(schedule: string): string | undefined {
  const fields = schedule.trim().split(/\s+/);
  if (fields.length !== 5) return `must have ${shape}`;
  // The parser takes H for a number of its own choice, a new one each time.
  if (fields.some((field) => /^h/i.test(field))) return `must have ${shape}; H is not for schedules here`;
  try {
    CronExpressionParser.parse(fields.join(" "), { tz: "UTC", currentDate: someDay }).next();
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (neverComes.test(reason)) return "never comes: no month that it names has such a day";
    return `cannot be read (${reason}): write ${shape}`;
  }
}

/** A day that its only month lacks is found when it is read, one that several lack in vain when the next is looked for. */
const neverComes = /^Invalid explicit day of month definition|loop limit exceeded$/;

/** Whether it is the name of an IANA time zone: "Europe/Berlin". Offsets such as +02:00 are none. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
