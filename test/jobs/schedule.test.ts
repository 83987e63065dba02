import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { repeatStrategy } from "../../jobs/schedule.js";
import { scaledClock } from "../../src/clock.js";
import { day, hour, type Instant } from "../../src/core/instant.js";
import { keyPrefix } from "../../src/redis/connection.js";
import { aFleet, anEnvironment, behindIn, monday, nine, worldFrom } from "../digest-stage.js";
import { soon } from "../soon.js";
import { openStage, type Stage } from "./digest-workers.js";

describe("the next real time of a schedule", () => {
  const daily = { pattern: "0 9 * * *", tz: "Europe/Berlin" };
  const clockAt = (worldOrigin: Instant, speed: number) =>
    scaledClock({ realOrigin: Date.now(), worldOrigin, speed });

  it.each([
    ["in real time", 1, hour],
    ["when the world is faster", 3_600, 1_000],
    ["when the world stands nearly still", 0.1, 10 * hour],
  ])("is its next time by our clock, %s", (_, speed, expected) => {
    const asked = Date.now();
    const next = repeatStrategy(clockAt(monday, speed))(asked, daily);
    expect(next - asked).toBeGreaterThanOrEqual(expected - 5);
    expect(next - asked).toBeLessThan(expected + 1_000);
  });

  it("is the one after, where a machine whose clock is ahead has rung for it already", () => {
    const rungFor = Date.now() + hour;
    const next = repeatStrategy(clockAt(monday, 1))(rungFor + 1_000, daily);
    expect(next - rungFor).toBeGreaterThan(day - 1_000);
  });
});

describe("series", () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage();
    stage.found.clusters = [behindIn("prod", "default")];
  });
  afterEach(() => stage.close());

  /** A time of this day was made, or a later one. */
  const madeFor = (moment: Instant) =>
    soon(async () => {
      const [record] = await stage.records();
      expect(record?.doneFor).toBeGreaterThanOrEqual(moment);
      return record;
    });

  it("are rung for by BullMQ, by our clock", async () => {
    // An hour of the world is 83 ms; no sweep comes but the first.
    stage.work({ clock: worldFrom(monday) });
    const record = await madeFor(nine);
    expect(record).toMatchObject({ shown: { number: 1 } });
    await soon(() => expect(stage.slack.picture).toEqual(["digest/1"]));
    const [scheduler] = await stage.schedules.getJobSchedulers();
    expect(scheduler).toMatchObject({ key: record?.series, pattern: "0 9 * * *", tz: "Europe/Berlin" });
  });

  it("that missed several times while nobody was up run once after a start", async () => {
    const before = stage.work({ clock: worldFrom(monday) });
    await madeFor(nine);
    await before.stop();
    const [left] = await stage.records();
    const scans = stage.found.scans;
    // Ten days later, at 10:00.
    stage.work({ clock: worldFrom(nine + 10 * day + hour, 3_600) });
    expect(await madeFor((left?.nextDue ?? 0) + 1)).toMatchObject({
      doneFor: nine + 10 * day,
      nextDue: nine + 11 * day,
      shown: { number: 1 },
    });
    expect(stage.found.scans).toBe(scans + 1);
  });

  it("follow a clock that was put forward, and are put off by none", async () => {
    const before = stage.work({ clock: worldFrom(monday, 86_400) });
    await soon(async () => expect(await stage.schedules.getJobSchedulersCount()).toBe(1));
    await before.stop();
    // The job waits for an hour of real time. Now the world jumps to just before nine.
    stage.work({ clock: worldFrom(nine - hour, 24) });
    expect(await madeFor(nine)).toMatchObject({ doneFor: nine, nextDue: nine + day });
  });

  it("lose nothing when their queues are wiped", async () => {
    const worker = { clock: worldFrom(monday, 24), sweepEvery: 100 };
    stage.work(worker);
    await soon(async () => expect(await stage.schedules.getJobSchedulersCount()).toBe(1));
    const queues = ["schedule", "scan", "digest"].map((name) => stage.redis.keys(`${keyPrefix}:${name}:*`));
    await stage.redis.del(...(await Promise.all(queues)).flat());
    await madeFor(nine);
    await soon(() => expect(stage.slack.picture).toEqual(["digest/1"]));
    // And are rung for again from then on.
    expect(await stage.schedules.getJobSchedulersCount()).toBe(1);
  });

  it("keep their message when their schedule changes, and leave no scheduler behind", async () => {
    const before = stage.work({ clock: worldFrom(monday) });
    const old = await madeFor(nine);
    await soon(() => expect(stage.slack.picture).toEqual(["digest/1"]));
    await before.stop();
    const fleet = aFleet(anEnvironment("prod", { schedule: "0 12 * * 1-5" }));
    stage.work({ clock: worldFrom(nine + 10 * day, 24), fleet });
    const record = await soon(async () => {
      const [only, ...others] = await stage.records();
      expect(only?.doneFor).toBeGreaterThan(nine + 5 * day);
      expect(others).toEqual([]);
      return only;
    });
    expect(record?.series).not.toBe(old?.series);
    const schedulers = await stage.schedules.getJobSchedulers();
    expect(schedulers.map(({ key, pattern }) => [key, pattern])).toEqual([[record?.series, "0 12 * * 1-5"]]);
    // It says when the next one comes.
    await soon(() => expect(stage.slack.of("digest/1")?.edits).toBeGreaterThan(0));
    expect(stage.slack.picture).toEqual(["digest/1"]);
  });

  it("go on beside one that only a newer bot can read", async () => {
    const [record] = await stage.ask({ clock: worldFrom(monday) }).arrange(() => {});
    if (!record) throw new Error("No series.");
    const fleet = aFleet(anEnvironment("prod", { channel: "C0ELSE" }));
    await stage.redis.hset(`${keyPrefix}:digest-record:${record.series}`, "record", '{"schema":99}');
    stage.work({ clock: worldFrom(monday), fleet });
    await soon(() => expect(stage.slack.picture).toEqual(["digest/1"]));
    const [scheduler, ...others] = await stage.schedules.getJobSchedulers();
    expect(scheduler?.key).toMatch(/^C0ELSE-/);
    expect(others).toEqual([]);
    expect(await stage.redis.exists(`${keyPrefix}:digest-record:${record.series}`)).toBe(1);
  });

  it("end with their scheduler and its job when nobody wants them any more", async () => {
    const before = stage.work({ clock: worldFrom(monday, 86_400) });
    await soon(async () => expect(await stage.schedules.getJobSchedulersCount()).toBe(1));
    await before.stop();
    stage.work({ clock: worldFrom(monday, 86_400), fleet: aFleet(anEnvironment("prod", null)) });
    await soon(async () => {
      expect(await stage.records()).toEqual([]);
      expect(await stage.schedules.getJobSchedulersCount()).toBe(0);
    });
    expect(await stage.schedules.getDelayedCount()).toBe(0);
  });

  it("of many processes that start at once have one scheduler and one job each", async () => {
    const fleet = aFleet(anEnvironment("prod"), anEnvironment("test", { schedule: "0 18 * * *" }));
    const clock = worldFrom(monday, 86_400);
    for (let i = 0; i < 3; i++) stage.work({ clock, fleet });
    await soon(async () => expect(await stage.schedules.getDelayedCount()).toBe(2));
    expect(await stage.schedules.getJobSchedulersCount()).toBe(2);
    expect(await stage.records()).toHaveLength(2);
  });
});
