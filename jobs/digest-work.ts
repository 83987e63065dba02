import type { Logger } from "pino";
import type { Clock } from "../src/clock.js";
import { type DigestOptions, openDigests } from "../src/digests.js";
import type { Fleet } from "../src/fleet.js";
import type { Redis } from "../src/redis/connection.js";
import { redisDigests } from "../src/redis/digests.js";
import type { Runs } from "../src/redis/runs.js";
import { redisScans } from "../src/redis/scans.js";
import { redisSnoozes } from "../src/redis/snoozes.js";
import type { RateGate } from "../src/slack/rate-gate.js";
import type { WriterTools } from "../src/slack/writer.js";
import type { DeliveryOptions, Timings } from "./delivery.js";
import { openDigestPainter } from "./digest.js";
import type { Bells } from "./queues.js";
import type { Ringer } from "./ringer.js";
import { runOver, scanAfter, scanFor } from "./scan.js";
import { openSchedules, type Schedules } from "./schedule.js";
import { openDigestSweep } from "./sweep-digests.js";

export interface DigestWorkOptions {
  /** A connection that waits through outages. */
  readonly redis: Redis;
  readonly bells: Bells;
  readonly ringer: Pick<Ringer, "scan" | "digest">;
  readonly runs: Pick<Runs, "load">;
  readonly fleet: Fleet;
  readonly scan: DigestOptions["scan"];
  readonly client: WriterTools["client"];
  readonly gate: RateGate;
  readonly clock: Clock;
  readonly log: Logger;
  readonly timings: Timings;
}

export interface DigestWork {
  readonly kinds: readonly Pick<DeliveryOptions, "queue" | "concurrency" | "look">[];
  readonly schedules: Schedules;
  sweep(): Promise<void>;
}

/** Everything that workers do for digests: ring on schedule, scan, paint in Slack, and sweep. */
export function openDigestWork(options: DigestWorkOptions): DigestWork {
  const { redis, bells, ringer, runs, fleet, scan, client, gate, clock, log, timings } = options;
  const [digests, snoozes] = [redisDigests(redis), redisSnoozes(redis)];
  const stores = { digests, snoozes, scans: redisScans(redis) };
  const cases = openDigests({ ...stores, fleet, clock, scan, changed: ringer.digest, log });
  const paint = openDigestPainter({ digests, snoozes, fleet, redis, client, gate, clock, log });
  const schedules = openSchedules({
    ...{ connection: redis, digests: cases, clock, timings, log },
    ring: (series) => ringer.scan(series),
  });
  return {
    kinds: [
      {
        queue: "scan",
        // A scan keeps AWS as busy as it likes to be asked.
        concurrency: 1,
        look(id, _lease, signal) {
          const run = runOver(id);
          return run === undefined
            ? scanFor({ digests: cases, log }, id, signal)
            : scanAfter({ runs, fleet, digests: cases, log }, run, signal);
        },
      },
      { queue: "digest", concurrency: 2, look: (series, lease) => paint(series, lease) },
    ],
    schedules,
    sweep: openDigestSweep({ cases, digests, snoozes, schedules, bells, clock, log }),
  };
}
