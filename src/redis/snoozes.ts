import { day, type Instant } from "../core/instant.js";
import type { Snooze } from "../core/scan/digest.js";
import { keyPrefix, type Redis, type RedisUse } from "./connection.js";
import { order } from "./orders.js";
import { refuseLateLua } from "./scripts.js";

/** What somebody does not want to be told of for a while: one snooze a row, the last one that was set. */
export interface Snoozes {
  set(snoozes: readonly Snooze[]): Promise<void>;
  /** Before their time. What does not last is left alone. */
  end(keys: readonly string[]): Promise<void>;
  /** Those that last. */
  all(now: Instant): Promise<Snooze[]>;
  /** Those that ended lately, too. The revision counts the changes. */
  kept(): Promise<KeptSnoozes>;
}

export interface KeptSnoozes {
  readonly snoozes: readonly Snooze[];
  readonly revision: number;
}

/** So long after its end a snooze is forgotten: a digest that comes less often does not tell of it anew. */
const keptFor = 400 * day;

/** As they are kept: an older bot that meets a newer one's must not take it for its own. */
interface Kept extends Snooze {
  readonly schema: 1;
}

/**
 * KEYS: snoozes, their ends, their revision. ARGV: ends before which they are forgotten, deadline or '', then key, snooze
 * and end of each.
 */
const setLua = `
${refuseLateLua("ARGV[2]", "'late'")}
for _, key in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', '(' .. ARGV[1])) do
  redis.call('HDEL', KEYS[1], key)
  redis.call('ZREM', KEYS[2], key)
end
for i = 3, #ARGV, 3 do
  redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
  redis.call('ZADD', KEYS[2], ARGV[i + 2], ARGV[i])
end
return redis.call('INCR', KEYS[3])`;

/** KEYS: as above. ARGV: deadline or '', then keys. */
const endLua = `
${refuseLateLua("ARGV[1]", "'late'")}
for i = 2, #ARGV do
  redis.call('HDEL', KEYS[1], ARGV[i])
  redis.call('ZREM', KEYS[2], ARGV[i])
end
return redis.call('INCR', KEYS[3])`;

const keptLua = `return {redis.call('GET', KEYS[3]) or '0', redis.call('HVALS', KEYS[1])}`;

const keys = ["snoozes", "snooze-ends", "snooze-revision"].map((name) => `${keyPrefix}:${name}`);

/** @param use of the connection: a producer's writes are orders of people */
export function redisSnoozes(redis: Redis, use: RedisUse = "worker"): Snoozes {
  const write = (run: (deadline: number | "") => Promise<unknown>) =>
    use === "producer" ? order(redis, run) : run("");
  async function kept(): Promise<KeptSnoozes> {
    const [revision, texts] = (await redis.eval(keptLua, keys.length, ...keys)) as [string, string[]];
    return { revision: Number(revision), snoozes: texts.map(readSnooze) };
  }
  return {
    async set(snoozes) {
      if (snoozes.length === 0) return;
      const forgotten = Math.min(...snoozes.map(({ at }) => at)) - keptFor;
      const args = snoozes.flatMap((each) => [
        each.key,
        JSON.stringify({ schema: 1, ...each } satisfies Kept),
        each.until,
      ]);
      await write((deadline) => redis.eval(setLua, keys.length, ...keys, forgotten, deadline, ...args));
    },

    async end(ended) {
      if (ended.length === 0) return;
      await write((deadline) => redis.eval(endLua, keys.length, ...keys, deadline, ...ended));
    },

    async all(now) {
      const { snoozes } = await kept();
      return snoozes.filter(({ until }) => until > now);
    },

    kept,
  };
}

function readSnooze(text: string): Snooze {
  const { schema, ...snooze } = JSON.parse(text) as Kept;
  if (schema !== 1) {
    throw new Error(
      `A snooze of ${snooze.key} was written by another version of the bot (schema ${schema}, this one reads 1). Start that version again.`,
    );
  }
  return snooze;
}
