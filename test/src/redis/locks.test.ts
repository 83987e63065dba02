import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Lock, LockEnd } from "../../../src/core/locks.js";
import { type Locks, redisLocks } from "../../../src/redis/locks.js";
import { OrderUnanswered } from "../../../src/redis/orders.js";
import { loadSlots, redisSlots } from "../../../src/redis/slots.js";
import { redisTurns } from "../../../src/redis/turns.js";
import { start } from "../../builders.js";
import { redisKinds, startRedis, type TestRedis } from "../../redis.js";

const prod: Lock = { environment: "prod", by: "U0ANA", at: start, reason: "database migration" };
const shop: Lock = { ...prod, cluster: "shop", by: "U0BEN", reason: "sale" };
const off: LockEnd = { by: "U0CAT", at: start + 1 };

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
    expect(await locks.release(prod, off)).toBeUndefined();
  });

  it("stand until they are taken off", async () => {
    expect(await locks.take(prod)).toBe("taken");
    expect(await locks.take(shop)).toBe("taken");
    expect(await locks.all()).toEqual(expect.arrayContaining([prod, shop]));
    expect(await redis.ttl("{eks-upgrade}:locks")).toBe(-1);
    expect(await locks.release({ environment: "prod" }, off)).toEqual(prod);
    expect(await locks.all()).toEqual([shop]);
    expect(await locks.release({ environment: "prod", cluster: "shop" }, off)).toEqual(shop);
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
    const released = await Promise.all([locks.release(prod, off), locks.release(prod, off)]);
    expect(released.filter((each) => each !== undefined)).toEqual([prod]);
  });

  it("keep an environment apart from a cluster whose names look the same together", async () => {
    const odd: Lock = { ...prod, environment: "prod/shop" };
    await locks.take(odd);
    expect(await locks.take(shop)).toBe("taken");
    expect(await locks.release(odd, off)).toEqual(odd);
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
    await expect(producer.release(shop, off)).rejects.toEqual(new OrderUnanswered("nothing"));
    expect(await locks.all()).toEqual([shop]);
    expect(await locks.untold()).toMatchObject([{ lock: shop }]);
  });

  it("are orders of people on a producer's connection", async () => {
    const producer = redisLocks(redis, "producer");
    expect(await producer.take(prod)).toBe("taken");
    expect(await producer.take(prod)).toEqual(prod);
    expect(await producer.release(prod, off)).toEqual(prod);
    expect(await producer.release(prod, off)).toBeUndefined();
  });

  it("cannot be known while Redis is away", async () => {
    const away = new Redis(server.url, { lazyConnect: true, enableOfflineQueue: false, retryStrategy: null });
    away.disconnect();
    await expect(redisLocks(away).all()).rejects.toThrow();
  });

  describe("are to be told of", () => {
    const run = "lock/prod";
    const lease = { name: `announce/${run}`, holder: "one" };
    const takeTurn = (holder = lease.holder) => redisTurns(redis).take(lease.name, holder, 60_000);

    it("from the write on that takes them or takes them off, in that order", async () => {
      await locks.take(prod);
      await locks.take({ ...prod, by: "U0BEN" });
      await locks.take(shop);
      await locks.release(shop, off);
      await locks.release(shop, off);
      expect(await locks.untold()).toEqual([
        { slot: `notice/1/${start}`, lock: prod },
        { slot: `notice/2/${start}`, lock: shop },
        { slot: `notice/3/${off.at}`, lock: shop, off },
      ]);
    });

    it("in that order, however many there are", async () => {
      for (let count = 0; count < 6; count += 1) {
        await locks.take(prod);
        await locks.release(prod, off);
      }
      const told = (await locks.untold()).map((news) => (news.off ? "off" : "on"));
      expect(told).toEqual(Array.from({ length: 6 }, () => ["on", "off"]).flat());
    });

    it("until they were, and what came meanwhile still is", async () => {
      await locks.take(prod);
      await takeTurn();
      const slots = redisSlots(redis, run, lease);
      const news = await locks.untold();
      for (const { slot } of news) await slots.save(slot, { channel: "C0PROD", state: "sent" });
      await locks.release(prod, off);
      await locks.told({ run, lease }, news);
      expect(await locks.untold()).toMatchObject([{ lock: prod, off }]);
      expect(await loadSlots(redis, run)).toEqual({});
      await locks.told({ run, lease }, await locks.untold());
      expect(await redis.keys("{eks-upgrade}:locks:news")).toEqual([]);
    });

    it("still, where a worker that lost its turn says otherwise", async () => {
      await locks.take(prod);
      await takeTurn("another");
      const news = await locks.untold();
      await locks.told({ run, lease }, news);
      expect(await locks.untold()).toEqual(news);
    });

    it("never, where an older bot took them: it has told of them itself", async () => {
      await redis.hset("{eks-upgrade}:locks", '["prod"]', JSON.stringify({ schema: 1, ...prod }));
      expect(await locks.all()).toEqual([prod]);
      expect(await locks.untold()).toEqual([]);
      expect(await locks.release(prod, off)).toEqual(prod);
      expect(await locks.untold()).toMatchObject([{ lock: prod, off }]);
    });

    it("by a newer bot, where that one wrote it; the others are told", async () => {
      const newer = JSON.stringify({ schema: 99, what: "a lock for an hour" });
      await redis.hset("{eks-upgrade}:locks:news", `notice/0/${start}`, newer);
      await locks.take(prod);
      expect(await locks.untold()).toEqual([{ slot: `notice/1/${start}`, lock: prod }]);
    });

    it("under names that were not used before the store lost its data", async () => {
      await locks.take(prod);
      const [before] = await locks.untold();
      await redis.flushall();
      await locks.take({ ...prod, at: start + 1 });
      const [after] = await locks.untold();
      expect(after?.slot).not.toBe(before?.slot);
    });
  });
});
