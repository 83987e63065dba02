import type { Milliseconds } from "../core/instant.js";
import { keyPrefix, type Redis } from "./connection.js";
import { inTime } from "./in-time.js";
import { nowLua } from "./scripts.js";

/** What people do, and how often a minute: a menu asks with every letter that is typed. */
export const ordersAMinute = { order: 30, menu: 120 } as const;
export type OrderKind = keyof typeof ordersAMinute;

/** How many orders one person may give. Shared by all bots; while Redis is away each counts for itself. */
export interface OrderRate {
  /** 0: it may be done, and is counted. Otherwise nothing is counted: real milliseconds until one may. Never rejects. */
  take(user: string, kind: OrderKind): Promise<Milliseconds>;
}

const minute = 60_000;
/** A person is waiting, and their order asks the same Redis next. */
const answersWithin = 300;
/** Of how many people a process remembers. */
const most = 1_000;

/**
 * The times of the last orders, as many as are allowed: with the oldest of them more than a minute ago there is room.
 * KEYS: times. ARGV: how many a minute, the minute. Answers 0, or milliseconds to wait.
 */
const takeLua = `
${nowLua}
local allowed, minute = tonumber(ARGV[1]), tonumber(ARGV[2])
if redis.call('LLEN', KEYS[1]) >= allowed then
  local wait = tonumber(redis.call('LINDEX', KEYS[1], 0)) + minute - now
  if wait > 0 then return wait end
  redis.call('LPOP', KEYS[1])
end
redis.call('RPUSH', KEYS[1], now)
redis.call('PEXPIRE', KEYS[1], minute)
return 0`;

/** `now`: real time, for while Redis is away. `within`: real milliseconds that it may take to answer. */
export function redisOrderRate(redis: Redis, now: () => number, within = answersWithin): OrderRate {
  const own = ownOrderRate(now);
  return {
    async take(user, kind) {
      const key = `${keyPrefix}:orders:${kind}:${user}`;
      try {
        const taken = redis.eval(takeLua, 1, key, ordersAMinute[kind], minute);
        return Number(await inTime(taken, within));
      } catch {
        return own.take(user, kind);
      }
    },
  };
}

/** Of one process. */
export function ownOrderRate(now: () => number): OrderRate {
  const times = new Map<string, number[]>();
  return {
    async take(user, kind) {
      const key = `${kind} ${user}`;
      const at = now();
      const lately = (times.get(key) ?? []).filter((time) => time + minute > at);
      const [oldest] = lately;
      if (lately.length >= ordersAMinute[kind] && oldest !== undefined) return oldest + minute - at;
      times.delete(key);
      times.set(key, [...lately, at]);
      const [longestAgo] = times.keys();
      if (times.size > most && longestAgo !== undefined) times.delete(longestAgo);
      return 0;
    },
  };
}
