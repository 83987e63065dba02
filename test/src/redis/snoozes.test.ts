import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { day, type Instant } from "../../../src/core/instant.js";
import type { Snooze } from "../../../src/core/scan/digest.js";
import { OrderUnanswered } from "../../../src/redis/orders.js";
import { redisSnoozes, type Snoozes } from "../../../src/redis/snoozes.js";
import { start } from "../../builders.js";
import { redisKinds, startRedis, type TestRedis } from "../../redis.js";

const snooze = (key: string, days: number, at: Instant = start): Snooze => ({
  ...{ key, by: "U1", at },
  until: at + days * day,
});

describe.each(redisKinds)("snoozes on %s", (kind) => {
  let server: TestRedis;
  let redis: Redis;
  let snoozes: Snoozes;
  const [one, other] = [snooze("us-west-2/shop/default", 1), snooze("us-west-2/shop", 7)];

  beforeAll(async () => {
    server = await startRedis(kind);
    redis = new Redis(server.url);
    snoozes = redisSnoozes(redis);
  });
  beforeEach(async () => void (await redis.flushall()));
  afterAll(async () => {
    redis.disconnect();
    await server.close();
  });

  const keys = (all: readonly Snooze[]) => all.map(({ key }) => key).sort();

  it("are none at first", async () => {
    expect(await snoozes.kept()).toEqual({ snoozes: [], revision: 0 });
  });

  it("last until their time", async () => {
    await snoozes.set([one, other]);
    expect(await snoozes.all(start)).toEqual(expect.arrayContaining([one, other]));
    expect(await snoozes.all(one.until - 1)).toHaveLength(2);
    expect(await snoozes.all(one.until)).toEqual([other]);
  });

  it("are kept for a while after it", async () => {
    await snoozes.set([one]);
    await snoozes.set([snooze("us-west-2/late", 1, start + 100 * day)]);
    expect(keys((await snoozes.kept()).snoozes)).toEqual(["us-west-2/late", one.key]);
    await snoozes.set([snooze("us-west-2/later", 1, start + 402 * day)]);
    expect(keys((await snoozes.kept()).snoozes)).toEqual(["us-west-2/late", "us-west-2/later"]);
  });

  it("give way to a later one of the same row, be it shorter", async () => {
    await snoozes.set([snooze(one.key, 30)]);
    await snoozes.set([one]);
    expect(await snoozes.all(start)).toEqual([one]);
  });

  it("end before their time when somebody says so", async () => {
    await snoozes.set([one, other]);
    await snoozes.end([one.key, "us-west-2/nothing"]);
    expect((await snoozes.kept()).snoozes).toEqual([other]);
  });

  it("have a revision that every change moves", async () => {
    await snoozes.set([one]);
    await snoozes.set([one]);
    await snoozes.end([one.key]);
    await snoozes.set([]);
    await snoozes.end([]);
    expect(await snoozes.kept()).toEqual({ snoozes: [], revision: 3 });
  });

  it("of a newer bot are not read", async () => {
    await snoozes.set([{ ...one, schema: 99 } as Snooze]);
    await expect(snoozes.all(start)).rejects.toThrow(/another version of the bot \(schema 99/);
  });

  it("that Redis comes to after the person was told that it failed are not set", async () => {
    // The order's deadline is read first, and the write comes an hour after it.
    const late = new Proxy(redis, {
      get: (target, name) =>
        name === "eval"
          ? (script: string, ...args: [number, ...(string | number)[]]) =>
              script.startsWith("local t =") ? Promise.resolve(1) : target.eval(script, ...args)
          : Reflect.get(target, name, target),
    });
    const producer = redisSnoozes(late, "producer");
    await expect(producer.set([one])).rejects.toEqual(new OrderUnanswered("nothing"));
    await expect(producer.end([one.key])).rejects.toEqual(new OrderUnanswered("nothing"));
    expect(await redis.keys("*")).toEqual([]);
  });
});
