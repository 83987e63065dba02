import { Redis } from "ioredis";

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
      : { maxRetriesPerRequest: 1, enableOfflineQueue: false, commandTimeout: 2_000 };
  const redis = "url" in address ? new Redis(address.url, options) : new Redis(address.socket, options);
  redis.on("error", onError);
  return redis;
}

/** Resolves when the connection can be used, or rejects with a sentence after `timeout` milliseconds. */
export async function untilReady(redis: Redis, timeout: number): Promise<void> {
  if (redis.status === "ready") return;
  const gaveUp = new AbortController();
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`Redis did not answer within ${timeout / 1000} s.`)),
      timeout,
    );
    gaveUp.signal.addEventListener("abort", () => clearTimeout(timer));
    redis.once("ready", resolve);
  }).finally(() => gaveUp.abort());
}

/**
 * Why this server cannot hold our runs, in a sentence that says how to fix it; undefined when it can.
 * Any eviction policy but `noeviction` throws away keys when memory runs out: runs would be lost silently.
 */
export async function whyUnfit(redis: Redis): Promise<string | undefined> {
  const policy = /maxmemory_policy:(\S+)/.exec(await redis.info("memory"))?.[1];
  if (policy === undefined || policy === "noeviction") return undefined;
  return (
    `Redis evicts keys when its memory is full (maxmemory-policy is "${policy}"): upgrades would be lost. ` +
    `Set maxmemory-policy to noeviction: "CONFIG SET maxmemory-policy noeviction" and the same in redis.conf, ` +
    `or a parameter group with noeviction on ElastiCache.`
  );
}
