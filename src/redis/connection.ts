import { Redis } from "ioredis";
import { whyRefused } from "./fitness.js";

/**
 * Every key of ours and of BullMQ begins with this. The braces make it a hash tag: all keys lie in one slot of a
 * Redis Cluster, so that one script may touch several of them.
 */
export const keyPrefix = "{eks-upgrade}";

/** Where Redis is: an address, or the socket of the server we started. */
export type RedisAddress = { readonly url: string } | { readonly socket: string };

/**
 * `worker`: waits through an outage, as BullMQ's workers must. `producer`: fails at once when Redis is away, because a
 * person waits for an answer within Slack's three seconds.
 */
export type RedisUse = "worker" | "producer";

export function connectRedis(address: RedisAddress, use: RedisUse, onError: (error: Error) => void): Redis {
  const options =
    use === "worker"
      ? { maxRetriesPerRequest: null }
      : // With retries, a click that failed would be carried out whenever Redis is back, long after the person was told.
        { maxRetriesPerRequest: 0, enableOfflineQueue: false, commandTimeout: 2_000 };
  const redis = "url" in address ? new Redis(address.url, options) : new Redis(address.socket, options);
  redis.on("error", onError);
  return redis;
}

/** Redis is there and will not have us, or cannot hold our runs: asking again is pointless. `message` is a sentence. */
export class RedisUnfit extends Error {
  override readonly name = "RedisUnfit";
}

/**
 * Resolves when the connection can be used.
 * @throws RedisUnfit as soon as Redis refuses us; an Error with a sentence when it did not answer within `timeout`
 * milliseconds; the signal's reason when that was first
 */
export async function untilReady(redis: Redis, timeout: number, signal?: AbortSignal): Promise<void> {
  if (redis.status === "ready") return;
  const over = new AbortController();
  let last: Error | undefined;
  await new Promise<void>((resolve, reject) => {
    const onError = (error: Error) => {
      last = error;
      const refused = whyRefused(error);
      if (refused !== undefined) reject(new RedisUnfit(refused));
    };
    const noAnswer = () => reject(new Error(`Redis did not answer within ${timeout / 1000} s${why(last)}.`));
    const timer = setTimeout(noAnswer, timeout);
    const abort = () => reject(signal?.reason);
    signal?.addEventListener("abort", abort);
    if (signal?.aborted) abort();
    redis.on("error", onError);
    redis.once("ready", resolve);
    over.signal.addEventListener("abort", () => {
      clearTimeout(timer);
      redis.off("error", onError);
      redis.off("ready", resolve);
      signal?.removeEventListener("abort", abort);
    });
  }).finally(() => over.abort());
}

/** Several addresses behind one name fail together, in an error without words of its own. */
function why(error: Error | undefined): string {
  if (!error) return "";
  const words = error.message || (error instanceof AggregateError ? String(error.errors[0]?.message) : "");
  return words && ` (${words})`;
}
