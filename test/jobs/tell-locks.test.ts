import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDeliveries } from "../../jobs/delivery.js";
import { openBells } from "../../jobs/queues.js";
import { openRinger } from "../../jobs/ringer.js";
import { sweepRegularly } from "../../jobs/sweep.js";
import { environmentOf, newsOf, openLockTeller } from "../../jobs/tell-locks.js";
import { day } from "../../src/core/instant.js";
import type { Lock, LockEnd } from "../../src/core/locks.js";
import type { Fleet } from "../../src/fleet.js";
import { connectRedis, keyPrefix, type Redis, untilReady } from "../../src/redis/connection.js";
import { redisLocks } from "../../src/redis/locks.js";
import { redisTurns } from "../../src/redis/turns.js";
import { start, stoppedAt } from "../builders.js";
import { aFleet, anEnvironment } from "../digest-stage.js";
import { keptLog } from "../leaks/collect.js";
import { startRedis, type TestRedis } from "../redis.js";
import { soon } from "../soon.js";
import { MemorySlack, trouble } from "../src/slack/memory-slack.js";
import { mortal } from "./mortal.js";

const log = keptLog();
const timings = { lease: 2_000, lockDuration: 2_000, stalledInterval: 500 };
const prod: Lock = { environment: "prod", by: "U0ANA", at: start, reason: "database migration" };
const off: LockEnd = { by: "U0BEN", at: start };
const gate = { take: async () => 0 };

let server: TestRedis;
let redis: Redis;
let slack: MemorySlack;
let close: (() => unknown)[];

beforeEach(async () => {
  server = await startRedis();
  redis = connectRedis({ url: server.url }, "worker", () => {});
  slack = new MemorySlack();
  close = [];
});
afterEach(async () => {
  for (const each of close.reverse()) await each();
  redis.disconnect();
  await server.close();
});

/** What stands in the channel: "on", "off". */
const told = () => slack.messages.map(({ text }) => (text.startsWith(":lock:") ? "on" : "off"));

interface Bot {
  readonly through?: Redis;
  readonly fleet?: Fleet;
  readonly now?: number;
}

function teller({ through = redis, fleet = aFleet(anEnvironment("prod")), now = start }: Bot = {}) {
  const announce = { ring: async () => {}, ensure: async () => {} };
  return openLockTeller({
    ...{ locks: redisLocks(through), redis: through, client: slack },
    ...{ fleet, bells: { announce }, gate, clock: stoppedAt(now), log },
  });
}

/** One delivery, as a bot makes it. */
async function tell(holder: string, bot: Bot = {}) {
  const lease = { name: `announce/${newsOf("prod")}`, holder };
  const turns = redisTurns(bot.through ?? redis);
  await turns.take(lease.name, holder, 60_000);
  const look = await teller(bot).tell("prod", lease);
  await turns.release(lease.name, holder);
  return look;
}

it("an environment is known again by what is announced of its locks, and a run is none", () => {
  expect(environmentOf(newsOf("prod/a b"))).toBe("prod/a b");
  expect(environmentOf("calm-heron-42")).toBeUndefined();
});

describe("news of locks", () => {
  it("are told once, in their order", async () => {
    const locks = redisLocks(redis);
    await locks.take(prod);
    await locks.release(prod, off);
    await locks.take({ ...prod, cluster: "shop" });
    expect(await tell("one")).toEqual({ next: "rest" });
    expect(told()).toEqual(["on", "off", "on"]);
    expect(await locks.untold()).toEqual([]);
    await tell("two");
    expect(told()).toHaveLength(3);
  });

  it("are told however late, and when it was", async () => {
    await redisLocks(redis).take(prod);
    await tell("one", { now: start + 3 * day });
    expect(slack.messages[0]?.text).toContain("(3 days ago): it could not be told here before");
  });

  it("wait, in their order, until Slack takes them", async () => {
    const locks = redisLocks(redis);
    await locks.take(prod);
    await locks.release(prod, off);
    slack.before = () => {
      throw trouble("unwelcome", "not_in_channel");
    };
    expect(await tell("one")).toMatchObject({ next: "later" });
    expect(slack.calls).toHaveLength(1);
    expect(await locks.untold()).toHaveLength(2);
    slack.before = () => {};
    await tell("two");
    expect(told()).toEqual(["on", "off"]);
  });

  it.each([
    ["told once where the answer of a post is lost and the channel can be read", true, ["on"]],
    ["told again where it cannot", false, ["on", "on"]],
  ])("are %s", async (_, readable, expected) => {
    slack.readable = readable;
    await redisLocks(redis).take(prod);
    slack.after = () => {
      throw trouble("unknown outcome", "timeout");
    };
    expect(await tell("one")).toMatchObject({ next: "later" });
    slack.after = () => {};
    expect(await tell("two")).toEqual({ next: "rest" });
    expect(told()).toEqual(expected);
  });

  it("of an environment that is not in fleet.yaml wait until it is there again", async () => {
    const locks = redisLocks(redis);
    await locks.take(prod);
    expect(await tell("one", { fleet: aFleet(anEnvironment("test")) })).toEqual({ next: "rest" });
    expect([told(), (await locks.untold()).length]).toEqual([[], 1]);
    await tell("two");
    expect(told()).toEqual(["on"]);
  });
});

