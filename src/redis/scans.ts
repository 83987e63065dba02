import type { Instant } from "../core/instant.js";
import type { ScannedCluster } from "../core/scan/scanned.js";
import type { NewestRelease } from "../phases/scan/scan.js";
import { keyPrefix, type Redis, type RedisUse } from "./connection.js";
import { order } from "./orders.js";
import { refuseLateLua } from "./scripts.js";

/** What the last look at each cluster found, and which releases were the newest once. All of it can be found out anew. */
export interface Scans {
  /** An older look never replaces a newer one. */
  save(clusters: readonly ScannedCluster[]): Promise<void>;
  all(): Promise<ScannedCluster[]>;
  forget(clusters: readonly Place[]): Promise<void>;
  /** Releases that were the newest there once, in any order. */
  known(listed: Omit<NewestRelease, "release">): Promise<string[]>;
  noteNewest(releases: readonly NewestRelease[], at: Instant): Promise<void>;
}

/** Where a look was. What could not be listed has its environment and name alone. */
type Place = Pick<ScannedCluster, "environment" | "region" | "name">;

/** As it is kept. What another version wrote is left out: the next look writes it anew. */
interface Kept {
  readonly schema: 1;
  readonly cluster: ScannedCluster;
}

/** KEYS: scans, their times. ARGV: deadline or '', then place, time and scan of each. */
const saveLua = `
${refuseLateLua("ARGV[1]", "'late'")}
for i = 2, #ARGV, 3 do
  local last = tonumber(redis.call('ZSCORE', KEYS[2], ARGV[i]) or '-inf')
  if last <= tonumber(ARGV[i + 1]) then
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 2])
    redis.call('ZADD', KEYS[2], ARGV[i + 1], ARGV[i])
  end
end
return 1`;

/** KEYS: scans, their times. ARGV: places. */
const forgetLua = `
for i = 1, #ARGV do
  redis.call('HDEL', KEYS[1], ARGV[i])
  redis.call('ZREM', KEYS[2], ARGV[i])
end
return 1`;

/** KEYS: the releases of each place. ARGV: now, how many are kept, and one release for each key. */
const noteLua = `
for i = 1, #KEYS do
  redis.call('ZADD', KEYS[i], 'NX', ARGV[1], ARGV[i + 2])
  redis.call('ZREMRANGEBYRANK', KEYS[i], 0, -1 - ARGV[2])
end
return 1`;

/** At once: more would make the store hold its breath. */
const perWrite = 50;
/** AWS makes a release every week or two: two years of them, and more. */
const releasesKept = 100;

const keys = [`${keyPrefix}:scans`, `${keyPrefix}:scan-times`];
const newestKey = ({ region, amiType, minor }: Omit<NewestRelease, "release">) =>
  `${keyPrefix}:newest:${region}/${amiType}/${minor}`;
const placeOf = ({ environment, region, name }: Place) => `${environment}/${region}/${name}`;

/** @param use of the connection: somebody waits for a producer's writes */
export function redisScans(redis: Redis, use: RedisUse = "worker"): Scans {
  const write = (run: (deadline: number | "") => Promise<unknown>) =>
    use === "producer" ? order(redis, run) : run("");
  return {
    async save(clusters) {
      for (const some of parts(clusters)) {
        const args = some.flatMap((cluster) => [
          placeOf(cluster),
          cluster.scannedAt,
          JSON.stringify({ schema: 1, cluster } satisfies Kept),
        ]);
        await write((deadline) => redis.eval(saveLua, keys.length, ...keys, deadline, ...args));
      }
    },

    async all() {
      const texts = await redis.hvals(`${keyPrefix}:scans`);
      return texts.flatMap((text) => {
        const { schema, cluster } = JSON.parse(text) as Kept;
        return schema === 1 ? [cluster] : [];
      });
    },

    async forget(clusters) {
      for (const some of parts(clusters)) {
        await redis.eval(forgetLua, keys.length, ...keys, ...some.map(placeOf));
      }
    },

    known: (listed) => redis.zrevrange(newestKey(listed), 0, -1),

    async noteNewest(releases, at) {
      for (const some of parts(releases)) {
        const args = [...some.map(newestKey), at, releasesKept, ...some.map(({ release }) => release)];
        await redis.eval(noteLua, some.length, ...args);
      }
    },
  };
}

function parts<T>(all: readonly T[]): (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / perWrite) }, (_, i) =>
    all.slice(i * perWrite, (i + 1) * perWrite),
  );
}
