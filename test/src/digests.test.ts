import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { day, hour, minute } from "../../src/core/instant.js";
import type { DigestRecord } from "../../src/core/scan/digest.js";
import type { Fleet } from "../../src/fleet.js";
import {
  aFleet,
  anEnvironment,
  behindIn,
  casesOn,
  type Found,
  type HandClock,
  handClock,
  monday,
  nine,
  someWorld,
} from "../digest-stage.js";
import { redisKinds, startRedis, type TestRedis } from "../redis.js";
import { denied } from "./slack/views/digest-facts.js";

describe.each(redisKinds)("digests on %s", (kind) => {
  let server: TestRedis;
  let redis: Redis;
  beforeAll(async () => {
    server = await startRedis(kind);
    redis = new Redis(server.url);
  });
  afterEach(async () => void (await redis.flushall()));
  afterAll(async () => {
    redis.disconnect();
    await server.close();
  });

  const open = (over: { clock?: HandClock; found?: Found; fleet?: Fleet } = {}) => {
    const clock = over.clock ?? handClock(monday);
    const found = over.found ?? someWorld(behindIn("prod", "default"));
    return { clock, found, ...casesOn(redis, { ...over, clock, found }) };
  };
  const never = () => new AbortController().signal;
  const fail = (error: unknown) => {
    throw error;
  };

  /** Arranged, fired and made: one series with its first message. */
  async function madeOnce(over: Parameters<typeof open>[0] = {}) {
    const stage = open(over);
    const [record] = await stage.cases.arrange(fail);
    if (!record) throw new Error("No series.");
    stage.clock.at = nine;
    await stage.cases.fire(record.series);
    await stage.cases.make(record.series, never());
    return { ...stage, series: record.series };
  }

  describe("arranging", () => {
    it("makes one series of each channel and schedule, due at its next time", async () => {
      const fleet = aFleet(
        anEnvironment("test", { whenUpToDate: "silent" }),
        anEnvironment("prod", { schedule: " 0 9  * * * " }),
        anEnvironment("late", { schedule: "0 18 * * *" }),
        anEnvironment("elsewhere", { channel: "C0ELSE", whenUpToDate: "silent" }),
        anEnvironment("quiet", null),
      );
      const { cases, digests } = open({ fleet });
      const records = await cases.arrange(fail);
      expect(
        records.map(({ channel, environments, nextDue }) => ({ channel, environments, nextDue })),
      ).toEqual([
        { channel: "C0PROD", environments: ["test", "prod"], nextDue: nine },
        { channel: "C0PROD", environments: ["late"], nextDue: nine + 9 * hour },
        { channel: "C0ELSE", environments: ["elsewhere"], nextDue: nine },
      ]);
      expect(records.map(({ whenUpToDate }) => whenUpToDate)).toEqual(["line", "line", "silent"]);
      for (const { series } of records) expect(series).toMatch(/^C0(PROD|ELSE)-[0-9a-f]{8}$/);
      expect((await digests.series()).sort()).toEqual(records.map(({ series }) => series).sort());
    });

    it("again, and by many at once, changes nothing", async () => {
      const { cases, digests } = open();
      const all = await Promise.all(Array.from({ length: 5 }, () => cases.arrange(fail)));
      expect(all[4]).toEqual(all[0]);
      expect(await digests.load(all[0]?.[0]?.series ?? "")).toMatchObject({ revision: 1 });
    });

    it("keeps a time that was missed while nobody was up", async () => {
      const { cases, clock } = open();
      await cases.arrange(fail);
      clock.at = nine + 3 * day;
      expect(await cases.arrange(fail)).toMatchObject([{ nextDue: nine }]);
    });

    it("follows the environments that share a series, and goes on where it was", async () => {
      const { series } = await madeOnce();
      const fleet = aFleet(anEnvironment("prod"), anEnvironment("test"));
      const [record] = await open({ fleet }).cases.arrange(fail);
      expect(record).toMatchObject({ series, environments: ["prod", "test"], shown: { number: 1 } });
    });

    it("takes over what was told when the schedule changes, and what is due", async () => {
      const { series, cases, clock, digests } = await madeOnce();
      const before = await cases.find(series);
      clock.at = nine + day + minute;
      const fleet = aFleet(anEnvironment("prod", { schedule: "0 12 * * *" }));
      const [record] = await open({ fleet, clock }).cases.arrange(fail);
      expect(record).toMatchObject({
        shown: before?.shown,
        doneFor: nine,
        due: nine + day,
        nextDue: nine + day + 3 * hour,
        postedAs: before?.postedAs,
      });
      expect(record?.series).not.toBe(series);
      expect(await digests.series()).toEqual([record?.series]);
      // And once more: its messages are still those of the first.
      const [last] = await open({
        clock,
        fleet: aFleet(anEnvironment("prod", { timeZone: "UTC" })),
      }).cases.arrange(fail);
      expect(last).toMatchObject({ postedAs: before?.postedAs, shown: before?.shown });
    });

    it("takes over nothing from another channel, or from another environment", async () => {
      await madeOnce();
      const fleet = aFleet(
        anEnvironment("prod", { channel: "C0ELSE" }),
        anEnvironment("test", { schedule: "0 12 * * *" }),
      );
      const records = await open({ fleet }).cases.arrange(fail);
      expect(records.map(({ shown }) => shown)).toEqual([undefined, undefined]);
    });

    it("begins a series anew that was ended once, with messages of its own", async () => {
      const { series, cases, clock } = await madeOnce();
      const before = await cases.find(series);
      await open({ fleet: aFleet(anEnvironment("prod", null)) }).cases.arrange(fail);
      clock.at = nine + day;
      const [record] = await open({ clock }).cases.arrange(fail);
      expect(record).toMatchObject({ series, postedAs: expect.any(String) });
      expect(record?.shown).toBeUndefined();
      expect(record?.postedAs).not.toBe(before?.postedAs);
    });

    it("ends series that nobody wants any more", async () => {
      const { digests } = await madeOnce();
      const none = aFleet(anEnvironment("prod", null));
      expect(await open({ fleet: none }).cases.arrange(fail)).toEqual([]);
      expect(await digests.series()).toEqual([]);
    });

    it("does the rest when a newer bot's record is in the way, and says so", async () => {
      const { cases, digests } = open({
        fleet: aFleet(anEnvironment("prod"), anEnvironment("test", { channel: "C0TEST" })),
      });
      const [record] = await cases.arrange(fail);
      if (!record) throw new Error("No series.");
      await digests.save({ ...record, schema: 99 as 1 }, 1);
      await digests.remove((await digests.series()).find((each) => each.startsWith("C0TEST")) ?? "");
      const errors: unknown[] = [];
      expect(await cases.arrange((error) => errors.push(error))).toHaveLength(1);
      expect(String(errors)).toContain("schema 99");
      expect((await digests.series()).filter((each) => each.startsWith("C0TEST"))).toHaveLength(1);
    });
  });

  describe("firing", () => {
    it("waits for the time, and is due until the digest is made", async () => {
      const { cases, clock, found } = open();
      const [record] = await cases.arrange(fail);
      const series = record?.series ?? "";
      clock.at = nine - 1;
      expect(await cases.fire(series)).toBe("not yet");
      expect(await cases.make(series, never())).toBe("nothing due");
      clock.at = nine;
      expect(await cases.fire(series)).toBe("due");
      expect(await cases.fire(series)).toBe("due");
      expect(await cases.find(series)).toMatchObject({ due: nine, nextDue: nine + day });
      expect(await cases.make(series, never())).toBe("made");
      expect(await cases.fire(series)).toBe("not yet");
      expect(await cases.make(series, never())).toBe("nothing due");
      expect(found.scans).toBe(1);
    });

    it("takes times that were missed for one, the last of them", async () => {
      const { cases, clock } = open();
      const [record] = await cases.arrange(fail);
      clock.at = nine + 10 * day + hour;
      await cases.fire(record?.series ?? "");
      const due = nine + 10 * day;
      expect(await cases.find(record?.series ?? "")).toMatchObject({ due, nextDue: due + day });
    });

    it("is one, however many do it", async () => {
      const { cases, clock, digests } = open();
      const [record] = await cases.arrange(fail);
      clock.at = nine;
      const answers = await Promise.all(Array.from({ length: 10 }, () => cases.fire(record?.series ?? "")));
      expect(new Set(answers)).toEqual(new Set(["due"]));
      expect(await digests.load(record?.series ?? "")).toMatchObject({ revision: 2 });
    });

    it("knows when a series is gone", async () => {
      expect(await open().cases.fire("C0PROD-0badcafe")).toBe("gone");
    });
  });

  describe("making", () => {
    it("tells of what it found, once, and keeps it", async () => {
      const { cases, series, changed } = await madeOnce();
      expect(await cases.find(series)).toMatchObject({
        doneFor: nine,
        shown: {
          ...{ number: 1, madeAt: nine, news: ["us-west-2/prod-shop/default"] },
          content: { looked: { clusters: 1, groups: 1 }, scannedAt: nine },
        },
      });
      expect(changed).toEqual([series]);
      expect(await cases.last()).toMatchObject([{ name: "prod-shop", scannedAt: nine }]);
    });

    it("by two at once makes one message", async () => {
      const { cases, series, clock, found } = await madeOnce();
      found.clusters = [behindIn("prod", "default", "more")];
      clock.at = nine + day;
      await cases.fire(series);
      const outcomes = await Promise.all([cases.make(series, never()), cases.make(series, never())]);
      expect([...outcomes].sort()).toEqual(["made", "nothing due"]);
      expect(await cases.find(series)).toMatchObject({ shown: { number: 2 }, former: { number: 1 } });
    });

    it("by one who slept through the next digest changes nothing", async () => {
      const { cases, series, clock, found } = await madeOnce();
      clock.at = nine + day;
      await cases.fire(series);
      let wake = () => {};
      found.during = () => new Promise<void>((resolve) => (wake = resolve));
      const sleeper = cases.make(series, never());
      await expect.poll(() => found.scans).toBe(2);
      found.during = () => {};
      await cases.make(series, never());
      clock.at = nine + 2 * day;
      await cases.fire(series);
      const before = await cases.find(series);
      wake();
      expect(await sleeper).toBe("nothing due");
      expect(await cases.find(series)).toEqual(before);
      expect(before?.due).toBe(nine + 2 * day);
    });

    it("that takes until the next time leaves that one to be made", async () => {
      const { cases, series, clock, found } = await madeOnce();
      clock.at = nine + day;
      await cases.fire(series);
      found.during = async () => {
        found.during = () => {};
        clock.at = nine + 2 * day;
        await cases.fire(series);
      };
      expect(await cases.make(series, never())).toBe("made");
      expect(await cases.find(series)).toMatchObject({ doneFor: nine + day, due: nine + 2 * day });
      expect(await cases.make(series, never())).toBe("made");
      expect(await cases.find(series)).toMatchObject({ doneFor: nine + 2 * day, shown: { number: 1 } });
    });

    it("looks again when the series is about other environments meanwhile", async () => {
      const both = aFleet(anEnvironment("prod"), anEnvironment("test"));
      const { cases, series, clock, found } = await madeOnce({ fleet: both });
      clock.at = nine + day;
      await cases.fire(series);
      found.clusters = [behindIn("prod", "default"), behindIn("test", "default")];
      found.during = async () => {
        found.during = () => {};
        await open({ clock, fleet: aFleet(anEnvironment("prod")) }).cases.arrange(fail);
      };
      await cases.make(series, never());
      expect((await cases.find(series))?.shown?.content.rows.map(({ environment }) => environment)).toEqual([
        "prod",
      ]);
    });

    it("stops when it is asked to, and decides nothing", async () => {
      const { cases, series, clock, found } = await madeOnce();
      clock.at = nine + day;
      await cases.fire(series);
      const stop = new AbortController();
      found.during = () => stop.abort(new Error("shutdown"));
      await expect(cases.make(series, stop.signal)).rejects.toThrow("shutdown");
      expect(await cases.find(series)).toMatchObject({ due: nine + day, doneFor: nine });
    });

    it("refuses with a fleet that lacks one of the environments", async () => {
      const { series, clock, cases } = await madeOnce();
      clock.at = nine + day;
      await cases.fire(series);
      const strange = open({ clock, fleet: aFleet(anEnvironment("other")) });
      await expect(strange.cases.make(series, never())).rejects.toThrow("Environment prod");
      expect(strange.found.scans).toBe(0);
    });

    it("ends in nothing when the series is gone meanwhile", async () => {
      const { cases, series, clock, found, digests } = await madeOnce();
      clock.at = nine + day;
      await cases.fire(series);
      found.during = () => digests.remove(series);
      expect(await cases.make(series, never())).toBe("nothing due");
      expect(await digests.series()).toEqual([]);
    });
  });

  describe("checking", () => {
    const both = aFleet(anEnvironment("prod"), anEnvironment("test"));
    const found = () => someWorld(behindIn("prod", "default"), behindIn("test", "default"));

    it("looks now, and keeps what it found", async () => {
      const { cases } = open({ fleet: both, found: found() });
      const clusters = await cases.check(both.environments);
      expect(clusters.map(({ name }) => name)).toEqual(["prod-shop", "test-shop"]);
      expect(await cases.last()).toHaveLength(2);
    });

    it("looks once for all who ask for the same at a time", async () => {
      const stage = open({ fleet: both, found: found() });
      const prod = [anEnvironment("prod")];
      const [one, other] = await Promise.all([
        stage.cases.check(both.environments),
        stage.cases.check(both.environments),
        stage.cases.check(prod),
        stage.cases.check(prod, { only: "prod-shop" }),
        stage.cases.check(prod, { only: "prod-shop" }),
      ]);
      expect(other).toBe(one);
      expect(stage.found.scans).toBe(3);
      await stage.cases.check(both.environments);
      expect(stage.found.scans).toBe(4);
    });

    it("forgets clusters that are gone, of the environments it looked at", async () => {
      const stage = open({ fleet: both, found: found() });
      await stage.cases.check(both.environments);
      stage.found.clusters = [];
      await stage.cases.check([anEnvironment("prod")], { only: "prod-shop" });
      expect(await stage.cases.last()).toHaveLength(2);
      await stage.cases.check([anEnvironment("prod")]);
      expect((await stage.cases.last()).map(({ name }) => name)).toEqual(["test-shop"]);
    });

    it("forgets nothing where a region could not be listed", async () => {
      const stage = open({ fleet: both, found: found() });
      await stage.cases.check(both.environments);
      const { found: _, ...place } = behindIn("prod");
      stage.found.clusters = [{ ...place, name: "eu-west-1", region: "", problem: denied }];
      await stage.cases.check([anEnvironment("prod")]);
      expect((await stage.cases.last()).map(({ name }) => name).sort()).toEqual([
        "eu-west-1",
        "prod-shop",
        "test-shop",
      ]);
    });

    it("tells the last looks of the fleet alone", async () => {
      await open({ fleet: both, found: found() }).cases.check(both.environments);
      expect((await open().cases.last()).map(({ name }) => name)).toEqual(["prod-shop"]);
    });
  });

  describe("snoozing", () => {
    const key = "us-west-2/prod-shop/default";

    it("lasts so many days, and has everything shown anew", async () => {
      const { cases, series, clock, changed } = await madeOnce();
      changed.length = 0;
      const [snooze] = await cases.snooze([key, "us-west-2/prod-shop"], 7, "U1");
      expect(snooze).toEqual({ key, by: "U1", at: nine, until: nine + 7 * day });
      expect(changed).toEqual([series]);
      clock.at = nine + 7 * day - 1;
      expect(await cases.snoozes()).toHaveLength(2);
      await cases.wake([key]);
      expect(await cases.snoozes()).toMatchObject([{ key: "us-west-2/prod-shop" }]);
      expect(changed).toEqual([series, series]);
      clock.at += 1;
      expect(await cases.snoozes()).toEqual([]);
    });

    it("keeps a row from being told, and tells it anew when it has ended", async () => {
      const { cases, series, clock } = await madeOnce();
      const numbers: (number | undefined)[] = [];
      for (let after = 1; after <= 5; after++) {
        if (after === 2) await cases.snooze([key], 2, "U1");
        clock.at = nine + after * day;
        await cases.fire(series);
        await cases.make(series, never());
        numbers.push((await cases.find(series))?.shown?.number);
      }
      // Snoozed after the first day's: the second day's is silent, and the third day's is when it ends.
      expect(numbers).toEqual([1, 1, 2, 2, 2]);
    });
  });

  it("tells which digests their channel does not show", async () => {
    const { cases, series, digests } = await madeOnce();
    expect(await cases.unshown()).toEqual([]);
    const why = { code: "not_in_channel", next: "Invite it." };
    await digests.markUnshown(series, why);
    expect(await cases.unshown()).toEqual([{ record: (await cases.find(series)) as DigestRecord, why }]);
  });
});
