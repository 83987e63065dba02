import type { Logger } from "pino";
import type { Audit } from "./audit.js";
import type { Clock } from "./clock.js";
import { placesOver } from "./clusters.js";
import { isUnder, type Lock, type LockScope, scopeName } from "./core/locks.js";
import type { Run } from "./core/run.js";
import type { Fleet } from "./fleet.js";
import type { Locks } from "./redis/locks.js";
import type { Runs } from "./redis/runs.js";
import { keptIfUnanswered, type Ordered } from "./unanswered.js";
import { loadRuns } from "./upgrades/load.js";

/**
 * What people do with locks. Whatever runs under one is told at once. That the channel has to hear of it is saved with the
 * lock: whoever dies before it has, the next one tells.
 */
export interface LockCases {
  /** "taken", or the lock that stands there already and stays. */
  lock(scope: LockScope, how: { readonly by: string; readonly reason: string }): Promise<"taken" | Lock>;
  /** The lock that was taken off, whosever it was; undefined where there was none. */
  unlock(scope: LockScope, by: string): Promise<Lock | undefined>;
  all(): Promise<readonly Lock[]>;
}

export interface LockingOptions {
  readonly fleet: Pick<Fleet, "environments">;
  readonly locks: Locks;
  readonly runs: Pick<Runs, "open" | "load">;
  readonly audit: Pick<Audit, "record">;
  readonly clock: Clock;
  /** The lock over it changed: show it, and have it look. */
  readonly changed: (run: Run) => Promise<void>;
  /** There is news of locks that this environment's channel has not heard. */
  readonly tell: (environment: string) => Promise<unknown>;
  readonly log: Pick<Logger, "warn">;
}

export function openLocking(options: LockingOptions): LockCases {
  const { locks, clock } = options;
  return {
    async lock(scope, { by, reason }) {
      const lock: Lock = { ...scope, by, reason, at: clock.now() };
      const entry = entryOf("lock", scope, by, { reason });
      const taken = await keptIfUnanswered(options.audit, [entry], () => locks.take(lock));
      if (taken !== "taken") return taken;
      options.audit.record({ ...entry, outcome: "done" });
      await spread(options, lock);
      return taken;
    },

    async unlock(scope, by) {
      const entry = entryOf("unlock", scope, by, {});
      const lock = await keptIfUnanswered(options.audit, [entry], () =>
        locks.release(scope, { by, at: clock.now() }),
      );
      if (!lock) return undefined;
      const was = { lockedBy: lock.by, lockedAt: lock.at, reason: lock.reason };
      options.audit.record({ ...entry, outcome: "done", more: was });
      await spread(options, lock);
      return lock;
    },

    all: () => locks.all(),
  };
}

function entryOf(
  what: "lock" | "unlock",
  scope: LockScope,
  who: string,
  more: NonNullable<Ordered["more"]>,
): Ordered {
  const { environment, cluster } = scope;
  return {
    ...{ kind: "order", who, what, on: scopeName(scope), environment },
    ...(cluster !== undefined && { cluster }),
    more,
  };
}

/** The lock is what it is by now: whoever cannot be told of it finds it at their next look, or the sweep tells it. */
async function spread(options: LockingOptions, lock: Lock): Promise<void> {
  const { fleet, runs, changed, tell, log } = options;
  const nudge = async () => {
    const open = await loadRuns(runs, await runs.open());
    const under = open.filter(({ plan }) => placesOver(fleet, plan).some((place) => isUnder(lock, place)));
    await Promise.all(under.map(changed));
  };
  for (const each of await Promise.allSettled([nudge(), tell(lock.environment)])) {
    if (each.status === "fulfilled") continue;
    log.warn({ on: scopeName(lock), error: String(each.reason) }, "could not tell of a lock");
  }
}
