import { keyPrefix, type Redis } from "./connection.js";
import { nowLua } from "./scripts.js";

/**
 * Whose turn it is to work on something, and whether anybody asked for another look meanwhile. One turn has a lease
 * (who, until when, by Redis' own clock in real time) and a nudge counter.
 *
 * The order that loses no wake-up: a nudge bumps the counter *before* it rings the bell; a worker sets its own next
 * wake-up *before* it parks; and parking succeeds only if the counter did not move since the worker last read it.
 */
export interface Turns {
  /** Takes a free, expired or own lease. `held` says for how many milliseconds somebody else still has it. */
  take(name: string, holder: string, milliseconds: number): Promise<{ nudges: number } | { held: number }>;
  /** Extends one's own lease; false when it was lost. */
  keep(name: string, holder: string, milliseconds: number): Promise<boolean>;
  nudge(name: string): Promise<void>;
  /** Gives the lease back unless somebody nudged after `nudges` was read. */
  park(name: string, holder: string, nudges: number): Promise<Parked>;
  /** Gives the lease back, whatever happened: for shutdown and errors. */
  release(name: string, holder: string): Promise<void>;
}

export type Parked = { state: "parked" } | { state: "lost" } | { state: "nudged"; nudges: number };

export const turnKey = (name: string) => `${keyPrefix}:turn:${name}`;

/** Turns of things that nobody touched for so long are forgotten. */
const forgetAfter = 90 * 24 * 3600 * 1000;

const takeLua = `${nowLua}
local holder, untilAt = redis.call('HGET', KEYS[1], 'holder'), tonumber(redis.call('HGET', KEYS[1], 'until') or '0')
if holder and holder ~= ARGV[1] and untilAt > now then return {'held', untilAt - now} end
redis.call('HSET', KEYS[1], 'holder', ARGV[1], 'until', now + ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return {'taken', tonumber(redis.call('HGET', KEYS[1], 'nudges') or '0')}`;

const keepLua = `${nowLua}
if redis.call('HGET', KEYS[1], 'holder') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'until', now + ARGV[2])
return 1`;

const parkLua = `
if redis.call('HGET', KEYS[1], 'holder') ~= ARGV[1] then return {'lost', 0} end
local nudges = tonumber(redis.call('HGET', KEYS[1], 'nudges') or '0')
if nudges ~= tonumber(ARGV[2]) then return {'nudged', nudges} end
redis.call('HDEL', KEYS[1], 'holder', 'until')
return {'parked', nudges}`;

const releaseLua = `
if redis.call('HGET', KEYS[1], 'holder') == ARGV[1] then redis.call('HDEL', KEYS[1], 'holder', 'until') end
return 1`;

export function redisTurns(redis: Redis): Turns {
  const run = (script: string, name: string, ...args: (string | number)[]) =>
    redis.eval(script, 1, turnKey(name), ...args);
  return {
    async take(name, holder, milliseconds) {
      const [answer, count] = (await run(takeLua, name, holder, milliseconds, forgetAfter)) as [
        string,
        number,
      ];
      return answer === "taken" ? { nudges: count } : { held: count };
    },
    async keep(name, holder, milliseconds) {
      return (await run(keepLua, name, holder, milliseconds)) === 1;
    },
    async nudge(name) {
      await redis.hincrby(turnKey(name), "nudges", 1);
    },
    async park(name, holder, nudges) {
      const [state, count] = (await run(parkLua, name, holder, nudges)) as [Parked["state"], number];
      return state === "nudged" ? { state, nudges: count } : { state };
    },
    async release(name, holder) {
      await run(releaseLua, name, holder);
    },
  };
}
