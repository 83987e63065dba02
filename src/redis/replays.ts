import type { Redis } from "./connection.js";
import { keyPrefix } from "./connection.js";

/** The signatures of requests that were taken, shared by all bots behind one address. */
export interface Replays {
  /** Whether the request is a new one; from now on it is not. Takes a second at most. @throws where Redis is away */
  isNew(signature: string): Promise<boolean>;
}

/**
 * Real milliseconds: longer than any signature is taken for. Its time may lie 5 minutes ahead when it is first seen, and
 * is then good until 5 minutes after that.
 */
const keptFor = 11 * 60_000;
/** A person is waiting, and Slack gives them three seconds. */
const answersWithin = 1_000;

export function redisReplays(redis: Redis): Replays {
  return {
    async isNew(signature) {
      const set = redis.set(`${keyPrefix}:replay:${signature}`, 1, "PX", keptFor, "NX");
      return (await inTime(set)) === "OK";
    },
  };
}

async function inTime<Answer>(answer: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("Redis did not answer in time.")), answersWithin);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
