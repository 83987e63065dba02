import { Cluster, type Redis as Connection } from "ioredis";

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
  [
    /cluster support disabled/i,
    "Redis is no cluster. Write the address like redis://host:6379, or redis-sentinel:// with Sentinels",
  ],
];

/** What became of asking one Sentinel after the other; without a last error when all answered, and named nobody. */
const sentinels = /^All sentinels are unreachable\..*?(?: Last error: (.*))?$/s;

const sentinelRefusals: readonly (readonly [RegExp, string])[] = [
  [
    /^(WRONGPASS|NOAUTH)|invalid password/i,
    "The Sentinels want a password of their own, and not this one. " +
      "Write it behind the master's name: ?sentinelPassword=…, and &sentinelUsername=… where they have users",
  ],
  [
    /unknown command '?sentinel/i,
    "A Redis answers there, not a Sentinel. Name the Sentinels (their usual port is 26379), or write redis://host:6379",
  ],
  [
    /^$|No such master/,
    "The Sentinels know no master of that name. Write the name of their sentinel monitor line after the last /",
  ],
];

/** Why Redis will not have us, in a sentence; undefined for any other error. The password is in none of them. */
export function whyRefused({ message }: Error): string | undefined {
  const asked = sentinels.exec(message);
  const said = asked ? (asked[1] ?? "") : message;
  const known = (asked ? sentinelRefusals : refusals).find(([refusal]) => refusal.test(said));
  const code = /^[A-Z]+\b/.exec(said)?.[0];
  return known && `${known[1]}${code ? ` (${code})` : ""}.`;
}

/** What lies behind an error: a cluster tells that no node would have us, and beside it what the last one said. */
export function causeOf(error: Error): Error {
  return "lastNodeError" in error && error.lastNodeError instanceof Error ? error.lastNodeError : error;
}

/**
 * Why this Redis cannot hold our runs, in a sentence that says how to fix it; undefined when it can.
 * Any eviction policy but `noeviction` throws away keys when memory runs out: runs would be lost silently.
 */
export async function whyUnfit(redis: Connection | Cluster): Promise<string | undefined> {
  if (!(redis instanceof Cluster)) {
    const wrong = wrongMode(await redis.info());
    if (wrong !== undefined) return wrong;
  }
  const evicts = (await policiesOf(redis)).find((policy) => policy !== undefined && policy !== "noeviction");
  if (evicts === undefined) return undefined;
  return (
    `Redis evicts keys when its memory is full (maxmemory-policy is "${evicts}"): upgrades would be lost. ` +
    `Set maxmemory-policy to noeviction: "CONFIG SET maxmemory-policy noeviction" and the same in redis.conf, ` +
    `or a parameter group with noeviction on ElastiCache.`
  );
}

/** The eviction policy of every server that takes writes; undefined where it does not say: some services hide it. */
export async function policiesOf(redis: Connection | Cluster): Promise<readonly (string | undefined)[]> {
  const masters = redis instanceof Cluster ? redis.nodes("master") : [redis];
  const memories = await Promise.all(masters.map((master) => master.info("memory")));
  return memories.map((memory) => /^maxmemory_policy:(\S+)/m.exec(memory)?.[1]);
}

/** An address of a single server that is none. */
function wrongMode(info: string): string | undefined {
  if (/redis_mode:sentinel/.test(info)) {
    return "A Sentinel answers there, not a Redis. Write the address like redis-sentinel://host:26379,host:26379/master-name.";
  }
  if (!/cluster_enabled:1/.test(info)) return undefined;
  return "Redis runs in cluster mode. Write the address like redis-cluster://host:6379,host:6379 (rediss-cluster:// with TLS).";
}
