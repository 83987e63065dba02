import type { Redis } from "./connection.js";
import { keyPrefix } from "./connection.js";
import { inTime } from "./in-time.js";

/** The signatures of requests that were taken, and links that were used, shared by all bots behind one address. */
export interface Replays {
  /** Whether the request is a new one; from now on it is not. Takes a second at most. @throws where Redis is away */
  isNew(signature: string): Promise<boolean>;
}

/**
 * Real milliseconds: longer than any signature or link is taken for. A signature's time may lie a minute ahead when it is
 * first seen, and is then good until 5 minutes after that; a link is good for 10. Bots that share one store may have clocks
 * that differ by up to two minutes.
 */
const keptFor = 13 * 60_000;
/** A person is waiting, and Slack gives them three seconds. */
const answersWithin = 1_000;

/** By the first of these connections that is there: each comes back by itself when Redis was away, one before the other. */
export function redisReplays(...connections: readonly [Redis, ...Redis[]]): Replays {
  return {
    async isNew(signature) {
      const redis = connections.find(({ status }) => status === "ready") ?? connections[0];
      const set = redis.set(`${keyPrefix}:replay:${signature}`, 1, "PX", keptFor, "NX");
      return (await inTime(set, answersWithin)) === "OK";
    },
  };
}
