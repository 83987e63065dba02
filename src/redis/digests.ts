import type { Instant } from "../core/instant.js";
import type { DigestRecord } from "../core/scan/digest.js";
import { keyPrefix, type Redis, type RedisUse } from "./connection.js";
import { order } from "./orders.js";
import type { Unshown } from "./runs.js";
import { refuseLateLua } from "./scripts.js";

/** The records of all series of digests: the truth. Rejects when Redis does not answer; nothing is then changed in part. */
export interface Digests {
  /** @throws where another version of the bot wrote it */
  load(series: string): Promise<StoredDigest | undefined>;
  /** False: somebody changed it since that revision was read. 0 is the revision of one that is not there yet. */
  save(record: DigestRecord, revision: number): Promise<boolean>;
  /** Makes a new record and ends another, at once or not at all. False: the new one is there, or the other was changed. */
  takeOver(
    record: DigestRecord,
    from: { readonly series: string; readonly revision: number },
  ): Promise<boolean>;
  /** Ids, in no order. */
  series(): Promise<string[]>;
  remove(series: string): Promise<void>;
  /** Slack shows this. Not a change of the record: no new revision. */
  painted(series: string, painted: Painted): Promise<void>;
  /** Keeps, or with undefined forgets, why Slack does not show it. No new revision either. */
  markUnshown(series: string, why: Unshown | undefined): Promise<void>;
}

/** A record as it was read: `revision` is what a change must be based on. */
export interface StoredDigest {
  readonly record: DigestRecord;
  readonly revision: number;
  readonly painted?: Painted;
  readonly unshown?: Unshown;
}

/** What of a series Slack shows. */
export interface Painted {
  readonly revision: number;
  /** The revision of the snoozes (`Snoozes.kept`). */
  readonly snoozes: number;
  /** When the first of the snoozes that it shows ends. */
  readonly until?: Instant;
}

/** KEYS: digest, all. ARGV: series, record, expected revision (0: there is none), deadline or ''. */
const saveLua = `
${refuseLateLua("ARGV[4]", "'late'")}
if (redis.call('HGET', KEYS[1], 'revision') or '0') ~= ARGV[3] then return 0 end
redis.call('HSET', KEYS[1], 'record', ARGV[2])
redis.call('HINCRBY', KEYS[1], 'revision', 1)
redis.call('SADD', KEYS[2], ARGV[1])
return 1`;

/** KEYS: new digest, all, former digest. ARGV: new series, record, former series, its expected revision, deadline or ''. */
const takeOverLua = `
${refuseLateLua("ARGV[5]", "'late'")}
if redis.call('EXISTS', KEYS[1]) == 1 or redis.call('HGET', KEYS[3], 'revision') ~= ARGV[4] then return 0 end
redis.call('HSET', KEYS[1], 'record', ARGV[2], 'revision', 1)
redis.call('DEL', KEYS[3])
redis.call('SREM', KEYS[2], ARGV[3])
redis.call('SADD', KEYS[2], ARGV[1])
return 1`;

/** KEYS: digest, all. ARGV: series. */
const removeLua = `
redis.call('DEL', KEYS[1])
redis.call('SREM', KEYS[2], ARGV[1])
return 1`;

/** KEYS: digest. ARGV: field, value or ''. What is gone stays gone. */
const noteLua = `
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if ARGV[2] == '' then return redis.call('HDEL', KEYS[1], ARGV[1]) end
return redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])`;

const key = {
  digest: (series: string) => `${keyPrefix}:digest-record:${series}`,
  all: `${keyPrefix}:digest-records`,
};

/** @param use of the connection: a producer's writes are orders of people */
export function redisDigests(redis: Redis, use: RedisUse = "worker"): Digests {
  const write = (script: string, keys: readonly string[], args: readonly (string | number)[]) => {
    const run = (deadline: number | "") => redis.eval(script, keys.length, ...keys, ...args, deadline);
    return use === "producer" ? order(redis, run) : run("");
  };
  const note = (series: string, field: string, value: string) =>
    redis.eval(noteLua, 1, key.digest(series), field, value);
  return {
    async load(series) {
      const [record, revision, painted, unshown] = await redis.hmget(
        key.digest(series),
        ...["record", "revision", "painted", "unshown"],
      );
      if (!record) return undefined;
      return {
        record: readDigest(record),
        revision: Number(revision),
        ...(painted && { painted: JSON.parse(painted) as Painted }),
        ...(unshown && { unshown: JSON.parse(unshown) as Unshown }),
      };
    },

    async save(record, revision) {
      const keys = [key.digest(record.series), key.all];
      return (await write(saveLua, keys, [record.series, JSON.stringify(record), revision])) === 1;
    },

    async takeOver(record, from) {
      const keys = [key.digest(record.series), key.all, key.digest(from.series)];
      const args = [record.series, JSON.stringify(record), from.series, from.revision];
      return (await write(takeOverLua, keys, args)) === 1;
    },

    series: () => redis.smembers(key.all),

    async remove(series) {
      await redis.eval(removeLua, 2, key.digest(series), key.all, series);
    },

    async painted(series, painted) {
      await note(series, "painted", JSON.stringify(painted));
    },

    async markUnshown(series, why) {
      await note(series, "unshown", why ? JSON.stringify(why) : "");
    },
  };
}

const schemaVersion: DigestRecord["schema"] = 1;

/** As with runs: a newer bot reads older records here; an older bot that meets a newer record must not touch it. */
function readDigest(text: string): DigestRecord {
  const record = JSON.parse(text) as DigestRecord;
  if (record.schema !== schemaVersion) {
    throw new Error(
      `Digest ${record.series} was written by another version of the bot (schema ${record.schema}, this one reads ${schemaVersion}). Start that version again.`,
    );
  }
  return record;
}
