import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDigestPainter } from "../../jobs/digest.js";
import { scanFor } from "../../jobs/scan.js";
import { day } from "../../src/core/instant.js";
import { keyPrefix, type Redis } from "../../src/redis/connection.js";
import { redisTurns } from "../../src/redis/turns.js";
import {
  aFleet,
  behindIn,
  casesOn,
  type HandClock,
  handClock,
  monday,
  nine,
  worldFrom,
} from "../digest-stage.js";
import { keptLog } from "../leaks/collect.js";
import { soon } from "../soon.js";
import { openStage, type Stage } from "./digest-workers.js";
import { mortal } from "./mortal.js";

const log = keptLog();

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
  stage.found.clusters = [behindIn("prod", "default")];
});
afterEach(() => stage.close());

/** From the time that comes to the message in Slack. */
async function wholeStory(redis: Redis, clock: HandClock, holder: string): Promise<void> {
  const fleet = aFleet();
  const { cases, digests, snoozes } = casesOn(redis, { clock, found: stage.found, fleet });
  const [record] = await cases.arrange(() => {});
  const series = record?.series ?? "";
  const signal = new AbortController().signal;
  if ((await cases.fire(series)) === "due") await cases.make(series, signal);
  const lease = { name: `digest/${series}`, holder };
  await redisTurns(redis).take(lease.name, holder, 60_000);
  const gate = { take: async () => 0 };
  const paint = openDigestPainter({
    ...{ redis, digests, snoozes, fleet, clock, log, gate },
    client: stage.slack,
  });
  await paint(series, lease);
}

async function leasesRunOut(): Promise<void> {
  for (const turn of await stage.redis.keys(`${keyPrefix}:turn:*`)) await stage.redis.del(turn);
}

describe("a process that is killed", () => {
  it.each(["before", "after"] as const)(
    "%s any word with Redis leaves one digest, told once",
    async (when) => {
      for (let at = 1; ; at++) {
        await stage.redis.flushall();
        stage.slack.messages = [];
        const clock = handClock(monday);
        stage.found.clusters = [behindIn("prod", "default")];
        clock.at = nine;
        await wholeStory(stage.redis, handClock(monday), "first");
        await wholeStory(stage.redis, clock, "first");
        await leasesRunOut();

        clock.at = nine + day;
        stage.found.clusters = [behindIn("prod", "default", "more")];
        const process = mortal(stage.redis, at, when);
        const outcome = await wholeStory(process.redis, clock, "killed").then(
          () => "survived",
          () => "killed",
        );
        // Its lease runs out.
        await leasesRunOut();
        clock.at += 60_000;
        await wholeStory(stage.redis, clock, "next");

        const [record] = await stage.records();
        expect(record, `${when} ${at}`).toMatchObject({
          ...{ doneFor: nine + day, nextDue: nine + 2 * day },
          shown: { number: 2, news: ["us-west-2/prod-shop/more"] },
          former: { number: 1 },
        });
        expect(record?.due).toBeUndefined();
        expect(stage.slack.picture, `${when} ${at}`).toEqual(["digest/1", "digest/2"]);
        if (outcome === "survived") {
          expect(at).toBeGreaterThan(15);
          return;
        }
      }
    },
  );
});

describe("a scan", () => {
  it("whose worker loses its lease in the middle is made by another, once", async () => {
    stage.found.clusters = [behindIn("prod", "default")];
    let looks = 0;
    let aborted = false;
    stage.found.during = async (signal) => {
      looks += 1;
      if (looks > 1) return;
      const [record] = await stage.records();
      const turn = `${keyPrefix}:turn:scan/${record?.series}`;
      await stage.redis.hset(turn, { holder: "somebody else", until: Date.now() + 300 });
      // Like a real one, it ends when its signal does.
      await new Promise((_, reject) =>
        signal?.addEventListener("abort", () => {
          aborted = true;
          reject(signal.reason);
        }),
      );
    };
    const clock = worldFrom(nine - day / 24, 30);
    for (let i = 0; i < 2; i++) stage.work({ clock, sweepEvery: 200 });
    await soon(() => expect(stage.slack.picture).toEqual(["digest/1"]));
    expect(aborted).toBe(true);
    expect(looks).toBe(2);
    expect(await stage.records()).toMatchObject([{ doneFor: nine, shown: { number: 1 } }]);
  });

  it("goes on elsewhere when its worker is stopped", async () => {
    let looks = 0;
    stage.found.during = async (signal) => {
      looks += 1;
      if (looks > 1) return;
      await new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
    };
    const clock = worldFrom(nine - day / 24, 30);
    const first = stage.work({ clock });
    await soon(() => expect(looks).toBe(1));
    await first.stop();
    stage.work({ clock });
    await soon(() => expect(stage.slack.picture).toEqual(["digest/1"]));
    expect(looks).toBe(2);
  });

  it("that fails is made later", async () => {
    const digests = {
      fire: async () => "due" as const,
      make: () => Promise.reject(new Error("a fault of ours")),
    };
    const signal = new AbortController().signal;
    expect(await scanFor({ digests, log }, "C0PROD-12345678", signal)).toEqual({
      next: "later",
      delay: 60_000,
    });
  });

  it("that nothing is due for is not made", async () => {
    for (const fired of ["gone", "not yet"] as const) {
      const digests = { fire: async () => fired, make: () => Promise.reject(new Error("made")) };
      const signal = new AbortController().signal;
      expect(await scanFor({ digests, log }, "C0PROD-12345678", signal)).toEqual({ next: "rest" });
    }
  });
});
