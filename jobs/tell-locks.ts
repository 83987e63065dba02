import type { Logger } from "pino";
import type { Clock } from "../src/clock.js";
import type { Fleet } from "../src/fleet.js";
import type { Redis } from "../src/redis/connection.js";
import type { Locks } from "../src/redis/locks.js";
import { redisSlots } from "../src/redis/slots.js";
import { deliver } from "../src/slack/outbox.js";
import type { RateGate } from "../src/slack/rate-gate.js";
import { lockNotice } from "../src/slack/views/locks.js";
import type { WriterTools } from "../src/slack/writer.js";
import type { Look } from "./delivery.js";
import type { Bells } from "./queues.js";

export interface LockTellerOptions {
  readonly locks: Pick<Locks, "untold" | "told">;
  readonly fleet: Pick<Fleet, "environments">;
  readonly bells: Pick<Bells, "announce">;
  readonly redis: Redis;
  readonly client: WriterTools["client"];
  readonly gate: RateGate;
  readonly clock: Clock;
  readonly log: Pick<Logger, "warn">;
}

export interface LockTeller {
  /** Tells the environment's channel what it has not heard of its locks. */
  tell(environment: string, lease: { name: string; holder: string }): Promise<Look>;
  /** Rings for what is left to be told. */
  sweep(): Promise<void>;
}

const ofLocks = "lock/";

/** What is announced of an environment's locks, among what is announced of runs: no run's id has a slash. */
export const newsOf = (environment: string) => `${ofLocks}${environment}`;

export const environmentOf = (id: string): string | undefined =>
  id.startsWith(ofLocks) ? id.slice(ofLocks.length) : undefined;

/**
 * Each is told, in order, however late, and as a rule once: a post whose answer was lost is looked for before it is made
 * again. Only where the bot may not read the channel is it then told twice. News of an environment that is not in
 * fleet.yaml has no channel, and waits until it is there again.
 */
export function openLockTeller(options: LockTellerOptions): LockTeller {
  const { locks, fleet, bells, redis, client, gate, clock, log } = options;
  return {
    async tell(environment, lease) {
      const channel = fleet.environments.find(({ name }) => name === environment)?.channel;
      const news = (await locks.untold()).filter(({ lock }) => lock.environment === environment);
      if (channel === undefined || news.length === 0) return { next: "rest" };
      const run = newsOf(environment);
      const message = { urgent: true, settled: true };
      const delivered = await deliver(
        {
          ...{ run, channel, caps: { plan: false } },
          render: () =>
            news.map((each) => ({ slot: each.slot, ...message, ...lockNotice(each, clock.now()) })),
        },
        { client, gate, store: redisSlots(redis, run, lease), now: Date.now },
      );
      if (delivered.trouble) log.warn({ environment, error: delivered.trouble.message }, "slack trouble");
      if (delivered.again !== undefined) return { next: "later", delay: delivered.again };
      await locks.told({ run, lease }, news);
      return { next: "rest" };
    },

    async sweep() {
      const environments = new Set((await locks.untold()).map(({ lock }) => lock.environment));
      for (const environment of environments) await bells.announce.ensure(newsOf(environment), 0);
    },
  };
}
