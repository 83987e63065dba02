import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { DigestRecord } from "../../../src/core/scan/digest.js";
import { type Digests, redisDigests } from "../../../src/redis/digests.js";
import { redisKinds, startRedis, type TestRedis } from "../../redis.js";
import { aRecord } from "../slack/views/digest-facts.js";

describe.each(redisKinds)("digests on %s", (kind) => {
  let server: TestRedis;
  let redis: Redis;
  let digests: Digests;
  const record = aRecord();
  const { series } = record;

  beforeAll(async () => {
    server = await startRedis(kind);
    redis = new Redis(server.url);
    digests = redisDigests(redis);
  });
  beforeEach(async () => void (await redis.flushall()));
  afterAll(async () => {
    redis.disconnect();
    await server.close();
  });

  it("keep a new record", async () => {
    expect(await digests.save(record, 0)).toBe(true);
    expect(await digests.load(series)).toEqual({ record, revision: 1 });
    expect(await digests.series()).toEqual([series]);
  });

  it("know nothing of one that is not there", async () => {
    expect(await digests.load(series)).toBeUndefined();
    expect(await digests.series()).toEqual([]);
  });

  it("never write a new record over one that is there", async () => {
    await digests.save(record, 0);
    expect(await digests.save({ ...record, channel: "C0OTHER" }, 0)).toBe(false);
    expect(await digests.load(series)).toEqual({ record, revision: 1 });
  });

  it("let one of many simultaneous changes win", async () => {
    await digests.save(record, 0);
    const saved = await Promise.all(
      Array.from({ length: 20 }, (_, due) => digests.save({ ...record, due }, 1)),
    );
    expect(saved.filter(Boolean)).toHaveLength(1);
    expect(await digests.load(series)).toMatchObject({
      record: { due: saved.indexOf(true) },
      revision: 2,
    });
  });

  it("do not bring back what was removed", async () => {
    await digests.save(record, 0);
    await digests.remove(series);
    expect(await digests.save(record, 1)).toBe(false);
    await digests.painted(series, { revision: 1, snoozes: 0 });
    await digests.markUnshown(series, { code: "not_in_channel", next: "Invite it." });
    expect(await digests.load(series)).toBeUndefined();
    expect(await redis.keys("*")).toEqual([]);
  });

  it("let a new series take over from another, at once", async () => {
    await digests.save(record, 0);
    const heir: DigestRecord = { ...record, series: "C0PROD-daily" };
    expect(await digests.takeOver(heir, { series, revision: 1 })).toBe(true);
    expect(await digests.load(heir.series)).toEqual({ record: heir, revision: 1 });
    expect(await digests.series()).toEqual([heir.series]);
  });

  it("let nobody take over from one that was changed meanwhile, or to one that is there", async () => {
    await digests.save(record, 0);
    await digests.save({ ...record, due: 7 }, 1);
    const heir: DigestRecord = { ...record, series: "C0PROD-daily" };
    expect(await digests.takeOver(heir, { series, revision: 1 })).toBe(false);
    await digests.save(heir, 0);
    expect(await digests.takeOver(heir, { series, revision: 2 })).toBe(false);
    expect((await digests.series()).sort()).toEqual([heir.series, series].sort());
  });

  it("remember what Slack shows and why it shows nothing, which is no change of the record", async () => {
    await digests.save(record, 0);
    const painted = { revision: 1, snoozes: 3, until: 1_000 };
    const unshown = { code: "not_in_channel", next: "Invite it." };
    await digests.painted(series, painted);
    await digests.markUnshown(series, unshown);
    expect(await digests.load(series)).toEqual({ record, revision: 1, painted, unshown });
    await digests.markUnshown(series, undefined);
    expect(await digests.load(series)).toEqual({ record, revision: 1, painted });
  });

  it("do not touch the record of a newer bot", async () => {
    await digests.save({ ...record, schema: 99 as 1 }, 0);
    await expect(digests.load(series)).rejects.toThrow(/another version of the bot \(schema 99/);
  });
});
