import { type ConnectionOptions, type Job, Queue, type RepeatOptions, Worker } from "bullmq";
import type { Logger } from "pino";
import type { Clock } from "../src/clock.js";
import type { DigestRecord } from "../src/core/scan/digest.js";
import { nextTime } from "../src/digests/times.js";
import type { DigestCases } from "../src/digests.js";
import { keyPrefix } from "../src/redis/connection.js";
import type { Deliveries, Timings } from "./delivery.js";
import { jobOptions, type Payload, payload } from "./queues.js";

/** Rings at the times of schedules. Correctness never rests on it: a record knows its next time, and the sweep looks. */
export interface Schedules extends Deliveries {
  /** Rings for these and for no others from now on. */
  arrange(records: readonly DigestRecord[]): Promise<void>;
  /** Rings for it from now on, by the schedule and the clock as they are now. */
  put(record: DigestRecord): Promise<void>;
}

export interface ScheduleOptions {
  /** A connection that waits through outages. */
  readonly connection: ConnectionOptions;
  readonly digests: Pick<DigestCases, "fire">;
  /** Rung when a time has come. */
  readonly ring: (series: string) => Promise<void>;
  readonly clock: Clock;
  readonly timings: Timings;
  readonly log: Logger;
}

const queueName = "schedule";

/**
 * A scheduled job notes that its time has come and rings, no more: BullMQ makes the next one when it starts. The
 * schedulers themselves are kept in Redis, one for each series.
 */
export function openSchedules(options: ScheduleOptions): Schedules {
  const { connection, clock, timings, log } = options;
  const shared = { connection, prefix: keyPrefix, settings: { repeatStrategy: repeatStrategy(clock) } };
  const queue = new Queue<Payload>(queueName, { ...shared, streams: { events: { maxLen: 200 } } });
  const worker = new Worker<Payload>(queueName, (job: Job<Payload>) => ring(options, job), {
    ...shared,
    autorun: false,
    lockDuration: timings.lockDuration,
    stalledInterval: timings.stalledInterval,
    maxStalledCount: 1_000_000,
    drainDelay: 1,
  });
  const onError = (error: Error) => log.warn({ queue: queueName, error: error.message }, "queue connection");
  queue.on("error", onError);
  worker.on("error", onError);
  worker.on("failed", (job, error) =>
    log.error({ queue: queueName, id: job?.data.id, error }, "delivery failed"),
  );

  async function put({ series, pattern, timeZone }: DigestRecord): Promise<void> {
    const template = { name: "ring", data: { id: series }, opts: jobOptions };
    await queue.upsertJobScheduler(series, { pattern, tz: timeZone }, template);
  }

  return {
    put,
    async arrange(records) {
      const wanted = new Set(records.map(({ series }) => series));
      const kept = await queue.getJobSchedulers();
      for (const { key } of kept) if (!wanted.has(key)) await queue.removeJobScheduler(key);
      for (const record of records) await put(record);
    },
    start: () =>
      void worker.run().catch((error: unknown) => log.error({ queue: queueName, error }, "worker stopped")),
    async stop() {
      await worker.close();
      await queue.close();
    },
    abandon() {
      for (const each of [worker, queue]) each.disconnect().catch(() => {});
    },
  };
}

async function ring({ digests, ring }: ScheduleOptions, job: Job<Payload>): Promise<void> {
  const { id } = payload.parse(job.data);
  if ((await digests.fire(id)) === "due") await ring(id);
}

/** Real time of the schedule's next time by our clock. `millis`: real time after which it must be. */
export function repeatStrategy(clock: Clock) {
  return (millis: number, { pattern = "", tz = "UTC" }: RepeatOptions): number => {
    const schedule = { pattern, timeZone: tz };
    const realTime = (time: number) => {
      const delay = clock.realDelayUntil(time);
      // Read after: rather a millisecond late than early.
      return Date.now() + delay;
    };
    let next = nextTime(schedule, clock.now());
    // By the clock of another machine, the last one has been rung for already.
    while (millis > Date.now() && realTime(next) <= millis) next = nextTime(schedule, next);
    return realTime(next);
  };
}
