import type { Logger } from "pino";
import type { Audit } from "../src/audit.js";
import type { Clock } from "../src/clock.js";
import type { Clusters } from "../src/clusters.js";
import type { DigestOptions } from "../src/digests.js";
import type { Fleet } from "../src/fleet.js";
import type { Outsides } from "../src/phases/outside.js";
import type { Permit } from "../src/phases/permit.js";
import type { Redis } from "../src/redis/connection.js";
import { redisLocks } from "../src/redis/locks.js";
import { redisRateGate } from "../src/redis/rate-gate.js";
import { redisRuns } from "../src/redis/runs.js";
import type { Turns } from "../src/redis/turns.js";
import type { SlackClient } from "../src/slack/client.js";
import type { Upgrades } from "../src/upgrades/types.js";
import { openAnnouncer } from "./announce.js";
import { type DeliveryOptions, defaultTimings, openDeliveries, type Timings } from "./delivery.js";
import { openDigestWork } from "./digest-work.js";
import { tellIfForgotten } from "./memory.js";
import type { Bells } from "./queues.js";
import type { Ringer } from "./ringer.js";
import { afterRun } from "./scan.js";
import { sweepRegularly } from "./sweep.js";
import { environmentOf, openLockTeller } from "./tell-locks.js";
import { lookAtRun } from "./upgrade.js";

export interface WorkersOptions {
  /** A connection that waits through outages. */
  readonly redis: Redis;
  readonly turns: Turns;
  readonly bells: Bells;
  readonly ringer: Ringer;
  readonly upgrades: Pick<Upgrades, "due">;
  readonly permit: Permit;
  readonly audit: Pick<Audit, "follow">;
  /** What nobody has put into the audit yet. */
  readonly auditAll: () => Promise<void>;
  readonly fleet: Fleet;
  readonly clusters: Clusters;
  readonly scan: DigestOptions["scan"];
  readonly outsides: Outsides;
  readonly client: SlackClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly timings?: Timings;
  /**
   * Whether this process carries runs on and scans, too; painting in Slack, ending requests and ringing on schedule is every
   * process's work.
   */
  readonly carriesRuns: boolean;
}

export interface Workers {
  start(): void;
  /** Hands back what is under way. */
  stop(): Promise<void>;
  /** When a stop takes too long, as it does while Redis is away. */
  abandon(): void;
}

/** Carry runs on, paint them in Slack, end requests that nobody decided; the same for digests; tell of locks; and the sweep. */
export function openWorkers(options: WorkersOptions): Workers {
  const { redis, turns, bells, ringer, upgrades, outsides, permit, audit, client, clock, log } = options;
  const runs = redisRuns(redis);
  const gate = redisRateGate(redis);
  const announce = openAnnouncer({ runs, redis, client, gate, clock, log });
  const ofLocks = openLockTeller({ ...options, locks: redisLocks(redis), gate });
  const timings = options.timings ?? defaultTimings;
  const digests = openDigestWork({ ...options, runs, gate, timings });
  const changed = (id: string) => {
    audit.follow(id);
    return ringer.announce(id);
  };
  const ended = (id: string) => ringer.scan(afterRun(id));

  const kinds: Pick<DeliveryOptions, "queue" | "concurrency" | "look">[] = [
    {
      queue: "upgrade",
      concurrency: 10,
      look: (id, lease, signal) =>
        lookAtRun({ runs, outsides, permit, clock, log, changed, ended }, id, lease, signal),
    },
    {
      queue: "announce",
      concurrency: 5,
      look(id, lease) {
        const environment = environmentOf(id);
        return environment === undefined ? announce(id, lease) : ofLocks.tell(environment, lease);
      },
    },
    {
      queue: "expire",
      concurrency: 1,
      async look(id) {
        await upgrades.due(id);
        return { next: "rest" };
      },
    },
    ...digests.kinds,
  ];
  const mine = kinds.filter(({ queue }) => options.carriesRuns || (queue !== "upgrade" && queue !== "scan"));
  const deliveries = mine.map((kind) =>
    openDeliveries({ ...kind, connection: redis, turns, bell: bells[kind.queue], timings, log }),
  );
  const all = [...deliveries, digests.schedules];
  let sweeping: { stop(): Promise<void> } | undefined;
  return {
    start() {
      for (const each of all) each.start();
      const others = { locks: ofLocks.sweep, digests: digests.sweep, audit: options.auditAll };
      sweeping = sweepRegularly({ runs, bells, clock, log, ...others });
      if (options.carriesRuns) {
        tellIfForgotten({
          redis,
          runs,
          fleet: options.fleet,
          clusters: options.clusters,
          outsides,
          client,
          log,
        }).catch((error: unknown) => log.error({ error }, "memory not checked"));
      }
    },
    async stop() {
      await Promise.all([sweeping?.stop(), ...all.map((each) => each.stop())]);
    },
    abandon() {
      for (const each of all) each.abandon();
    },
  };
}
