import { Queue } from "bullmq";
import { openDeliveries, type Timings } from "../../jobs/delivery.js";
import { openDigestWork } from "../../jobs/digest-work.js";
import { openBells } from "../../jobs/queues.js";
import { openRinger } from "../../jobs/ringer.js";
import { sweepRegularly } from "../../jobs/sweep.js";
import type { Clock } from "../../src/clock.js";
import type { DigestRecord } from "../../src/core/scan/digest.js";
import type { Fleet } from "../../src/fleet.js";
import { connectRedis, keyPrefix, type Redis, untilReady } from "../../src/redis/connection.js";
import type { StoredDigest } from "../../src/redis/digests.js";
import { redisRuns } from "../../src/redis/runs.js";
import { redisTurns } from "../../src/redis/turns.js";
import { aFleet, casesOn, type Found, scanOf, someWorld } from "../digest-stage.js";
import { keptLog } from "../leaks/collect.js";
import { type RedisKind, startRedis } from "../redis.js";
import { MemorySlack } from "../src/slack/memory-slack.js";

const timings: Timings = { lease: 2_000, lockDuration: 2_000, stalledInterval: 500 };
const log = keptLog();

export interface WorkerWish {
  readonly clock: Clock;
  readonly fleet?: Fleet;
  /** Real milliseconds between two sweeps; so long that only the first counts, unless said. */
  readonly sweepEvery?: number;
}

export interface Stage {
  readonly redis: Redis;
  readonly found: Found;
  readonly slack: MemorySlack;
  readonly schedules: Queue;
  /** All that a worker's process does for digests. Resolves when everything it has opened is closed. */
  work(wish: WorkerWish): { stop(): Promise<void>; die(): void };
  /** The use cases as a command has them: what they change is shown by whoever works. */
  ask(wish: WorkerWish): ReturnType<typeof casesOn>["cases"];
  /** All series as they are kept. */
  stored(): Promise<StoredDigest[]>;
  records(): Promise<DigestRecord[]>;
  close(): Promise<void>;
}

export async function openStage(kind?: RedisKind): Promise<Stage> {
  const server = await startRedis(kind);
  const connect = (use: "worker" | "producer") => connectRedis({ url: server.url }, use, () => {});
  const [redis, producer] = [connect("worker"), connect("producer")];
  await untilReady(producer, 5_000);
  const bells = openBells(producer, () => {});
  const schedules = new Queue("schedule", { connection: redis, prefix: keyPrefix });
  const found = someWorld();
  const slack = new MemorySlack();
  const working = new Set<{ stop(): Promise<void> }>();
  const { digests } = casesOn(redis, { clock: { now: Date.now, realDelayUntil: () => 0 } });

  function work({ clock, fleet = aFleet(), sweepEvery = 60_000 }: WorkerWish) {
    const connection = connect("worker");
    const turns = redisTurns(connection);
    const ringer = openRinger({ turns, bells, clock, log });
    const gate = { take: async () => 0 };
    const { kinds, schedules, sweep } = openDigestWork({
      runs: { load: async () => undefined },
      ...{ redis: connection, bells, ringer, fleet, clock, log, timings, gate, client: slack },
      scan: scanOf(found, clock),
    });
    const deliveries = kinds.map((each) =>
      openDeliveries({ ...each, connection, turns, bell: bells[each.queue], timings, log }),
    );
    const parts = [...deliveries, schedules];
    for (const each of parts) each.start();
    const runs = redisRuns(connection);
    const sweeping = sweepRegularly({ runs, bells, clock, log, digests: sweep }, sweepEvery);
    let stopped: Promise<void> | undefined;
    async function stop() {
      await Promise.all([sweeping.stop(), ...parts.map((each) => each.stop())]);
      connection.disconnect();
    }
    const worker = {
      stop() {
        stopped ??= stop();
        return stopped;
      },
      /** As when the process is killed: nothing is handed back, and nothing more is written. */
      die() {
        for (const each of parts) each.abandon();
        connection.disconnect();
        void sweeping.stop();
        stopped = Promise.resolve();
      },
    };
    working.add(worker);
    return worker;
  }

  async function stored(): Promise<StoredDigest[]> {
    const all = await Promise.all((await digests.series()).map((series) => digests.load(series)));
    return all.flatMap((each) => each ?? []);
  }

  return {
    ...{ redis, found, slack, schedules, work },
    ask({ clock, fleet = aFleet() }) {
      const ringer = openRinger({ turns: redisTurns(redis), bells, clock, log });
      return casesOn(redis, { clock, fleet, found, changed: ringer.digest }).cases;
    },
    stored,
    records: async () => (await stored()).map(({ record }) => record),
    async close() {
      await Promise.all([...working].map((each) => each.stop()));
      await schedules.close();
      await bells.close();
      for (const each of [redis, producer]) each.disconnect();
      await server.close();
    },
  };
}
