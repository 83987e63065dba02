import { randomUUID } from "node:crypto";
import { type ConnectionOptions, type Job, WaitingError, Worker } from "bullmq";
import type { Logger } from "pino";
import { keyPrefix } from "../src/redis/connection.js";
import type { Turns } from "../src/redis/turns.js";
import { type Bell, type Payload, payload, type QueueName } from "./queues.js";

/** Real-time lengths. They decide how soon the work of a process that was killed goes on elsewhere. */
export interface Timings {
  readonly lease: number;
  readonly lockDuration: number;
  readonly stalledInterval: number;
}

export const defaultTimings: Timings = { lease: 15_000, lockDuration: 15_000, stalledInterval: 5_000 };

/**
 * What a look came to: go on at once, come again after so many real milliseconds, or nothing more to do until somebody
 * rings.
 */
export type Look =
  | { readonly next: "again" }
  | { readonly next: "later"; readonly delay: number }
  | { readonly next: "rest" };

export interface DeliveryOptions {
  readonly queue: QueueName;
  readonly connection: ConnectionOptions;
  readonly turns: Turns;
  readonly bell: Bell;
  readonly concurrency: number;
  readonly timings: Timings;
  readonly log: Logger;
  /** One look at `id`. `holder` is the lease that a save must still own. */
  look(id: string, lease: { name: string; holder: string }, signal: AbortSignal): Promise<Look>;
}

/** The lease that goes with an id of a queue. */
export const turnName = (queue: QueueName, id: string) => `${queue}/${id}`;

/** A worker whose deliveries look until they must wait, and hand themselves back when the process is asked to stop. */
export interface Deliveries {
  start(): void;
  stop(): Promise<void>;
  /** When a stop takes too long, as it does while Redis is away: lets the connections go. */
  abandon(): void;
}

export function openDeliveries(options: DeliveryOptions): Deliveries {
  const { queue, connection, concurrency, timings, log } = options;
  // Three declared parameters, or BullMQ passes no signal.
  const processor = (job: Job<Payload>, token: string | undefined, signal: AbortSignal | undefined) =>
    deliver(options, job, token, signal);
  const worker = new Worker<Payload>(queue, processor, {
    connection,
    prefix: keyPrefix,
    autorun: false,
    concurrency,
    lockDuration: timings.lockDuration,
    stalledInterval: timings.stalledInterval,
    // The counter never goes down in a job's life: a low limit would fail a run's bell after a few restarts.
    maxStalledCount: 1_000_000,
    drainDelay: 1,
  });
  worker.on("error", (error) => log.warn({ queue, error: error.message }, "worker connection"));
  worker.on("failed", (job, error) => log.error({ queue, id: job?.data.id, error }, "delivery failed"));
  // A lost lock does not stop the processor by itself.
  worker.on("lockRenewalFailed", (ids) => {
    for (const id of ids) worker.cancelJob(id, "lock lost");
  });
  return {
    start: () => void worker.run().catch((error: unknown) => log.error({ queue, error }, "worker stopped")),
    async stop() {
      worker.cancelAllJobs("shutdown");
      await worker.close();
    },
    abandon: () => void worker.disconnect().catch(() => {}),
  };
}

/**
 * Takes the turn, looks until there is nothing to do now, sets the next wake-up, and only then parks: any other order
 * loses wake-ups. A delivery that finds the turn taken leaves, and comes back when that lease would have run out.
 */
async function deliver(
  options: DeliveryOptions,
  job: Job<Payload>,
  token: string | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { id } = payload.parse(job.data);
  const { turns, bell, timings } = options;
  const lease = { name: turnName(options.queue, id), holder: randomUUID() };
  const turn = await turns.take(lease.name, lease.holder, timings.lease);
  if ("held" in turn) return bell.ring(id, turn.held);

  const stopped = signal ?? new AbortController().signal;
  const kept = keepLease(options, lease);
  const either = AbortSignal.any([stopped, kept.lost]);
  let nudges = turn.nudges;
  try {
    while (!either.aborted) {
      if (!(await turns.keep(lease.name, lease.holder, timings.lease))) return;
      const look = await options.look(id, lease, either);
      if (look.next === "again") continue;
      if (look.next === "later") await bell.ring(id, look.delay);
      const parked = await turns.park(lease.name, lease.holder, nudges);
      if (parked.state !== "nudged") return;
      nudges = parked.nudges;
    }
  } catch (error) {
    if (!either.aborted) throw error;
  } finally {
    kept.stop();
    await turns.release(lease.name, lease.holder);
  }
  if (stopped.aborted) await handBack(job, token);
}

/** Renews the lease while a look lasts, however long that is; `lost` fires when another worker has taken it over. */
function keepLease({ turns, timings, log }: DeliveryOptions, lease: { name: string; holder: string }) {
  const lost = new AbortController();
  const timer = setInterval(() => {
    turns.keep(lease.name, lease.holder, timings.lease).then(
      (mine) => {
        if (!mine) lost.abort(new Error("lease lost"));
      },
      (error: unknown) => log.warn({ lease: lease.name, error: String(error) }, "lease not renewed"),
    );
  }, timings.lease / 3);
  return { lost: lost.signal, stop: () => clearInterval(timer) };
}

/** Puts the job back for the next worker at once, instead of leaving it to be found stalled. */
async function handBack(job: Job<Payload>, token: string | undefined): Promise<never> {
  await job.moveToWait(token);
  throw new WaitingError();
}
