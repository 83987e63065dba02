import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { freePort } from "../../../playground/free-port.js";
import { ConfigError } from "../../../src/config.js";
import { findServer, startServer } from "../../../src/redis/server.js";
import { openStore, type StoreOptions } from "../../../src/redis/store.js";
import { keptLog } from "../../leaks/collect.js";
import { bestRedis, startRedis } from "../../redis.js";
import { soon } from "../../soon.js";

const path = process.env.PATH ?? "";
const program = await findServer(path);
const log = keptLog();
const quiet: StoreOptions = { path, log, onLost: () => {}, onError: () => {} };
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "store-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe("a Redis that was named", () => {
  it("is taken when it keeps what it is given", async () => {
    const server = await startRedis();
    const store = await openStore({ url: server.url }, quiet);
    expect(await store.redis.ping()).toBe("PONG");
    await store.close();
    await server.close();
  });

  it.runIf(bestRedis === "real Redis").each([
    [
      "evicts keys (allkeys-lru)",
      async () => ["--maxmemory-policy", "allkeys-lru"],
      /REDIS_URL: Redis evicts keys .*"allkeys-lru".*CONFIG SET maxmemory-policy noeviction/,
    ],
    [
      "evicts keys (volatile-ttl)",
      async () => ["--maxmemory-policy", "volatile-ttl"],
      /REDIS_URL: Redis evicts keys .*"volatile-ttl".*CONFIG SET maxmemory-policy noeviction/,
    ],
    [
      "runs in cluster mode",
      // Its usual port for the other nodes, 10,000 higher, may be none.
      async () => ["--cluster-enabled", "yes", "--cluster-port", `${await freePort()}`],
      /REDIS_URL: Redis runs in cluster mode.*redis-cluster:\/\/host:6379/,
    ],
  ])("is refused when it %s, with a sentence that says what to do", async (_, settings, sentence) => {
    const server = await startRedis("real Redis", await settings());
    const refused = openStore({ url: server.url }, quiet);
    await expect(refused).rejects.toThrow(sentence);
    await expect(refused).rejects.toBeInstanceOf(ConfigError);
    await server.close();
  });

  it.runIf(bestRedis === "real Redis").each([
    ["a wrong password", "redis://:hunter2@", /REDIS_URL: Redis refuses .*password.*\(WRONGPASS\)/],
    ["a wrong user", "redis://bob:hunter2@", /REDIS_URL: Redis refuses the user name.*\(WRONGPASS\)/],
    ["no password", "redis://", /REDIS_URL: Redis wants a password.*\(NOAUTH\)/],
  ])("that wants a password and gets %s is refused at once", async (_, scheme, sentence) => {
    const server = await startRedis("real Redis");
    const admin = new Redis(server.url);
    await admin.config("SET", "requirepass", "s3cret");
    const refused = openStore({ url: server.url.replace("redis://", scheme) }, quiet);
    await expect(refused).rejects.toThrow(sentence);
    await expect(refused).rejects.toBeInstanceOf(ConfigError);
    await expect(refused).rejects.not.toThrow("hunter2");
    admin.disconnect();
    await server.close();
  });

  it("that does not answer is no wrong configuration: it may come back, and the reason is said", async () => {
    const server = await startRedis();
    await server.close();
    const failed = openStore({ url: server.url }, { ...quiet, readyWithin: 300 });
    await expect(failed).rejects.toThrow(/REDIS_URL: Redis did not answer within 0.3 s \(.*ECONNREFUSED/);
    await expect(failed).rejects.not.toBeInstanceOf(ConfigError);
  });

  it("is not waited for any longer by a process that is asked to stop", async () => {
    const server = await startRedis();
    await server.close();
    const stopping = new AbortController();
    const opening = openStore({ url: server.url }, { ...quiet, signal: stopping.signal });
    stopping.abort(new Error("asked to stop"));
    await expect(opening).rejects.toThrow("asked to stop");
  });
});

describe("where no server is installed", () => {
  it("says how to get one", async () => {
    const nowhere = openStore({ dataDirectory: directory }, { ...quiet, path: "", usualPlaces: [] });
    await expect(nowhere).rejects.toThrow(/REDIS_URL is not set.*apt-get install redis-server/);
  });
});

