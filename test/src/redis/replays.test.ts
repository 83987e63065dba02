import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openApprovalLinks } from "../../../commands/links.js";
import { connectRedis, untilReady } from "../../../src/redis/connection.js";
import { redisReplays } from "../../../src/redis/replays.js";
import { openTcpWire, type Wire } from "../../crash/tcp-wire.js";
import { redisKinds, startRedis, type TestRedis } from "../../redis.js";

describe.each(redisKinds)("signatures that were seen, on %s", (kind) => {
  let server: TestRedis;
  let connections: Redis[];
  beforeEach(async () => {
    server = await startRedis(kind);
    connections = [new Redis(server.url), new Redis(server.url)];
  });
  afterEach(async () => {
    for (const connection of connections) connection.disconnect();
    await server.close();
  });
  const [one, other] = [0, 1].map((index) => (signature: string) => {
    const connection = connections[index];
    return connection
      ? redisReplays(connection).isNew(signature)
      : Promise.reject(new Error("no connection"));
  });

  it("are new once, for all bots together", async () => {
    expect(await one?.("v0=a")).toBe(true);
    expect(await other?.("v0=a")).toBe(false);
    expect(await one?.("v0=a")).toBe(false);
    expect(await other?.("v0=b")).toBe(true);
  });

  it("are known by another connection while one is not there", async () => {
    const [gone, there] = connections;
    if (!gone || !there) throw new Error("There are no connections.");
    await one?.("v0=a");
    const ended = new Promise((resolve) => gone.once("end", resolve));
    gone.disconnect();
    await ended;
    const both = redisReplays(gone, there);
    expect(await both.isNew("v0=a")).toBe(false);
    expect(await both.isNew("v0=b")).toBe(true);
    expect(await other?.("v0=b")).toBe(false);
  });

  it("are new to one alone of many who ask at once", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => (n % 2 ? one : other)?.("v0=a")));
    expect(answers.filter(Boolean)).toHaveLength(1);
  });

  it("are forgotten after no request with them would be taken any more", async () => {
    await one?.("v0=a");
    const left = (await connections[0]?.pttl("{eks-upgrade}:replay:v0=a")) ?? 0;
    // The longest is a link's time, by clocks that differ by up to two minutes.
    const { validFor } = openApprovalLinks({ publicUrl: "https://bot.example.com", secret: "s" }, Date.now);
    expect(left).toBeGreaterThan(validFor + 2 * 60_000);
    expect(left).toBeLessThanOrEqual(13 * 60_000);
  });
});

describe("without an answer from Redis", () => {
  it.each<["away" | "hangs", (wire: Wire) => void]>([
    ["away", (wire) => wire.cut()],
    ["hangs", (wire) => wire.freeze()],
  ])("that is %s, nobody is kept waiting", async (_, fail) => {
    const server = await startRedis();
    const wire = await openTcpWire(new URL(server.url).host);
    const redis = connectRedis({ url: `redis://${wire.host}` }, "producer", () => {});
    await untilReady(redis, 5_000);
    fail(wire);
    const began = performance.now();
    await expect(redisReplays(redis).isNew("v0=a")).rejects.toThrow();
    expect(performance.now() - began).toBeLessThan(1_900);
    redis.disconnect();
    await wire.close();
    await server.close();
  });
});
