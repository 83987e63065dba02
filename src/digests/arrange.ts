import { createHash } from "node:crypto";
import type { Instant } from "../core/instant.js";
import type { DigestRecord } from "../core/scan/digest.js";
import type { DigestOptions } from "../digests.js";
import type { Fleet } from "../fleet.js";
import type { StoredDigest } from "../redis/digests.js";
import { fired } from "./fire.js";
import { sameNames } from "./names.js";
import { nextTime } from "./times.js";

/** What fleet.yaml decides of a record. */
type Wanted = Pick<
  DigestRecord,
  "series" | "channel" | "environments" | "pattern" | "timeZone" | "whenUpToDate"
>;

type ArrangeOptions = Pick<DigestOptions, "digests" | "fleet" | "clock">;

/** Brings the records to what fleet.yaml wants. One that cannot be read keeps none of the others from it. */
export async function arrange(
  options: ArrangeOptions,
  failed: (error: unknown) => void,
): Promise<DigestRecord[]> {
  const { digests, fleet } = options;
  const wanted = wantedBy(fleet);
  const names = new Set(wanted.map(({ series }) => series));
  const gone = (await digests.series()).filter((series) => !names.has(series));
  const records: DigestRecord[] = [];
  // One after the other: no two may take over from the same one.
  for (const each of wanted) {
    await settle(options, each, gone).then((record) => records.push(record), failed);
  }
  // What was taken over from is gone already.
  for (const series of gone) await end(options, series).catch(failed);
  return records;
}

/** One series for each channel and schedule: its environments share a message. */
function wantedBy({ environments }: Fleet): Wanted[] {
  const all = new Map<string, Wanted>();
  for (const { name, digest: settings } of environments) {
    if (!settings) continue;
    const { channel, timeZone, whenUpToDate } = settings;
    const pattern = settings.schedule.trim().split(/\s+/).join(" ");
    const series = seriesOf(channel, pattern, timeZone);
    const other = all.get(series);
    all.set(series, {
      ...{ series, channel, pattern, timeZone },
      environments: [...(other?.environments ?? []), name],
      // Where one of them wants it said, it is.
      whenUpToDate: other?.whenUpToDate === "line" ? "line" : whenUpToDate,
    });
  }
  return [...all.values()];
}

/** No colon: it is the id of a BullMQ job, too. */
function seriesOf(channel: string, pattern: string, timeZone: string): string {
  const schedule = createHash("sha256").update(`${pattern}|${timeZone}`).digest("hex");
  return `${channel}-${schedule.slice(0, 8)}`;
}

async function settle(
  { digests, clock }: ArrangeOptions,
  wanted: Wanted,
  gone: readonly string[],
): Promise<DigestRecord> {
  for (;;) {
    const stored = await digests.load(wanted.series);
    if (stored) {
      const record = { ...stored.record, ...wanted };
      if (isSame(stored.record, wanted) || (await digests.save(record, stored.revision))) return record;
      continue;
    }
    const former = await formerOf(digests, wanted, gone);
    const record = begun(wanted, former?.record, clock.now());
    const saved = former
      ? await digests.takeOver(record, { series: former.record.series, revision: former.revision })
      : await digests.save(record, 0);
    if (saved) return record;
  }
}

function isSame(record: DigestRecord, { environments, whenUpToDate }: Wanted): boolean {
  return record.whenUpToDate === whenUpToDate && sameNames(record.environments, environments);
}

/** The one whose schedule this was before: in the same channel, and with an environment in common. */
async function formerOf(
  digests: DigestOptions["digests"],
  { channel, environments }: Wanted,
  gone: readonly string[],
): Promise<StoredDigest | undefined> {
  for (const series of gone) {
    const stored = await digests.load(series).catch(() => undefined);
    if (!stored || stored.record.channel !== channel) continue;
    if (stored.record.environments.some((each) => environments.includes(each))) return stored;
  }
  return undefined;
}

/**
 * A new record. From the one before it has what was told, so that it is not told again, and a time that has come and
 * whose digest is not made.
 */
function begun(wanted: Wanted, former: DigestRecord | undefined, now: Instant): DigestRecord {
  const next = { schema: 1, ...wanted, nextDue: nextTime(wanted, now) } as const;
  // Of a series that was ended once, messages may be there: its first digest must not edit one of those.
  if (!former) return { ...next, postedAs: `${wanted.series}-${now.toString(36)}` };
  const { due, doneFor, shown, former: before, unseen, postedAs } = fired(former, now);
  return {
    ...next,
    ...(due !== undefined && { due }),
    ...(doneFor !== undefined && { doneFor }),
    ...(shown && { shown }),
    ...(before && { former: before }),
    ...(unseen && { unseen }),
    postedAs: postedAs ?? former.series,
  };
}

async function end({ digests }: ArrangeOptions, series: string): Promise<void> {
  // One that cannot be read is a newer bot's.
  if (await digests.load(series)) await digests.remove(series);
}
