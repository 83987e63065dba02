import type { Instant } from "../core/instant.js";
import type { DigestRecord } from "../core/scan/digest.js";
import type { DigestOptions } from "../digests.js";
import { latestTime, nextTime } from "./times.js";

/** Is the next time here? Then notes it: of several who ask at once, one does. */
export async function fire(
  { digests, clock }: Pick<DigestOptions, "digests" | "clock">,
  series: string,
): Promise<"due" | "not yet" | "gone"> {
  for (;;) {
    const stored = await digests.load(series);
    if (!stored) return "gone";
    const due = fired(stored.record, clock.now());
    if (due === stored.record) return due.due === undefined ? "not yet" : "due";
    if (await digests.save(due, stored.revision)) return "due";
  }
}

/** The record when it is so late: times that were missed come as one. The same record where no time has come. */
export function fired(record: DigestRecord, now: Instant): DigestRecord {
  if (now < record.nextDue) return record;
  return { ...record, due: latestTime(record, record.nextDue, now), nextDue: nextTime(record, now) };
}
