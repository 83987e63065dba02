import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  type Deliveries,
  type DeliveryOptions,
  type Look,
  openDeliveries,
  type Timings,
} from "../../jobs/delivery.js";
import { type Bells, openBells } from "../../jobs/queues.js";
import { connectRedis, type Redis, untilReady } from "../../src/redis/connection.js";
import { redisTurns, type Turns } from "../../src/redis/turns.js";
import { keptLog } from "../leaks/collect.js";
import { redisKinds, startRedis, type TestRedis } from "../redis.js";
import { soon } from "../soon.js";

const log = keptLog();
const timings = { lease: 2_000, lockDuration: 2_000, stalledInterval: 500 };

describe.each(redisKinds)("deliveries on %s", (kind) => {
  let server: TestRedis;
  let connections: Redis[];
  let turns: Turns;
  let bells: Bells;
  let workers: Deliveries[];

  beforeEach(async () => {
    server = await startRedis(kind);
    connections = [];
    workers = [];
    const producer = connectRedis({ url: server.url }, "producer", () => {});
    connections.push(producer);
    await untilReady(producer, 5_000);
    turns = redisTurns(producer);
    bells = openBells(producer, () => {});
  });
  afterEach(async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
    await bells.close();
    for (const connection of connections) connection.disconnect();
    await server.close();
  });

  function startWorker(look: DeliveryOptions["look"], how = timings): Deliveries {
    const connection = connectRedis({ url: server.url }, "worker", () => {});
    connections.push(connection);
    const worker = openDeliveries({
      queue: "upgrade",
      connection,
      turns: redisTurns(connection),
      bell: bells.upgrade,
      concurrency: 5,
      ...{ timings: how, log, look },
    });
    workers.push(worker);
    worker.start();
    return worker;
  }

  /** What a click does: bump the counter, then ring. */
  async function nudge(id = "run"): Promise<void> {
    await turns.nudge(`upgrade/${id}`);
    await bells.upgrade.ring(id, 0);
  }

  it("looks again and again until there is nothing more to do now", async () => {
    const answers: Look[] = [{ next: "again" }, { next: "again" }, { next: "rest" }];
    const look = vi.fn(async () => answers.shift() ?? { next: "rest" as const });
    startWorker(look);
    await nudge();
    await soon(() => expect(look).toHaveBeenCalledTimes(3));
    expect(await turns.take("upgrade/run", "test", 1_000)).toHaveProperty("nudges");
  });

  it("comes again by itself when its look said later", async () => {
    const answers: Look[] = [{ next: "later", delay: 30 }, { next: "rest" }];
    const look = vi.fn(async () => answers.shift() ?? { next: "rest" as const });
    startWorker(look);
    await nudge();
    await soon(() => expect(look).toHaveBeenCalledTimes(2));
  });

  it("wakes at once when it is nudged while its next look is far away", async () => {
    const looks: number[] = [];
    startWorker(async () => {
      looks.push(Date.now());
      return { next: "later", delay: 3_600_000 };
    });
    await nudge();
    await soon(() => expect(looks).toHaveLength(1));
    await soon(async () =>
      expect(await connections[0]?.hget("{eks-upgrade}:turn:upgrade/run", "holder")).toBeNull(),
    );
    await nudge();
    await soon(() => expect(looks).toHaveLength(2));
  });

  it("looks once more when it is nudged in the middle of a look", async () => {
    let looks = 0;
    startWorker(async () => {
      looks++;
      if (looks === 1) await nudge();
      return { next: "later", delay: 3_600_000 };
    });
    await nudge();
    await soon(() => expect(looks).toBeGreaterThanOrEqual(2));
  });

  it("looks once more when it is nudged in the moment of parking", async () => {
    let looks = 0;
    const connection = connectRedis({ url: server.url }, "worker", () => {});
    connections.push(connection);
    const plain = redisTurns(connection);
    // Between the wake-up that was set and the parking: the narrowest gap there is.
    const gap: Turns = {
      ...plain,
      async park(name, holder, nudges) {
        if (looks === 1) await nudge();
        return plain.park(name, holder, nudges);
      },
    };
    const worker = openDeliveries({
      queue: "upgrade",
      connection,
      turns: gap,
      bell: bells.upgrade,
      concurrency: 5,
      timings,
      log,
      look: async () => {
        looks++;
        return { next: "later", delay: 3_600_000 };
      },
    });
    workers.push(worker);
    worker.start();
    await nudge();
    await soon(() => expect(looks).toBe(2));
  });

  it("loses no nudge of hundreds at random moments with two workers, and never looks twice at once", async () => {
    let wanted = 0;
    let seen = 0;
    let at = 0;
    let most = 0;
    const look = async (): Promise<Look> => {
      at++;
      most = Math.max(most, at);
      const now = wanted;
      await new Promise((resolve) => setImmediate(resolve));
      seen = Math.max(seen, now);
      at--;
      return { next: "later", delay: 3_600_000 };
    };
    startWorker(look);
    startWorker(look);
    for (let i = 0; i < 100; i++) {
      wanted++;
      await nudge();
      // Sometimes at once, sometimes after the last one was seen.
      if (i % 3 === 0) await soon(() => expect(seen).toBe(wanted), 1);
    }
    await soon(() => expect(seen).toBe(100));
    expect(most).toBe(1);
  });

  it("leaves while another holds the turn, and comes back when that lease has run out", async () => {
    let looks = 0;
    await turns.take("upgrade/run", "somebody else", 400);
    startWorker(async () => {
      looks++;
      return { next: "rest" };
    });
    await nudge();
    await soon(() => expect(looks).toBe(1));
  });

  it("does not save or go on after its lease was lost to another", async () => {
    let looks = 0;
    startWorker(async (id) => {
      looks++;
      await connections[0]?.hset(
        `{eks-upgrade}:turn:upgrade/${id}`,
        "holder",
        "another",
        "until",
        Date.now() + 60_000,
      );
      return { next: "again" };
    });
    await nudge();
    await soon(() => expect(looks).toBe(1));
    await soon(async () => expect(await connections[0]?.llen("{eks-upgrade}:upgrade:active")).toBe(0));
    expect(looks).toBe(1);
  });

  it("hands its work back at shutdown, and the next worker goes on at once", async () => {
    // Nobody takes over what is not handed back.
    const patient: Timings = { lease: 600_000, lockDuration: 600_000, stalledInterval: 600_000 };
    let begun = false;
    const first = startWorker(async (_id, _lease, signal) => {
      begun = true;
      await new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("stopped"))));
      return { next: "rest" };
    }, patient);
    await nudge();
    await soon(() => expect(begun).toBe(true));
    await first.stop();
    const second = vi.fn(async (): Promise<Look> => ({ next: "rest" }));
    startWorker(second, patient);
    await soon(() => expect(second).toHaveBeenCalledTimes(1));
  });

  it("tries again when a look throws, and gives the turn back meanwhile", async () => {
    let looks = 0;
    startWorker(async () => {
      looks++;
      if (looks === 1) throw new Error("a fault of ours");
      return { next: "rest" };
    });
    await nudge();
    await soon(() => expect(looks).toBe(2));
  });
});