describe.runIf(program)("a server of our own", () => {
  const start = (watch = {}) => startServer(program ?? "", directory, { ...quiet, ...watch });

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

  it("works in a directory whose name is too long for a socket", async () => {
    const deep = join(directory, "a".repeat(60), "b".repeat(60));
    const server = await startServer(program ?? "", deep, quiet);
    const redis = new Redis(server.socket);
    expect(await redis.ping()).toBe("PONG");
    redis.disconnect();
    await server.stop();
  });

  it("says why the server did not start, and lets the directory go", async () => {
    await expect(startServer("/bin/false", directory, quiet)).rejects.toThrow(/\/bin\/false did not start/);
    await (await start()).stop();
  });

  it("is started again when it is killed, with what it had been told", async () => {
    let lose = (_: Error) => {};
    const lost = new Promise<never>((_, reject) => {
      lose = reject;
    });
    const server = await start({ onLost: lose });
    const redis = new Redis(server.socket, { maxRetriesPerRequest: null });
    redis.on("error", () => {});
    await redis.set("run", "record");
    process.kill(await pidOf(redis), "SIGKILL");
    expect(await Promise.race([redis.get("run"), lost])).toBe("record");
    redis.disconnect();
    await server.stop();
    await expect(connectTo(server.socket)).rejects.toThrow();
  });

  it("is given up, and that is said, when it does not come up again", async () => {
    const onLost = vi.fn();
    const server = await start({ onLost, pauses: [0, 10] });
    const redis = new Redis(server.socket);
    redis.on("error", () => {});
    const pid = await pidOf(redis);
    redis.disconnect();
    await rm(directory, { recursive: true });
    process.kill(pid, "SIGKILL");
    await soon(() => expect(onLost).toHaveBeenCalledOnce());
    expect(String(onLost.mock.calls[0]?.[0])).toMatch(/does not stay up.*did not start/s);
    await server.stop();
  });

  it("stops while it is being started again, and stays stopped", async () => {
    const server = await start();
    const redis = new Redis(server.socket, { retryStrategy: () => null });
    redis.on("error", () => {});
    const gone = new Promise((resolve) => redis.once("close", resolve));
    process.kill(await pidOf(redis), "SIGKILL");
    await gone;
    await server.stop();
    await expect(connectTo(server.socket)).rejects.toThrow();
  });

  describe("in a directory", () => {
    let leftover: ChildProcess | undefined;
    afterEach(() => leftover?.kill("SIGKILL"));

    it("where a killed bot left its server running, takes that one's place, and has what it knew", async () => {
      const socket = join(directory, "redis.sock");
      const settings = ["--port", "0", "--dir", directory, "--appendonly", "yes", "--appendfsync", "always"];
      leftover = spawn(program ?? "", [...settings, "--unixsocket", socket], { stdio: "ignore" });
      const before = new Redis(socket, { maxRetriesPerRequest: null });
      before.on("error", () => {});
      await before.set("run", "record");
      before.disconnect();
      const server = await start();
      const redis = new Redis(server.socket);
      expect(await redis.get("run")).toBe("record");
      expect(await pidOf(redis)).not.toBe(leftover.pid);
      redis.disconnect();
      await server.stop();
    });

    it("that another bot uses, does not start: it says who, and what to do", async () => {
      const first = await start();
      const second = openStore({ dataDirectory: directory }, quiet);
      const words = `DATA_DIR ${directory}: another bot (process ${process.pid}) uses this directory. Stop that one, or give this one a directory of its own`;
      await expect(second).rejects.toThrow(words);
      await expect(second).rejects.toBeInstanceOf(ConfigError);
      const redis = new Redis(first.socket);
      expect(await redis.ping()).toBe("PONG");
      redis.disconnect();
      await first.stop();
      await (await start()).stop();
    });

    it("whose bot was killed, starts: nobody answers behind that one's lock", async () => {
      const lock = JSON.stringify(join(directory, "bot.sock"));
      const killed = spawn(process.execPath, [
        "-e",
        `require("node:net").createServer().listen(${lock}, () => console.log("locked"))`,
      ]);
      await new Promise((resolve) => killed.stdout.once("data", resolve));
      await expect(start()).rejects.toThrow("another bot uses this directory");
      const gone = new Promise((resolve) => killed.once("exit", resolve));
      killed.kill("SIGKILL");
      await gone;
      await (await start()).stop();
    });
  });
});

async function pidOf(redis: Redis): Promise<number> {
  return Number(/process_id:(\d+)/.exec(await redis.info("server"))?.[1]);
}

function connectTo(socket: string): Promise<void> {
  const redis = new Redis(socket, { lazyConnect: true, retryStrategy: () => null });
  redis.on("error", () => {});
  return redis.connect();
}
