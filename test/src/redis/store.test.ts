import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findServer, startServer } from "../../../src/redis/server.js";
import { openStore } from "../../../src/redis/store.js";
import { bestRedis, startRedis } from "../../redis.js";

const path = process.env.PATH ?? "";
const program = await findServer(path);
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "store-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe("a Redis that was named", () => {
  it("is taken when it keeps what it is given", async () => {
    const server = await startRedis();
    const store = await openStore({ url: server.url }, path, () => {});
    expect(await store.redis.ping()).toBe("PONG");
    await store.close();
    await server.close();
  });

  it.runIf(bestRedis === "real Redis").each(["allkeys-lru", "volatile-ttl"])(
    "is refused when it evicts keys (%s), with a sentence that says how to fix it",
    async (policy) => {
      const server = await startRedis("real Redis", ["--maxmemory-policy", policy]);
      const refused = openStore({ url: server.url }, path, () => {});
      await expect(refused).rejects.toThrow(
        new RegExp(`REDIS_URL: Redis evicts keys .*"${policy}".*CONFIG SET maxmemory-policy noeviction`),
      );
      await server.close();
    },
  );
});

describe("where no server is installed", () => {
  it("says how to get one", async () => {
    const nowhere = openStore({ dataDirectory: directory }, "", () => {}, []);
    await expect(nowhere).rejects.toThrow(/REDIS_URL is not set.*apt-get install redis-server/);
  });
});

describe.runIf(program)("a server of our own", () => {
  const start = () => startServer(program ?? "", directory);

  it("keeps everything over its own end", async () => {
    const first = await start();
    const redis = new Redis(first.socket);
    await redis.set("run", "record");
    redis.disconnect();
    await first.stop();
    const second = await start();
    const again = new Redis(second.socket);
    expect(await again.get("run")).toBe("record");
    expect((await again.config("GET", "appendfsync")) as string[]).toContain("always");
    expect(await again.info("memory")).toContain("maxmemory_policy:noeviction");
    again.disconnect();
    await second.stop();
  });

  it("takes over one that a killed bot left running, and stops it in the end", async () => {
    const first = await start();
    const second = await start();
    const redis = new Redis(second.socket);
    expect(await redis.ping()).toBe("PONG");
    redis.disconnect();
    await second.stop();
    await expect(
      new Redis(first.socket, { lazyConnect: true, retryStrategy: () => null }).connect(),
    ).rejects.toThrow();
  });

  it("works in a directory whose name is too long for a socket", async () => {
    const deep = join(directory, "a".repeat(60), "b".repeat(60));
    const server = await startServer(program ?? "", deep);
    const redis = new Redis(server.socket);
    expect(await redis.ping()).toBe("PONG");
    redis.disconnect();
    await server.stop();
  });

  it("says why the server did not start", async () => {
    await expect(startServer("/bin/false", directory)).rejects.toThrow(/\/bin\/false did not start/);
  });
});
