import type { Logger } from "pino";
import type { Audit } from "../audit.js";
import { type Authority, openAuthority } from "../authority.js";
import type { Clock } from "../clock.js";
import type { Run } from "../core/run.js";
import type { Fleet } from "../fleet.js";
import { type LockCases, openLocking } from "../locking.js";
import { openPermit } from "../permit.js";
import type { Permit } from "../phases/permit.js";
import type { Redis } from "../redis/connection.js";
import { type Locks, redisLocks } from "../redis/locks.js";
import { redisRuns } from "../redis/runs.js";
import type { SlackClient } from "../slack/client.js";
import { createPeople } from "../slack/people.js";

export interface RulesOptions {
  readonly fleet: Fleet;
  /** A producer's. */
  readonly redis: Redis;
  readonly client: SlackClient;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Logger;
  /** The lock over this run changed. */
  readonly changed: (run: Run) => Promise<void>;
  /** There is news of locks that this environment's channel has not heard. */
  readonly tell: (environment: string) => Promise<void>;
}

export interface Rules {
  /** Rejects with SlackTrouble while Slack does not say which workspace is the bot's own. */
  readonly authority: () => Promise<Authority>;
  readonly permit: Permit;
  readonly locks: Locks;
  readonly locking: LockCases;
}

/** Who may do what, when, and under which locks: for people's orders and for workers alike. */
export function openRules(options: RulesOptions): Rules {
  const { fleet, redis, client, audit, clock, log, changed, tell } = options;
  const people = createPeople(client, Date.now);
  const runs = redisRuns(redis, "producer");
  const locks = redisLocks(redis, "producer");
  const authority = untilKnown(async () => {
    const { teamId: team } = await client.team();
    return openAuthority({ fleet, people, audit, team, now: clock.now });
  });
  return {
    ...{ authority, locks },
    permit: openPermit({ fleet, locks, runs, clock, authority }),
    locking: openLocking({ fleet, locks, runs, audit, clock, changed, tell, log }),
  };
}

/** Asked for again after a failure, and never again after a success. */
function untilKnown<T>(ask: () => Promise<T>): () => Promise<T> {
  let known: Promise<T> | undefined;
  return () => {
    if (known) return known;
    const asked = ask();
    known = asked;
    asked.catch(() => {
      if (known === asked) known = undefined;
    });
    return asked;
  };
}
