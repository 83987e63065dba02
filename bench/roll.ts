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
 * Rolls of many nodes, ten at a time, in the world's time: how long against the critical path, and what they cost the
 * worker, AWS, the cluster's API and Redis. The worker has a process of its own; world and servers are in this one.
 */

export const atOnce = 10;
/** Seconds between a drained node's cordon and its end, unless a tag of the group says otherwise. */
const drainPause = 60;
/** So many replaced nodes tell what one costs; where there are more, the rest is left undone unless it is asked for. */
const enoughNodes = 100;

export interface Rolled {
  readonly nodes: number;
  readonly worker: WorkerFigures;
  /** Until the first node is drained, and while nodes are replaced. */
  readonly before: Counts;
  readonly upgrade: Counts;
  readonly batches: readonly Batch[];
  /** Seconds from a node's end to its replacement's launch. */
  readonly reaction: number;
}

export interface BenchRollOptions {
  readonly sizes?: readonly number[];
  /** Also of large groups every node. */
  readonly whole?: boolean;
  /** Where to look for a Redis server: the PATH variable. */
  readonly path?: string;
}

/** False: a goal was missed. */
export async function benchRoll({ sizes = [10, 100, 1000], whole = false, path = "" }: BenchRollOptions) {
  const program = await findServer(path);
  if (program === undefined) throw new Error("There is no valkey-server or redis-server on this machine.");
  const rolls: Rolled[] = [];
  for (const nodes of sizes) {
    console.error(`A roll of ${nodes} nodes …`);
    rolls.push(await roll(nodes, whole ? nodes : enoughNodes, program));
  }
  return tellRolls(rolls);
}

async function roll(nodes: number, enough: number, program: string): Promise<Rolled> {
  const folder = mkdtempSync(join(tmpdir(), "bench-roll-"));
  const socket = join(folder, "redis.sock");
  const redis = await spawnServer(program, socket, folder);
  const world = await openRollWorld(nodes, atOnce);
  try {
    const carried = await carry(world, { redisSocket: socket, enough });
    const reaction = world.scenario.timings.scalingReaction;
    return { nodes, reaction, ...carried, batches: batchesOf(world.times, atOnce, drainPause) };
  } finally {
    await world.close();
    await redis.stop();
    rmSync(folder, { recursive: true });
  }
}

/** Has a process carry the roll, and the world's time pass as that process says. */
function carry(
  { scenario, clock, env, count }: RollWorld,
  order: Pick<RollOrder, "redisSocket" | "enough">,
): Promise<Pick<Rolled, "worker" | "before" | "upgrade">> {
  const file = fileURLToPath(new URL("./roll-worker.js", import.meta.url));
  const worker = fork(file, { execArgv: ["--expose-gc", "--no-warnings"], env: { ...env } });
  const { cluster, nodeGroup: group } = scenario.expected;
  const { region } = scenario;
  worker.send({ cluster, group, region, now: clock.now(), ...order } satisfies RollOrder);
  const counts: Partial<Record<FromWorker["kind"], Counts>> = {};
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`The worker ended with ${code}.`)));
    worker.on("message", (message: FromWorker) => {
      if (message.kind === "pass") {
        const go = () => worker.send({ now: clock.now() } satisfies ToWorker);
        clock.advance(message.milliseconds).then(go, reject);
        return;
      }
      // Each tells what was asked for since the one before.
      counts[message.kind] = count();
      const { upgrading: before, enough: upgrade } = counts;
      if (message.kind === "over" && before && upgrade) resolve({ worker: message.figures, before, upgrade });
    });
  });
}
