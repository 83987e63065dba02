import type { Instant } from "../instant.js";
import type { DigestRow, Snooze } from "./digest.js";

/** Rows that are told, and those that somebody does not want to be told of now. */
export interface SplitRows {
  readonly shown: readonly DigestRow[];
  /** Each with the snooze that lasts longest. */
  readonly snoozed: readonly { readonly row: DigestRow; readonly snooze: Snooze }[];
}

/** A snooze lasts until its time, whatever happens to the row meanwhile. */
export function snoozed(rows: readonly DigestRow[], snoozes: readonly Snooze[], now: Instant): SplitRows {
  const byKey = lasting(snoozes, now);
  return {
    shown: rows.filter(({ key }) => !byKey.has(key)),
    snoozed: rows.flatMap((row) => {
      const snooze = byKey.get(row.key);
      return snooze ? [{ row, snooze }] : [];
    }),
  };
}

function lasting(snoozes: readonly Snooze[], now: Instant): ReadonlyMap<string, Snooze> {
  const last = snoozes.filter(({ until }) => until > now).sort((one, other) => one.until - other.until);
  return new Map(last.map((snooze) => [snooze.key, snooze]));
}
