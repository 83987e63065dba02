import type { Logger } from "pino";
import type { Clock } from "../src/clock.js";
import type { Instant } from "../src/core/instant.js";
import type { DigestRecord, Snooze } from "../src/core/scan/digest.js";
import { callsFor } from "../src/core/scan/news.js";
import { snoozed } from "../src/core/scan/snoozes.js";
import { rulesOf } from "../src/digests/rules.js";
import type { Fleet } from "../src/fleet.js";
import type { Redis } from "../src/redis/connection.js";
import type { Digests, StoredDigest } from "../src/redis/digests.js";
import { redisSlots } from "../src/redis/slots.js";
import type { Snoozes } from "../src/redis/snoozes.js";
import { digestMessages } from "../src/slack/digest-messages.js";
import { type Delivered, deliver } from "../src/slack/outbox.js";
import type { RateGate } from "../src/slack/rate-gate.js";
import type { Caps } from "../src/slack/views/live.js";
import type { WriterTools } from "../src/slack/writer.js";
import { unshownBecause } from "./announce.js";
import type { Look } from "./delivery.js";

export interface PainterOptions {
  readonly digests: Digests;
  readonly snoozes: Pick<Snoozes, "kept">;
  readonly fleet: Fleet;
  readonly redis: Redis;
  readonly client: WriterTools["client"];
  readonly gate: RateGate;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Brings the messages of a series to what its record and the snoozes say. Here is their only writer. */
export function openDigestPainter(options: PainterOptions) {
  const { digests, snoozes, clock, log } = options;
  // Learnt from Slack's refusals, for as long as the process lives.
  let caps: Caps = { plan: true };

  return async function paint(series: string, lease: { name: string; holder: string }): Promise<Look> {
    // Read before the record: of a change that comes meanwhile, too little is then known rather than too much.
    const kept = await snoozes.kept();
    const stored = await digests.load(series);
    if (!stored) return { next: "rest" };
    const now = clock.now();
    const lasting = kept.snoozes.filter(({ until }) => until > now);
    const delivered = await deliverDigest(options, stored.record, lasting, caps, lease);
    if (delivered.caps) {
      caps = delivered.caps;
      log.warn({ caps }, "slack does not take every block: using classic ones");
    }
    await noteTrouble(options, stored, delivered);
    if (delivered.again !== undefined) return { next: "later", delay: delivered.again };
    const until = firstEnd(stored.record, lasting);
    const ends = until !== undefined && { until };
    await digests.painted(series, { revision: stored.revision, snoozes: kept.revision, ...ends });
    return until === undefined ? { next: "rest" } : { next: "later", delay: clock.realDelayUntil(until) };
  };
}

function deliverDigest(
  { fleet, redis, client, gate, clock }: PainterOptions,
  record: DigestRecord,
  lasting: readonly Snooze[],
  caps: Caps,
  lease: { name: string; holder: string },
): Promise<Delivered> {
  const { series, shown, channel } = record;
  const name = record.postedAs ?? series;
  // Nobody is called for what is snoozed.
  const rows = snoozed(shown?.content.rows ?? [], lasting, clock.now()).shown;
  const calls = callsFor({ rows }, shown?.news ?? [], rulesOf(fleet));
  const render = (able: Caps) => digestMessages(record, lasting, clock.now(), able, calls);
  const tools = { client, gate, store: redisSlots(redis, name, lease), now: Date.now };
  return deliver({ run: name, channel, caps, render }, tools);
}

async function noteTrouble(
  { digests, log }: PainterOptions,
  { record: { series, channel }, unshown }: StoredDigest,
  { trouble }: Delivered,
): Promise<void> {
  if (trouble) log.warn({ series, channel, error: trouble.message }, "slack trouble");
  const why = unshownBecause(trouble);
  if (why?.code !== unshown?.code) await digests.markUnshown(series, why);
}

/** When the first of the snoozes ends that Slack shows. */
function firstEnd({ shown }: DigestRecord, lasting: readonly Snooze[]): Instant | undefined {
  const keys = new Set(shown?.content.rows.map(({ key }) => key));
  const ends = lasting.filter(({ key }) => keys.has(key)).map(({ until }) => until);
  return ends.length > 0 ? Math.min(...ends) : undefined;
}
