import { type RateGate, rates } from "../slack/rate-gate.js";
import { keyPrefix, type Redis } from "./connection.js";
import { nowLua } from "./scripts.js";

/**
 * A token bucket that all workers share, in real time by Redis' own clock.
 * KEYS: bucket. ARGV: calls per millisecond, burst. Answers 0 when a call was taken, else milliseconds until one is there.
 */
const takeLua = `
${nowLua}
local rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local calls = tonumber(redis.call('HGET', KEYS[1], 'calls') or ARGV[2])
local before = tonumber(redis.call('HGET', KEYS[1], 'at') or now)
calls = math.min(burst, calls + math.max(0, now - before) * rate)
local wait = 0
if calls < 0.999999 then wait = math.ceil((1 - calls) / rate) else calls = calls - 1 end
redis.call('HSET', KEYS[1], 'calls', tostring(calls), 'at', now)
redis.call('PEXPIRE', KEYS[1], math.ceil(burst / rate) + 1000)
return wait`;

export function redisRateGate(redis: Redis): RateGate {
  return {
    async take(method, channel) {
      const { perMs, burst, scope } = rates[method];
      const bucket = `${keyPrefix}:rate:${scope === "channel" ? `${method}:${channel}` : method}`;
      return Number(await redis.eval(takeLua, 1, bucket, perMs, burst));
    },
  };
}
