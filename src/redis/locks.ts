import { type Lock, type LockEnd, type LockNews, type LockScope, scopeName } from "../core/locks.js";
import { keyPrefix, type Redis, type RedisUse } from "./connection.js";
import { order } from "./orders.js";
import { refuseLateLua } from "./scripts.js";
import { slotsKey } from "./slots.js";
import { turnKey } from "./turns.js";

/**
 * Locks on environments and clusters, and what no channel has heard of them yet: that is saved by the very write that
 * changes the lock. Rejects when Redis does not answer; nothing is changed then.
 */
export interface Locks {
  /** "taken", or the lock that stands there already. */
  take(lock: Lock): Promise<"taken" | Lock>;
  /** The lock that was taken off; undefined where there was none. */
  release(scope: LockScope, off: LockEnd): Promise<Lock | undefined>;
  all(): Promise<readonly Lock[]>;
  /** In the order in which it happened. What a newer bot wrote is left to it. */
  untold(): Promise<readonly UntoldNews[]>;
  /** Slack shows these: they are forgotten, and where they stand there. Nothing is done for a worker that lost its turn. */
  told(
    writer: { readonly run: string; readonly lease: { readonly name: string; readonly holder: string } },
    news: readonly UntoldNews[],
  ): Promise<void>;
}

export interface UntoldNews extends LockNews {
  /** The name of the message that tells it, used once and never again: "notice/7/1700000000000". */
  readonly slot: string;
}

/** As they are kept, without an end: an older bot that meets a newer one's must not take it for its own. */
interface Kept extends Lock {
  readonly schema: 1;
}

/** As it is kept until it is told. */
interface KeptNews {
  readonly schema: 1;
  readonly off?: LockEnd;
  readonly lock: Kept;
}

const key = `${keyPrefix}:locks`;
/** By slot. Older bots know nothing of it: what they lock they tell by themselves. */
const newsKey = `${key}:news`;
const numberKey = `${key}:news-number`;

/** Names of environments may hold any character. */
const fieldOf = ({ environment, cluster }: LockScope): string =>
  JSON.stringify(cluster === undefined ? [environment] : [environment, cluster]);

/** Numbers begin anew in a store that lost its data; times do not. */
const keepNewsLua = (at: string, news: string) =>
  `redis.call('HSET', KEYS[2], 'notice/' .. redis.call('INCR', KEYS[3]) .. '/' .. ${at}, ${news})`;

/** KEYS: locks, news, number. ARGV: deadline or '', field, lock, its time, news. Of two at once one finds the other's. */
const takeLua = `
${refuseLateLua("ARGV[1]", "{'late'}")}
if redis.call('HSETNX', KEYS[1], ARGV[2], ARGV[3]) == 1 then
  ${keepNewsLua("ARGV[4]", "ARGV[5]")}
  return {'taken'}
end
return {'locked', redis.call('HGET', KEYS[1], ARGV[2])}`;

/** KEYS: locks, news, number. ARGV: deadline or '', field, time, news up to the lock, which is the last of it. */
const releaseLua = `
${refuseLateLua("ARGV[1]", "{'late'}")}
local lock = redis.call('HGET', KEYS[1], ARGV[2])
if not lock then return {'none'} end
redis.call('HDEL', KEYS[1], ARGV[2])
${keepNewsLua("ARGV[3]", "ARGV[4] .. lock .. '}'")}
return {'released', lock}`;

/** KEYS: news, slots, turn. ARGV: holder, slots…. */
const toldLua = `
if redis.call('HGET', KEYS[3], 'holder') ~= ARGV[1] then return 0 end
for i = 2, #ARGV do
  redis.call('HDEL', KEYS[1], ARGV[i])
  redis.call('HDEL', KEYS[2], ARGV[i])
end
return 1`;

/** @param use of the connection: a producer's writes are orders of people */
export function redisLocks(redis: Redis, use: RedisUse = "worker"): Locks {
  const write = (script: string, ...args: readonly string[]) => {
    const run = (deadline: number | "") => redis.eval(script, 3, key, newsKey, numberKey, deadline, ...args);
    return (use === "producer" ? order(redis, run) : run("")) as Promise<[outcome: string, lock?: string]>;
  };
  return {
    async take(lock) {
      const kept: Kept = { schema: 1, ...lock };
      const news: KeptNews = { schema: 1, lock: kept };
      const words = [fieldOf(lock), JSON.stringify(kept), `${lock.at}`, JSON.stringify(news)];
      const [, other] = await write(takeLua, ...words);
      return other === undefined ? "taken" : readLock(other);
    },

    async release(scope, off) {
      const news = `{"schema":1,"off":${JSON.stringify(off)},"lock":`;
      const [, lock] = await write(releaseLua, fieldOf(scope), `${off.at}`, news);
      return lock === undefined ? undefined : readLock(lock);
    },

    async all() {
      return (await redis.hvals(key)).map(readLock);
    },

    async untold() {
      const kept = Object.entries(await redis.hgetall(newsKey));
      return kept.sort(([one], [other]) => numberOf(one) - numberOf(other)).flatMap(readNews);
    },

    async told({ run, lease }, news) {
      const keys = [newsKey, slotsKey(run), turnKey(lease.name)];
      await redis.eval(toldLua, keys.length, ...keys, lease.holder, ...news.map(({ slot }) => slot));
    },
  };
}

const numberOf = (slot: string): number => Number(slot.split("/")[1]);

/** One that cannot be read must not keep the others from being told. */
function readNews([slot, text]: readonly [slot: string, text: string]): UntoldNews[] {
  const { schema, ...news } = JSON.parse(text) as KeptNews;
  if (schema !== 1 || news.lock.schema !== 1) return [];
  const { schema: _, ...lock } = news.lock;
  return [{ slot, ...news, lock }];
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
