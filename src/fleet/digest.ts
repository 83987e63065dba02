import { z } from "zod";
import { channel, members } from "./members.js";
import { isTimeZone, scheduleFault } from "./schedule.js";

const days = z
  .int({ error: "must be a whole number of days" })
  .min(1, { error: "must be at least 1 day" })
  .max(9999, { error: "must be less than 10000 days" });

const rule = z
  .strictObject({
    daysBehind: days.optional(),
    daysToEndOfSupport: days.optional(),
    mention: members.prefault({}),
  })
  .prefault({});

const usual = {
  critical: { daysBehind: 90, daysToEndOfSupport: 30 },
  warning: { daysBehind: 30, daysToEndOfSupport: 90 },
} as const;

/** A number that is left out is the usual one, or the other rule's where the usual one would contradict it. */
const severity = z
  .strictObject({ critical: rule, warning: rule })
  .transform(({ critical, warning }) => {
    const behind = critical.daysBehind ?? Math.max(usual.critical.daysBehind, warning.daysBehind ?? 0);
    const end =
      critical.daysToEndOfSupport ??
      Math.min(usual.critical.daysToEndOfSupport, warning.daysToEndOfSupport ?? Number.POSITIVE_INFINITY);
    return {
      critical: { daysBehind: behind, daysToEndOfSupport: end, mention: critical.mention },
      warning: {
        daysBehind: warning.daysBehind ?? Math.min(usual.warning.daysBehind, behind),
        daysToEndOfSupport: warning.daysToEndOfSupport ?? Math.max(usual.warning.daysToEndOfSupport, end),
        mention: warning.mention,
      },
    };
  })
  .superRefine(({ critical, warning }, context) => {
    const contradicts = (key: keyof typeof usual.warning, how: string) =>
      context.addIssue({
        code: "custom",
        path: ["warning", key],
        message: `must be ${how} ${critical[key]} (critical.${key}): a warning comes before it is critical`,
      });
    if (warning.daysBehind > critical.daysBehind) contradicts("daysBehind", "at most");
    if (warning.daysToEndOfSupport < critical.daysToEndOfSupport) {
      contradicts("daysToEndOfSupport", "at least");
    }
  })
  .prefault({});

/** The rules of an environment that says nothing of them. */
export const usualSeverity = severity.parse({});

const schedule = z
  .string()
  .superRefine((text, context) => {
    const fault = scheduleFault(text);
    if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
  })
  .transform((text) => text.trim().split(/\s+/).join(" "));

export const digest = z.strictObject({
  schedule: schedule.optional(),
  timeZone: z
    .string()
    .refine(isTimeZone, { error: "must be the name of a time zone such as Europe/Berlin, or UTC" })
    .default("UTC"),
  channel: channel.optional(),
  whenUpToDate: z.enum(["line", "silent"], { error: "must be line or silent" }).default("line"),
  severity,
});
