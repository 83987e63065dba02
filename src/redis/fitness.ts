import type { Redis } from "ioredis";

/** Redis' own words for a refusal, and what they ask of a person. */
const refusals: readonly (readonly [RegExp, string])[] = [
  [
    /^WRONGPASS|invalid password/i,
    "Redis refuses the user name or the password. Correct them in the address",
  ],
  [
    /^NOAUTH/,
    "Redis wants a password, and the address has none. Write it like redis://user:password@host:6379",
  ],
  [/^NOPERM/, "Redis does not allow this user what the bot needs. Give the user all commands on all keys"],
];

/** Why Redis will not have us, in a sentence; undefined for any other error. The password is in none of them. */
export function whyRefused(error: Error): string | undefined {
  const known = refusals.find(([said]) => said.test(error.message));
  return known && `${known[1]} (${/^\w+/.exec(error.message)?.[0]}).`;
}

/**
 * Why this server cannot hold our runs, in a sentence that says how to fix it; undefined when it can.
 * Any eviction policy but `noeviction` throws away keys when memory runs out: runs would be lost silently.
 */
export async function whyUnfit(redis: Redis): Promise<string | undefined> {
  if (/cluster_enabled:1/.test(await redis.info("cluster"))) {
    return (
      "Redis runs in cluster mode, which this version cannot use. Name a single server " +
      "(on ElastiCache or MemoryDB: cluster mode disabled), or the primary that Sentinel keeps."
    );
  }
  const policy = /maxmemory_policy:(\S+)/.exec(await redis.info("memory"))?.[1];
  if (policy === undefined || policy === "noeviction") return undefined;
  return (
    `Redis evicts keys when its memory is full (maxmemory-policy is "${policy}"): upgrades would be lost. ` +
    `Set maxmemory-policy to noeviction: "CONFIG SET maxmemory-policy noeviction" and the same in redis.conf, ` +
    `or a parameter group with noeviction on ElastiCache.`
  );
}
