import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Lock } from "../../../src/core/locks.js";
import { type Locks, redisLocks } from "../../../src/redis/locks.js";
import { OrderUnanswered } from "../../../src/redis/orders.js";
import { start } from "../../builders.js";
import { redisKinds, startRedis, type TestRedis } from "../../redis.js";

const prod: Lock = { environment: "prod", by: "U0ANA", at: start, reason: "database migration" };
const shop: Lock = { ...prod, cluster: "shop", by: "U0BEN", reason: "sale" };

describe.each(redisKinds)("locks on %s", (kind) => {
  let server: TestRedis;
  let redis: Redis;
  let locks: Locks;

  beforeAll(async () => {
    server = await startRedis(kind);
    redis = new Redis(server.url);
    locks = redisLocks(redis);
  });
  beforeEach(async () => void (await redis.flushall()));
  afterAll(async () => {
    redis.disconnect();
    await server.close();
  });

  it("are none at first", async () => {
    expect(await locks.all()).toEqual([]);
    expect(await locks.release(prod)).toBeUndefined();
  });

  it("stand until they are taken off", async () => {
    expect(await locks.take(prod)).toBe("taken");
    expect(await locks.take(shop)).toBe("taken");
    expect(await locks.all()).toEqual(expect.arrayContaining([prod, shop]));
    expect(await redis.ttl("{eks-upgrade}:locks")).toBe(-1);
    expect(await locks.release({ environment: "prod" })).toEqual(prod);
    expect(await locks.all()).toEqual([shop]);
    expect(await locks.release({ environment: "prod", cluster: "shop" })).toEqual(shop);
    expect(await locks.all()).toEqual([]);
  });

  it("are taken by one of those who try at once, and the others are told whose it is", async () => {
    const takers = ["U0ANA", "U0BEN", "U0CAT"].map((by) => ({ ...prod, by }));
    const taken = await Promise.all(takers.map((each) => redisLocks(redis).take(each)));
    const [kept] = await locks.all();
    expect(taken.filter((each) => each === "taken")).toHaveLength(1);
    expect(taken.filter((each) => each !== "taken")).toEqual([kept, kept]);
    expect(taken[takers.findIndex(({ by }) => by === kept?.by)]).toBe("taken");
  });

  it("are not taken over by a second lock, not even by the same person", async () => {
    await locks.take(prod);
    expect(await locks.take({ ...prod, reason: "something else", at: start + 1 })).toEqual(prod);
    expect(await locks.all()).toEqual([prod]);
  });

  it("are taken off by one of those who try at once", async () => {
    await locks.take(prod);
    const released = await Promise.all([locks.release(prod), locks.release(prod)]);
    expect(released.filter((each) => each !== undefined)).toEqual([prod]);
  });

  it("keep an environment apart from a cluster whose names look the same together", async () => {
    const odd: Lock = { ...prod, environment: "prod/shop" };
    await locks.take(odd);
    expect(await locks.take(shop)).toBe("taken");
    expect(await locks.release(odd)).toEqual(odd);
    expect(await locks.all()).toEqual([shop]);
  });

  it("of a newer bot are not taken for none", async () => {
    await locks.take({ ...prod, schema: 99 } as Lock);
    await expect(locks.all()).rejects.toThrow(/lock on prod was written by another version.*schema 99/);
  });

  it("that Redis comes to after the person was told that it failed are not changed", async () => {
    await locks.take(shop);
    // The order's deadline is read first, and the write comes an hour after it.
    const late = new Proxy(redis, {
      get: (target, name) =>
        name === "eval"
          ? (script: string, ...args: [number, ...(string | number)[]]) =>
              script.startsWith("local t =") ? Promise.resolve(1) : target.eval(script, ...args)
          : Reflect.get(target, name, target),
    });
    const producer = redisLocks(late, "producer");
    await expect(producer.take(prod)).rejects.toEqual(new OrderUnanswered("nothing"));
    await expect(producer.release(shop)).rejects.toEqual(new OrderUnanswered("nothing"));
    expect(await locks.all()).toEqual([shop]);
  });

  it("are orders of people on a producer's connection", async () => {
    const producer = redisLocks(redis, "producer");
    expect(await producer.take(prod)).toBe("taken");
    expect(await producer.take(prod)).toEqual(prod);
    expect(await producer.release(prod)).toEqual(prod);
    expect(await producer.release(prod)).toBeUndefined();
  });

  it("cannot be known while Redis is away", async () => {
    const away = new Redis(server.url, { lazyConnect: true, enableOfflineQueue: false, retryStrategy: null });
    away.disconnect();
    await expect(redisLocks(away).all()).rejects.toThrow();
  });
});
