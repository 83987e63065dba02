import { type ConnectionOptions, Queue, type QueueOptions } from "bullmq";
import { z } from "zod";
import { keyPrefix } from "../src/redis/connection.js";

/** What a bell rings for: a run, a series of digests, or an environment's locks. Correctness never rests on a job: its record is the truth. */
export const payload = z.strictObject({ id: z.string().min(1) });
export type Payload = z.infer<typeof payload>;

export const queueNames = ["upgrade", "announce", "expire", "scan", "digest"] as const;
export type QueueName = (typeof queueNames)[number];

/** A job that fails is tried again for a good while; what is then still lost, the sweep finds. */
export const jobOptions = {
  attempts: 20,
  backoff: { type: "exponential", delay: 1_000, jitter: 0.5 },
  removeOnComplete: { count: 50 },
  removeOnFail: { count: 500 },
} as const;

/** Rings so that somebody looks at `id` after `delay` real milliseconds; an earlier ring that still waits is moved. */
export interface Bell {
  ring(id: string, delay: number): Promise<void>;
  /** Rings after `delay` if no ring waits already: what was put off for a reason stays put off. */
  ensure(id: string, delay: number): Promise<void>;
}

export interface Bells extends Readonly<Record<QueueName, Bell>> {
  close(): Promise<void>;
}

/**
 * Producers answer at once even when Redis is away (`skipWaitingForReady` with a connection that has no offline queue):
 * a person waits. Every queue shares the prefix with our own keys, so all lie in one slot of a Redis Cluster.
 */
export function openBells(connection: ConnectionOptions, onError: (error: Error) => void): Bells {
  const queues = queueNames.map((name) => {
    const options: QueueOptions = {
      connection,
      prefix: keyPrefix,
      skipWaitingForReady: true,
      streams: { events: { maxLen: 200 } },
    };
    const queue = new Queue<Payload>(name, options);
    queue.on("error", onError);
    return queue;
  });
  const [upgrade, announce, expire, scan, digest] = queues.map(bellOf);
  if (!upgrade || !announce || !expire || !scan || !digest) throw new Error("A queue is missing.");
  return {
    ...{ upgrade, announce, expire, scan, digest },
    close: async () => void (await Promise.all(queues.map((queue) => queue.close()))),
  };
}

function bellOf(queue: Queue<Payload>): Bell {
  const add = async (id: string, delay: number, reschedule: boolean) => {
    const deduplication = { id, keepLastIfActive: true, reschedule };
    await queue.add("ring", { id }, { ...jobOptions, delay, deduplication });
  };
  return { ring: (id, delay) => add(id, delay, true), ensure: (id, delay) => add(id, delay, false) };
}
