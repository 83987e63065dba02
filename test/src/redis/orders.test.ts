import { afterEach, describe, expect, it } from "vitest";
import { connectRedis, producerWaits, type Redis, untilReady } from "../../../src/redis/connection.js";
import { OrderUnanswered, order } from "../../../src/redis/orders.js";
import { redisRuns } from "../../../src/redis/runs.js";
import { createLua, saveLua } from "../../../src/redis/scripts.js";
import { aRun } from "../../builders.js";
import { hasRealRedis, openServer } from "../../faults/server.js";
import { redisKinds, startRedis } from "../../redis.js";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function connect(url: string): Promise<Redis> {
  const redis = connectRedis({ url }, "producer", () => {});
  closing.push(() => redis.disconnect());
  await untilReady(redis, 5_000);
  return redis;
}

/** Does something before each write of a record is sent. */
function before(redis: Redis, act: () => void): Redis {
  return new Proxy(redis, {
    get(target, name) {
      if (name !== "eval") return Reflect.get(target, name, target);
      return (script: string, ...args: [number, ...(string | number)[]]) => {
        if (script === createLua || script === saveLua) act();
        return target.eval(script, ...args);
      };
    },
  });
}

const request = aRun({ id: "calm-heron-42" });

describe.each(redisKinds)("an order to %s", (kind) => {
  async function open(): Promise<Redis> {
    const server = await startRedis(kind);
    closing.push(() => server.close());
    return connect(server.url);
  }

  it("is carried out in time", async () => {
    const runs = redisRuns(await open(), "producer");
    expect(await runs.create(request, [], 7)).toBe("created");
    const approved = { run: { ...request, state: "running" as const }, facts: [], revision: 1, at: 8 };
    expect(await runs.save(approved)).toEqual({ outcome: "saved", revision: 2 });
  });

  it("changes nothing after its deadline", async () => {
    const redis = await open();
    const late = [
      order(redis, (deadline) => redis.eval(createLua, 6, ..."abcdef", "id", "{}", 7, deadline - 60_000)),
      order(redis, (deadline) =>
        redis.eval(saveLua, 7, ..."abcdefg", "id", "{}", 1, "", 0, "open", deadline - 60_000),
      ),
    ];
    for (const each of late) await expect(each).rejects.toEqual(new OrderUnanswered("nothing"));
    expect(await redis.keys("*")).toEqual([]);
  });

  it("that Redis refuses is told with its words", async () => {
    const redis = await open();
    const refused = order(redis, () => redis.eval("return redis.error_reply('OOM command not allowed')", 0));
    await expect(refused).rejects.toThrow("OOM command not allowed");
    await expect(refused).rejects.not.toBeInstanceOf(OrderUnanswered);
  });
});

describe.runIf(hasRealRedis)("a Redis that stands still", () => {
  it("before an order is sent: nothing is sent", async () => {
    const server = await openServer();
    closing.push(() => server.close());
    const redis = await connect(server.url);
    server.freeze();
    const sent: string[] = [];
    const runs = redisRuns(
      before(redis, () => sent.push("write")),
      "producer",
    );
    await expect(runs.create(request, [], 7)).rejects.toThrow("Command timed out");
    server.thaw();
    expect(sent).toEqual([]);
    expect(await redis.keys("*")).toEqual([]);
  });

  it("at the moment it is sent: nobody knows then whether it was carried out, and it is not afterwards", async () => {
    const server = await openServer();
    closing.push(() => server.close());
    const redis = await connect(server.url);
    const runs = redisRuns(
      before(redis, () => server.freeze()),
      "producer",
    );
    const asked = performance.now();
    await expect(runs.create(request, [], 7)).rejects.toEqual(new OrderUnanswered("unknown"));
    expect(performance.now() - asked).toBeLessThan(producerWaits + 1_000);
    server.thaw();
    // Redis takes what it was sent in the order in which it came.
    expect(await redis.keys("*")).toEqual([]);
    const again = redisRuns(redis, "producer");
    expect(await again.create(request, [], 8)).toBe("created");
  });
});
