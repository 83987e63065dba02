import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { FleetSize } from "./scan-fleet.js";
import { tellScans } from "./scan-print.js";
import type { SideFigures, ToSide } from "./scan-side.js";
import type { FromWorld, ScanCounts, ToWorld, WorldOrder } from "./scan-world.js";

/**
 * A scan of a whole fleet, against the loop that a script would have: describe each node group, ask SSM about each, one
 * after another. The world and the two sides have a process each.
 */

/** What a call to AWS takes, and a request to a cluster's API. */
export const latency = 50;

export interface Scanned extends SideFigures {
  readonly counts: ScanCounts;
}

export interface Scans extends FleetSize {
  readonly naive: Scanned;
  /** By a process that has connected to nothing yet. */
  readonly ours: Scanned;
  /** By the same process again. */
  readonly again: Scanned;
}

/** False: a goal was missed. */
export async function benchScan({ clusters = 100, groups = 10 }: Partial<FleetSize> = {}): Promise<boolean> {
  const world = start("scan-world", {});
  try {
    console.error(`A world of ${clusters} clusters …`);
    const opened = await ask<WorldOrder, FromWorld>(world, { clusters, groups, latency });
    if (opened.kind !== "open") throw new Error("The world did not open.");
    const [ours, again] = await runSide(world, opened.env, ["ours", "ours"]);
    const takes = Math.round((clusters * (1 + 2 * groups) * latency) / 1000);
    console.error(`The naive loop: ${takes} s at least …`);
    const [naive] = await runSide(world, opened.env, ["naive"]);
    if (!ours || !again || !naive) throw new Error("A side is missing.");
    return tellScans({ clusters, groups, naive, ours, again });
  } finally {
    world.disconnect();
  }
}

async function runSide(
  world: ChildProcess,
  env: Readonly<Record<string, string>>,
  scans: readonly ToSide[],
): Promise<Scanned[]> {
  const side = start("scan-side", env);
  const all: Scanned[] = [];
  for (const each of scans) {
    const figures = await ask<ToSide, SideFigures>(side, each);
    const counted = await ask<ToWorld, FromWorld>(world, "count");
    if (counted.kind !== "counted") throw new Error("The world did not count.");
    all.push({ ...figures, counts: counted.counts });
  }
  side.disconnect();
  return all;
}

function start(name: string, env: Readonly<Record<string, string>>): ChildProcess {
  const file = fileURLToPath(new URL(`./${name}.js`, import.meta.url));
  return fork(file, { execArgv: ["--no-warnings"], env: { ...env } });
}

/** One message there, one back. Throws where the process ends instead. */
async function ask<To extends WorldOrder | ToWorld | ToSide, From>(
  child: ChildProcess,
  message: To,
): Promise<From> {
  const gone = new AbortController();
  const ended = once(child, "exit", { signal: gone.signal }).then(([code]) => {
    throw new Error(`A process ended with ${code}.`);
  });
  ended.catch(() => {});
  const answer = once(child, "message", { signal: gone.signal }).then(([said]) => said as From);
  answer.catch(() => {});
  child.send(message);
  try {
    return await Promise.race([answer, ended]);
  } finally {
    gone.abort();
  }
}
