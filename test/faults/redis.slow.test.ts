import { describe, expect, it, type TestContext, vi } from "vitest";
import { minute } from "../../src/core/instant.js";
import { openRedisNight, type RedisNight } from "./redis-night.js";
import { hasRealRedis } from "./server.js";
import { expectToldWell, untilTold } from "./told.js";

describe.runIf(hasRealRedis).concurrent("a whole run while Redis is in trouble", { timeout: 170_000 }, () => {
  async function approved(test: TestContext, bots: readonly string[] = ["all"]): Promise<RedisNight> {
    const night = await openRedisNight(test, { speed: 100 });
    for (const ROLE of bots) await night.startBot({ ROLE });
    await night.approved();
    return night;
  }
  const has = (night: RedisNight, type: string) =>
    vi.waitFor(async () => expect(await night.eventTypes()).toContain(type), { timeout: 60_000 });
  const passes = (night: RedisNight, world: number) =>
    new Promise<void>((resolve) => void night.playground.world.clock.after(world, resolve));

  async function endsWell(night: RedisNight, how: { doubles?: number; lost?: boolean } = {}): Promise<void> {
    await untilTold(night, 120_000);
    await expectToldWell(night, how);
    expect(night.updates).toBe(1);
    expect((await night.types("status")).text).toContain("Nothing is open");
  }

  it.for(["UpdateStarted", "NodeUnschedulable"])(
    "restarted with its data at %s: the run goes on",
    async (type, test) => {
      const night = await approved(test);
      await has(night, type);
      await night.server.kill();
      await passes(night, 2 * minute);
      await night.server.start();
      await endsWell(night, { doubles: 1 });
    },
  );

  it("restarted three times in a row: the run goes on", async (test) => {
    const night = await approved(test);
    await has(night, "NodeJoined");
    for (let times = 0; times < 3; times++) {
      await night.server.kill();
      await night.server.start();
      await passes(night, 3 * minute);
    }
    await endsWell(night, { doubles: 3 });
  });

  it("frozen for 20 s in the middle, longer than every lease: the run goes on, nothing twice", async (test) => {
    const night = await approved(test, ["all", "worker"]);
    await has(night, "NodeUnschedulable");
    night.server.freeze();
    // 20 s of real time: the leases and locks that run out meanwhile are in real time, too.
    await passes(night, 100 * 20_000);
    night.server.thaw();
    await endsWell(night);
  });

  it("CLIENT PAUSE for 20 s from the moment of approval: the run begins afterwards, once", async (test) => {
    const night = await approved(test);
    await has(night, "RunApproved");
    await night.call("CLIENT", "PAUSE", "20000", "ALL");
    await passes(night, 100 * 20_000);
    await endsWell(night);
  });

  it("refusing writes for lack of memory for five minutes in the middle: the run goes on when there is room", async (test) => {
    const night = await approved(test);
    await has(night, "NodeUnschedulable");
    await night.call("CONFIG", "SET", "maxmemory", "1");
    await passes(night, 5 * minute);
    expect((await night.types("status")).text).toContain("1 open run");
    await night.call("CONFIG", "SET", "maxmemory", "0");
    await endsWell(night, { doubles: 1 });
  });

  it("its append-only file cut short by a crash: the run goes on from what is left, with one update", async (test) => {
    const night = await approved(test);
    await has(night, "NodeUnschedulable");
    await night.server.kill();
    expect(await night.server.cutShort(700)).toBeGreaterThan(10_000);
    await night.server.start();
    await endsWell(night, { doubles: 2, lost: true });
  });

  it("back to where it was before the update was asked for, as by a failover that lost the rest: finds the update at EKS, asks for nothing more, and follows it to the end", async (test) => {
    // EKS must still be at it when the sweep finds the run.
    const night = await openRedisNight(test, { speed: 20 });
    await night.startBot();
    await night.approved();
    await has(night, "UpdateStarted");
    await night.server.kill();
    await night.server.cutFrom('"type":"UpdateRequested"');
    await night.server.start();
    await endsWell(night, { doubles: 2, lost: true });
    const types = await night.eventTypes();
    expect(types).toContain("RunSucceeded");
    // What was cut off stayed lost: the update was found, not asked for again.
    expect(types).not.toContain("UpdateRequested");
  });

  it("two bots and three workers at once: one update, one thread, nothing twice", async (test) => {
    const night = await approved(test, ["bot", "bot", "worker", "worker", "worker"]);
    await endsWell(night);
  });

  it("two bots and three workers, Redis restarted in the middle: one update, one thread", async (test) => {
    const night = await approved(test, ["bot", "bot", "worker", "worker", "worker"]);
    await has(night, "NodeUnschedulable");
    await night.server.kill();
    await night.server.start();
    await endsWell(night, { doubles: 1 });
  });
});
