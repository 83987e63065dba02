import { afterEach, beforeEach, expect, it } from "vitest";
import { openDeliveries } from "../../jobs/delivery.js";
import { openBells } from "../../jobs/queues.js";
import { sweepRegularly } from "../../jobs/sweep.js";
import { scaledClock } from "../../src/clock.js";
import { connectRedis, untilReady } from "../../src/redis/connection.js";
import { redisRuns } from "../../src/redis/runs.js";
import { redisTurns } from "../../src/redis/turns.js";
import { aRunningRun, start } from "../builders.js";
import { keptLog } from "../leaks/collect.js";
import { startRedis } from "../redis.js";
import { soon } from "../soon.js";

const log = keptLog();
const timings = { lease: 2_000, lockDuration: 2_000, stalledInterval: 500 };
const day = 24 * 3600_000;

let close: (() => Promise<unknown>)[] = [];
beforeEach(() => {
  close = [];
});
afterEach(async () => {
  for (const each of close.reverse()) await each();
});

async function open() {
  const server = await startRedis();
  const [producer, worker] = ["producer", "worker"].map((use) =>
    connectRedis({ url: server.url }, use as "producer" | "worker", () => {}),
  );
  if (!producer || !worker) throw new Error("A connection is missing.");
  await untilReady(producer, 5_000);
  const bells = openBells(producer, () => {});
  close.push(
    () => server.close(),
    async () => {
      producer.disconnect();
      worker.disconnect();
    },
    () => bells.close(),
  );
  return { bells, worker, runs: redisRuns(worker), turns: redisTurns(worker) };
}

it("a wake-up that was set by another clock is moved at a start, and then left alone", async () => {
  const { bells, worker, runs, turns } = await open();
  // The world's clock says that the run waits for nothing any more.
  const clock = scaledClock({ realOrigin: Date.now(), worldOrigin: start + day, speed: 60 });
  const run = aRunningRun({ wait: { until: start, for: "the update" } });
  await runs.create(run, [], start);
  await bells.upgrade.ring(run.id, day);

  let looks = 0;
  const deliveries = openDeliveries({
    ...{ queue: "upgrade", connection: worker, turns, bell: bells.upgrade, concurrency: 1, timings, log },
    async look() {
      looks += 1;
      return { next: "later", delay: day };
    },
  });
  deliveries.start();
  close.push(() => deliveries.stop());

  let sweeps = 0;
  const counted: typeof runs = {
    ...runs,
    open() {
      sweeps += 1;
      return runs.open();
    },
  };
  const sweeping = sweepRegularly({ runs: counted, bells, clock, log }, 100);
  close.push(() => sweeping.stop());
  await soon(() => expect(looks).toBeGreaterThan(0));
  const before = sweeps;
  await soon(() => expect(sweeps).toBeGreaterThan(before + 8));
  // A sweep in the very moment of the look asks for one more; those after it for none.
  expect(looks).toBeLessThanOrEqual(2);
});

it("a wake-up that was set by another clock is moved by the first sweep that succeeds", async () => {
  const { bells, runs } = await open();
  const run = aRunningRun({ wait: { until: start, for: "the update" } });
  await runs.create(run, [], start);
  const puts: string[] = [];
  const upgrade: typeof bells.upgrade = {
    async ring(id, delay) {
      puts.push("ring");
      await bells.upgrade.ring(id, delay);
    },
    async ensure(id, delay) {
      puts.push("ensure");
      await bells.upgrade.ensure(id, delay);
    },
  };
  let sweeps = 0;
  const awayAtFirst: typeof runs = {
    ...runs,
    async open() {
      sweeps += 1;
      if (sweeps <= 2) throw new Error("LOADING Redis is loading the dataset in memory");
      return runs.open();
    },
  };
  const clock = scaledClock({ realOrigin: Date.now(), worldOrigin: start, speed: 1 });
  const sweeping = sweepRegularly({ runs: awayAtFirst, bells: { ...bells, upgrade }, clock, log }, 20);
  close.push(() => sweeping.stop());
  await soon(() => expect(puts.slice(0, 2)).toEqual(["ring", "ensure"]));
});
