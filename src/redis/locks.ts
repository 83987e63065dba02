import { type Lock, type LockScope, scopeName } from "../core/locks.js";
import { keyPrefix, type Redis, type RedisUse } from "./connection.js";
import { order } from "./orders.js";
import { refuseLateLua } from "./scripts.js";

/** Locks on environments and clusters. Rejects when Redis does not answer; nothing is changed then. */
export interface Locks {
  /** "taken", or the lock that stands there already. */
  take(lock: Lock): Promise<"taken" | Lock>;
  /** The lock that was taken off; undefined where there was none. */
  release(scope: LockScope): Promise<Lock | undefined>;
  all(): Promise<readonly Lock[]>;
}

/** As they are kept, without an end: an older bot that meets a newer one's must not take it for its own. */
interface Kept extends Lock {
  readonly schema: 1;
}

const key = `${keyPrefix}:locks`;

/** Names of environments may hold any character. */
const fieldOf = ({ environment, cluster }: LockScope): string =>
  JSON.stringify(cluster === undefined ? [environment] : [environment, cluster]);

/** KEYS: locks. ARGV: deadline or '', field, lock. Of two at once one finds the other's. */
const takeLua = `
${refuseLateLua("ARGV[1]", "{'late'}")}
if redis.call('HSETNX', KEYS[1], ARGV[2], ARGV[3]) == 1 then return {'taken'} end
return {'locked', redis.call('HGET', KEYS[1], ARGV[2])}`;

/** KEYS: locks. ARGV: deadline or '', field. */
const releaseLua = `
${refuseLateLua("ARGV[1]", "{'late'}")}
local lock = redis.call('HGET', KEYS[1], ARGV[2])
if not lock then return {'none'} end
redis.call('HDEL', KEYS[1], ARGV[2])
return {'released', lock}`;

/** @param use of the connection: a producer's writes are orders of people */
export function redisLocks(redis: Redis, use: RedisUse = "worker"): Locks {
  const write = (script: string, ...args: readonly string[]) => {
    const run = (deadline: number | "") => redis.eval(script, 1, key, deadline, ...args);
    return (use === "producer" ? order(redis, run) : run("")) as Promise<[outcome: string, lock?: string]>;
  };
  return {
    async take(lock) {
      const kept: Kept = { schema: 1, ...lock };
      const [, other] = await write(takeLua, fieldOf(lock), JSON.stringify(kept));
      return other === undefined ? "taken" : readLock(other);
    },

    async release(scope) {
      const [, lock] = await write(releaseLua, fieldOf(scope));
      return lock === undefined ? undefined : readLock(lock);
    },

    async all() {
      return (await redis.hvals(key)).map(readLock);
    },
  };
}

/** One that cannot be read forbids everything rather than nothing. */
function readLock(text: string): Lock {
  const { schema, ...lock } = JSON.parse(text) as Kept;
  if (schema !== 1) {
    throw new Error(
      `The lock on ${scopeName(lock)} was written by another version of the bot (schema ${schema}, this one reads 1). Start that version again, and take it off.`,
    );
  }
  return lock;
}