it.each(["before", "after"] as const)(
  "a bot that is killed %s any word with Redis: what was locked and unlocked is told once, in order",
  async (when) => {
    let over = false;
    for (let at = 1; !over; at += 1) {
      await redis.flushall();
      slack.messages = [];
      const first = mortal(redis, at, when);
      const story = async () => {
        const locks = redisLocks(first.redis);
        await locks.take(prod);
        await tell("one", { through: first.redis });
        await locks.release(prod, off);
        await tell("one", { through: first.redis });
      };
      over = await story().then(
        () => true,
        () => false,
      );
      for (const turn of await redis.keys(`${keyPrefix}:turn:*`)) await redis.del(turn);
      // What was saved, whether or not anybody knows.
      const [standing] = await redisLocks(redis).all();
      const happened = (await redis.exists(`${keyPrefix}:locks:news-number`)) === 0 ? [] : ["on", "off"];
      await tell("two");
      expect(told(), `at word ${at}`).toEqual(standing ? ["on"] : happened);
      expect(await redisLocks(redis).untold()).toEqual([]);
    }
  },
);

describe("with several bots", () => {
  /** All that a bot's process does for news of locks. */
  async function startBot() {
    const [connection, producer] = [
      connectRedis({ url: server.url }, "worker", () => {}),
      connectRedis({ url: server.url }, "producer", () => {}),
    ];
    await untilReady(producer, 5_000);
    const clock = stoppedAt(start);
    const turns = redisTurns(connection);
    const bells = openBells(producer, () => {});
    const telling = openLockTeller({
      ...{ locks: redisLocks(connection), redis: connection, client: slack, bells },
      ...{ fleet: aFleet(anEnvironment("prod")), gate, clock, log },
    });
    const deliveries = openDeliveries({
      ...{ queue: "announce", connection, turns, bell: bells.announce, concurrency: 5, timings, log },
      look: (id, lease) => telling.tell(environmentOf(id) ?? "", lease),
    });
    deliveries.start();
    const runs = { open: async () => [], load: async () => undefined, unannounced: async () => [] };
    const sweeping = sweepRegularly({ runs, bells, clock, log, locks: telling.sweep }, 20);
    close.push(async () => {
      await sweeping.stop();
      await deliveries.stop();
      await bells.close();
      for (const each of [connection, producer]) each.disconnect();
    });
    return openRinger({ turns, bells, clock, log });
  }

  it("what nobody rang for is found by their sweeps, and told by one of them", async () => {
    const locks = redisLocks(redis);
    await locks.take(prod);
    await Promise.all([startBot(), startBot(), startBot()]);
    await soon(async () => expect(await locks.untold()).toEqual([]));
    expect(told()).toEqual(["on"]);
  });

  it("what they all ring for at once is told by one of them, each once", async () => {
    const locks = redisLocks(redis);
    const ringers = await Promise.all([startBot(), startBot()]);
    const expected: string[] = [];
    for (let count = 0; count < 10; count += 1) {
      await locks.take(prod);
      await Promise.all(ringers.map((ringer) => ringer.announce(newsOf("prod"))));
      await locks.release(prod, off);
      await Promise.all(ringers.map((ringer) => ringer.announce(newsOf("prod"))));
      expected.push("on", "off");
    }
    await soon(async () => expect(await locks.untold()).toEqual([]));
    expect(told()).toEqual(expected);
  });
});
