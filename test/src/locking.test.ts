import { Redis } from "ioredis";
import pino from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Recorded } from "../../src/audit.js";
import type { Run } from "../../src/core/run.js";
import { openLocking } from "../../src/locking.js";
import { redisLocks } from "../../src/redis/locks.js";
import { redisRuns } from "../../src/redis/runs.js";
import { type View, violations } from "../../src/slack/limits.js";
import { aPlan, aRun, aStep, start, stoppedAt } from "../builders.js";
import { startRedis, type TestRedis } from "../redis.js";

describe("locking", () => {
  let server: TestRedis;
  let redis: Redis;
  let changed: string[];
  let recorded: Recorded[];
  let told: [environment: string, view: View][];
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
      locks: redisLocks(redis),
      runs: redisRuns(redis),
      audit: { record: (entry) => void recorded.push(entry) },
      clock: stoppedAt(start),
      changed: async ({ id }) => void changed.push(id),
      tell: async (environment, view) => void told.push([environment, view]),
      log,
      ...over,
    });

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
    expect(told.map(([environment]) => environment)).toEqual(["prod"]);
    expect(told[0]?.[1].text).toMatch(/^:lock: <@U0ANA> locked \*prod\*: migration\n/);
    expect(told.flatMap(([, view]) => violations(view))).toEqual([]);
  });

  it("of one cluster leaves the others alone", async () => {
    await given("prod/shop", "prod/blog");
    await open().lock({ environment: "prod", cluster: "shop" }, { by: "U0ANA", reason: "sale" });
    expect(changed).toEqual(["in-shop"]);
    expect(recorded[0]).toMatchObject({ on: "prod/shop", environment: "prod", cluster: "shop" });
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
    expect(told[1]?.[1].text).toMatch(/^:unlock: <@U0BEN> took the lock of <@U0ANA> off \*prod\*/);
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
