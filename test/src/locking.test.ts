import { Redis } from "ioredis";
import pino from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Recorded } from "../../src/audit.js";
import type { Run } from "../../src/core/run.js";
import { openLocking } from "../../src/locking.js";
import { redisLocks } from "../../src/redis/locks.js";
import { redisRuns } from "../../src/redis/runs.js";
import { aPlan, aRun, aStep, start, stoppedAt } from "../builders.js";
import { aFleet, anEnvironment } from "../digest-stage.js";
import { startRedis, type TestRedis } from "../redis.js";

describe("locking", () => {
  let server: TestRedis;
  let redis: Redis;
  let changed: string[];
  let recorded: Recorded[];
  let told: string[];
  let warned: object[];

  beforeAll(async () => {
    server = await startRedis();
    redis = new Redis(server.url);
  });
  beforeEach(async () => {
    await redis.flushall();
    [changed, recorded, told, warned] = [[], [], [], []];
  });
  afterAll(async () => {
    redis.disconnect();
    await server.close();
  });

  const log = pino(
    { base: null, timestamp: false },
    {
      write(line: string) {
        const { on, error } = JSON.parse(line);
        warned.push({ on, error });
      },
    },
  );
  const open = (over: Partial<Parameters<typeof openLocking>[0]> = {}) =>
    openLocking({
      fleet,
      locks: redisLocks(redis),
      runs: redisRuns(redis),
      audit: { record: (entry) => void recorded.push(entry) },
      clock: stoppedAt(start),
      changed: async ({ id }) => void changed.push(id),
      tell: async (environment) => void told.push(environment),
      log,
      ...over,
    });

  const inFleet = (name: string, ...clusters: readonly string[]) =>
    anEnvironment(name, null, { clusters: clusters.map((each) => ({ name: each, region: "us-west-2" })) });
  const fleet = aFleet(inFleet("prod", "shop", "blog", "moved"), inFleet("test", "demo"));

  /** Open runs, each in a cluster of its own name. */
  async function given(...places: readonly string[]): Promise<void> {
    for (const place of places) {
      const [environment = "", cluster = ""] = place.split("/");
      const plan = aPlan({ environment, cluster, steps: [aStep()] });
      const run: Run = aRun({ id: `in-${cluster}`, plan });
      await redisRuns(redis).create(run, [], start);
    }
  }

  it("tells every open run in its scope, the channel and the audit", async () => {
    await given("prod/shop", "prod/blog", "test/demo");
    const locking = open();
    expect(await locking.lock({ environment: "prod" }, { by: "U0ANA", reason: "migration" })).toBe("taken");
    expect(changed.sort()).toEqual(["in-blog", "in-shop"]);
    expect(recorded).toEqual([
      {
        ...{ kind: "order", who: "U0ANA", what: "lock", outcome: "done" },
        ...{ on: "prod", environment: "prod", more: { reason: "migration" } },
      },
    ]);
    expect(told).toEqual(["prod"]);
    const lock = { environment: "prod", by: "U0ANA", reason: "migration", at: start };
    expect(await redisLocks(redis).untold()).toMatchObject([{ lock }]);
  });

  it("of one cluster leaves the others alone", async () => {
    await given("prod/shop", "prod/blog");
    await open().lock({ environment: "prod", cluster: "shop" }, { by: "U0ANA", reason: "sale" });
    expect(changed).toEqual(["in-shop"]);
    expect(recorded[0]).toMatchObject({ on: "prod/shop", environment: "prod", cluster: "shop" });
  });

  it("tells what was planned elsewhere, and is in a cluster that is in its scope by now", async () => {
    await given("prod/shop", "test/moved", "gone/blog", "test/demo");
    const locking = open();
    await locking.lock({ environment: "prod" }, { by: "U0ANA", reason: "migration" });
    expect(changed.sort()).toEqual(["in-blog", "in-moved", "in-shop"]);
    changed = [];
    await locking.lock({ environment: "prod", cluster: "moved" }, { by: "U0ANA", reason: "migration" });
    await locking.unlock({ environment: "prod", cluster: "moved" }, "U0ANA");
    expect(changed).toEqual(["in-moved", "in-moved"]);
    changed = [];
    await locking.lock({ environment: "test" }, { by: "U0ANA", reason: "migration" });
    expect(changed.sort()).toEqual(["in-demo", "in-moved"]);
  });

  it("that came second changes nothing, and tells nobody", async () => {
    const locking = open();
    await locking.lock({ environment: "prod" }, { by: "U0ANA", reason: "migration" });
    const second = await locking.lock({ environment: "prod" }, { by: "U0BEN", reason: "sale" });
    expect(second).toEqual({ environment: "prod", by: "U0ANA", reason: "migration", at: start });
    expect([told.length, recorded.length]).toEqual([1, 1]);
  });

  it("is undone by anybody who may, and everybody hears whose lock it was", async () => {
    await given("prod/shop");
    const locking = open();
    await locking.lock({ environment: "prod" }, { by: "U0ANA", reason: "migration" });
    changed = [];
    expect(await locking.unlock({ environment: "prod" }, "U0BEN")).toMatchObject({ by: "U0ANA" });
    expect(await locking.all()).toEqual([]);
    expect(changed).toEqual(["in-shop"]);
    expect(recorded[1]).toMatchObject({
      ...{ who: "U0BEN", what: "unlock", outcome: "done", on: "prod" },
      more: { lockedBy: "U0ANA", lockedAt: start, reason: "migration" },
    });
    expect(told).toEqual(["prod", "prod"]);
    expect((await redisLocks(redis).untold()).map(({ off }) => off)).toEqual([
      undefined,
      { by: "U0BEN", at: start },
    ]);
  });

  it("of what is not locked tells nobody", async () => {
    expect(await open().unlock({ environment: "prod" }, "U0BEN")).toBeUndefined();
    expect([told, recorded, changed]).toEqual([[], [], []]);
  });

  it("stands though runs and channel cannot be told of it", async () => {
    await given("prod/shop");
    const away = async () => Promise.reject(new Error("away"));
    const locking = open({ changed: away, tell: away });
    expect(await locking.lock({ environment: "prod" }, { by: "U0ANA", reason: "migration" })).toBe("taken");
    expect(await locking.all()).toHaveLength(1);
    expect(await redisLocks(redis).untold()).toHaveLength(1);
    expect(warned).toEqual([
      { on: "prod", error: "Error: away" },
      { on: "prod", error: "Error: away" },
    ]);
  });

  it("that the store did not answer is recorded as failed", async () => {
    const lost = async () => Promise.reject(new Error("Redis did not answer in time"));
    const locking = open({ locks: { ...redisLocks(redis), take: lost } });
    await expect(locking.lock({ environment: "prod" }, { by: "U0ANA", reason: "x" })).rejects.toThrow();
    expect(recorded).toMatchObject([
      { what: "lock", outcome: "failed", why: "Redis did not answer in time" },
    ]);
    expect(told).toEqual([]);
  });
});
