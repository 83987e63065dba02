import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findServer } from "../src/redis/server.js";
import { spawnServer } from "../src/redis/server-process.js";
import { type Batch, batchesOf } from "./roll-path.js";
import { tellRolls } from "./roll-print.js";
import type { FromWorker, RollOrder, ToWorker, WorkerFigures } from "./roll-worker.js";
import { type Counts, openRollWorld, type RollWorld } from "./roll-world.js";

/**
 * Rolls of 10, 100 and 1,000 nodes, ten at a time, in the world's time: how long against the critical path, and what they
 * cost the worker, AWS, the cluster's API and Redis. The worker has a process of its own; world and servers are in this.
 */

const atOnce = 10;
/** Seconds between a drained node's cordon and its end, unless a tag of the group says otherwise. */
const drainPause = 60;

export interface Rolled {
  readonly nodes: number;
  readonly worker: WorkerFigures;
  readonly counts: Counts;
  readonly batches: readonly Batch[];
  /** Real seconds. */
  readonly took: number;
}

/** False: a goal was missed. `path`: where to look for a Redis server. */
export async function benchRoll(sizes: readonly number[], path: string): Promise<boolean> {
  const program = await findServer(path);
  if (program === undefined) throw new Error("There is no valkey-server or redis-server on this machine.");
  const rolls: Rolled[] = [];
  for (const nodes of sizes) rolls.push(await roll(nodes, program));
  return tellRolls(rolls);
}

async function roll(nodes: number, program: string): Promise<Rolled> {
  const began = performance.now();
  const folder = mkdtempSync(join(tmpdir(), "bench-roll-"));
  const redis = await spawnServer(program, join(folder, "redis.sock"), folder);
  const world = await openRollWorld(nodes, atOnce);
  try {
    const worker = await carry(world, join(folder, "redis.sock"));
    const took = (performance.now() - began) / 1000;
    return {
      nodes,
      worker,
      took,
      counts: world.counts(),
      batches: batchesOf(world.times, atOnce, drainPause),
    };
  } finally {
    await world.close();
    await redis.stop();
    rmSync(folder, { recursive: true });
  }
}

/** Has a process carry the roll to its end, and the world's time pass as that process says. */
function carry(world: RollWorld, redisSocket: string): Promise<WorkerFigures> {
  const { scenario, clock, env } = world;
  const file = fileURLToPath(new URL("./roll-worker.js", import.meta.url));
  const worker = fork(file, { execArgv: ["--expose-gc"], env: { ...env } });
  const order: RollOrder = {
    cluster: scenario.expected.cluster,
    group: scenario.expected.nodeGroup,
    region: scenario.region,
    redisSocket,
    now: clock.now(),
  };
  worker.send(order);
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`The worker ended with ${code}.`)));
    worker.on("message", (message: FromWorker) => {
      if (message.kind === "over") resolve(message.figures);
      else if (message.kind === "approved") world.reset();
      else
        void clock
          .advance(message.milliseconds)
          .then(() => worker.send({ now: clock.now() } satisfies ToWorker));
    });
  });
}
