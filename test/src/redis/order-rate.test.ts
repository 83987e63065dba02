import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { connectRedis } from "../../../src/redis/connection.js";
import { ordersAMinute, ownOrderRate, redisOrderRate } from "../../../src/redis/order-rate.js";
import { redisKinds, startRedis, type TestRedis } from "../../redis.js";

const noTime = () => 0;

describe.each(redisKinds)("how often somebody may order, on %s", (kind) => {
  let server: TestRedis;
  let connections: Redis[];
  beforeAll(async () => {
    server = await startRedis(kind);
    connections = [new Redis(server.url), new Redis(server.url)];
  });
  beforeEach(async () => void (await connections[0]?.flushall()));
  afterAll(async () => {
    for (const connection of connections) connection.disconnect();
    await server.close();
  });
  const bot = (index = 0) => {
    const connection = connections[index];
    if (!connection) throw new Error("no connection");
    return redisOrderRate(connection, noTime, 10_000);
  };

  it("is so many times a minute, for all bots together, and says how long to wait", async () => {
    const taken = await Promise.all(
      Array.from({ length: ordersAMinute.order + 5 }, (_, order) => bot(order % 2).take("U1", "order")),
    );
    expect(taken.filter((wait) => wait === 0)).toHaveLength(ordersAMinute.order);
    for (const wait of taken.filter((each) => each > 0)) {
      expect(wait).toBeGreaterThan(55_000);
      expect(wait).toBeLessThanOrEqual(60_000);
    }
  });

  it("is counted for each person, and menus apart from orders", async () => {
    for (let order = 0; order < ordersAMinute.order; order++) await bot().take("U1", "order");
    expect(await bot().take("U1", "order")).toBeGreaterThan(0);
    expect(await bot().take("U1", "menu")).toBe(0);
    expect(await bot().take("U2", "order")).toBe(0);
  });

  it("is as often again when a minute has passed since the oldest", async () => {
    const key = "{eks-upgrade}:orders:order:U1";
    const passed = Date.now() - 60_001;
    await connections[0]?.rpush(
      key,
      ...Array.from({ length: ordersAMinute.order - 1 }, () => passed),
      Date.now(),
    );
    for (let order = 0; order < ordersAMinute.order - 1; order++) {
      expect(await bot().take("U1", "order")).toBe(0);
    }
    expect(await bot().take("U1", "order")).toBeGreaterThan(0);
  });

  it("is forgotten after a minute, with everything that is kept of it", async () => {
    await bot().take("U1", "order");
    const left = (await connections[0]?.pttl("{eks-upgrade}:orders:order:U1")) ?? 0;
    expect(left).toBeGreaterThan(50_000);
    expect(left).toBeLessThanOrEqual(60_000);
  });
});

describe("while Redis is away", () => {
  it("each bot counts for itself, and nobody is refused for it", async () => {
    const away = connectRedis({ url: "redis://127.0.0.1:1" }, "producer", () => {});
    const clock = { now: 0 };
    const rate = redisOrderRate(away, () => clock.now);
    for (let order = 0; order < ordersAMinute.order; order++) expect(await rate.take("U1", "order")).toBe(0);
    clock.now += 1_000;
    expect(await rate.take("U1", "order")).toBe(59_000);
    clock.now += 59_000;
    expect(await rate.take("U1", "order")).toBe(0);
    away.disconnect();
  });

  it("a process forgets whom it has not heard of for longest", async () => {
    const rate = ownOrderRate(noTime);
    for (let order = 0; order < ordersAMinute.order; order++) await rate.take("U1", "order");
    expect(await rate.take("U1", "order")).toBeGreaterThan(0);
    for (let other = 0; other < 1_000; other++) await rate.take(`UOTHER${other}`, "order");
    expect(await rate.take("U1", "order")).toBe(0);
  });
});
