import type { SlotState, SlotStore } from "../slack/slots.js";
import { keyPrefix, type Redis } from "./connection.js";
import { turnKey } from "./turns.js";

/**
 * Saves one slot, but only for the worker that still has the run's turn to write. KEYS: slots, turn. ARGV: holder, slot,
 * state. Answers for how many milliseconds nobody else can have the turn; 0 when it is lost.
 */
const saveLua = `
if redis.call('HGET', KEYS[2], 'holder') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
local t = redis.call('TIME')
return math.max(0, redis.call('HGET', KEYS[2], 'until') - t[1] * 1000 - math.floor(t[2] / 1000))`;

export const slotsKey = (run: string) => `${keyPrefix}:slots:${run}`;

/** What is known of a run's messages in Slack, written by one writer at a time. */
export function redisSlots(redis: Redis, run: string, lease: { name: string; holder: string }): SlotStore {
  return {
    load: () => loadSlots(redis, run),
    async save(slot, state) {
      const keys = [slotsKey(run), turnKey(lease.name)];
      const asked = performance.now();
      const left = await redis.eval(saveLua, keys.length, ...keys, lease.holder, slot, JSON.stringify(state));
      // A post cannot be fenced: after an answer that came too late, another worker may be making it.
      return Number(left) > performance.now() - asked;
    },
  };
}

/** For reading alone: to link to a message. */
export async function loadSlots(redis: Redis, run: string): Promise<Readonly<Record<string, SlotState>>> {
  const slots = await redis.hgetall(slotsKey(run));
  return Object.fromEntries(
    Object.entries(slots).map(([slot, state]) => [slot, JSON.parse(state) as SlotState]),
  );
}
