import { printFigures, printTable, round } from "./print.js";
import { atOnce, type Rolled } from "./roll.js";
import type { Batch } from "./roll-path.js";

/** Wall time over the critical path; and what a node costs in the largest group over what it costs in the smaller one. */
const goals = { overPath: 1.1, growth: 1.1 };

export function tellRolls(rolls: readonly Rolled[]): boolean {
  const times = rolls.filter(({ worker }) => worker.state === "succeeded").map(timeOf);
  const costs = rolls.map(costOf);
  tellTimes(times);
  tellCosts(costs);
  const growth = growthOf(costs);
  const timely = times
    .filter(({ nodes }) => nodes >= 10 * atOnce)
    .every(({ ratio }) => ratio <= goals.overPath);
  // Bytes do grow: every look reads all nodes of the group, and saves the whole record.
  const linear = !growth || (growth.requests <= goals.growth && growth.redis <= goals.growth);
  const whole = rolls.every(({ worker }) => ["succeeded", "running"].includes(worker.state));
  const met = timely && linear && whole;
  if (growth) {
    const said = Object.entries(growth).map(([what, ratio]) => `${what} ${ratio}`);
    console.log(
      `\nOf one node in the largest group over the one before: ${said.join(", ")}; goal for the first two ${goals.growth}.`,
    );
  }
  console.log(`Goals: ${met ? "met" : "MISSED"}.\n`);
  printFigures({ bench: "roll", atOnce, met, times, costs, growth });
  return met;
}

type Time = ReturnType<typeof timeOf>;

/** World seconds. */
function timeOf({ nodes, worker, batches, reaction }: Rolled) {
  const sum = (part: (batch: Batch) => number) => batches.reduce((all, batch) => all + part(batch), 0);
  const [boot, drain] = [sum((batch) => batch.boot), sum((batch) => batch.drain)];
  const [wait, terminate] = [sum((batch) => batch.wait), sum((batch) => batch.terminate)];
  const wall = Object.values(worker.phases).reduce((all, seconds) => all + seconds, 0);
  const path = boot + drain + wait + terminate;
  const floor = floorOf(batches, reaction);
  const seconds = { wall, path, boot, drain, wait, terminate, floor };
  const rounded = Object.entries(seconds).map(([key, value]) => [key, Math.round(value)] as const);
  return {
    nodes,
    batches: batches.length,
    ...(Object.fromEntries(rounded) as typeof seconds),
    phases: Object.fromEntries(
      Object.entries(worker.phases).map(([name, value]) => [name, Math.round(value)]),
    ),
    ratio: round(wall / path, 3),
    overFloor: round(wall / floor, 3),
  };
}

/**
 * What could not be quicker with so many at a time, where a replacement boots while its predecessor goes: the extra nodes
 * boot; each batch is drained, waited for, and replaced; the last one, and then the extra nodes, go.
 */
function floorOf(batches: readonly Batch[], reaction: number): number {
  const away = ({ drain, wait }: Batch) => drain + wait;
  const cycles = batches.map((batch, index) => {
    const next = batches[index + 1];
    return away(batch) + (next ? Math.max(batch.terminate, reaction + next.boot) : batch.terminate);
  });
  const last = batches.at(-1);
  const extra = last ? last.wait + last.terminate : 0;
  return reaction + (batches[0]?.boot ?? 0) + cycles.reduce((all, each) => all + each, 0) + extra;
}

function tellTimes(times: readonly Time[]): void {
  console.log(`Rolls of many nodes in three zones, ${atOnce} at a time\n`);
  const heads = [
    "nodes",
    "batches",
    "wall s",
    "boot",
    "drain",
    "wait",
    "terminate",
    "path s",
    "ratio",
    "floor s",
    "ratio",
  ];
  const rows = times.map((each) => [
    ...[each.nodes, each.batches, each.wall, each.boot, each.drain, each.wait, each.terminate],
    ...[each.path, each.ratio, each.floor, each.overFloor],
  ]);
  printTable(
    heads,
    rows.map((row) => row.map(String)),
  );
  console.log(
    "\nThe path is the sum over batches of the slowest boot (launch to Ready), drain (first eviction to empty),",
  );
  console.log("wait (60 s for load balancers) and end (terminate call to node gone), one after another.");
  console.log(
    "Where a replacement boots while its predecessor ends, less is possible: that is the floor. It has the extra",
  );
  console.log(`nodes' coming and going in it. Goal: ${goals.overPath} of the path for 100 nodes.`);
  for (const { nodes, phases } of times) {
    const parts = Object.entries(phases).map(([name, seconds]) => `${name} ${seconds} s`);
    console.log(`${nodes} nodes: ${parts.join(", ")}.`);
  }
}

type Cost = ReturnType<typeof costOf>;

/** Per node replaced, while nodes are replaced; memory of the whole process. */
function costOf({ nodes, worker, before, upgrade }: Rolled) {
  const { nodes: replaced, looks, processorSeconds, redisOperations, redisBytes } = worker.upgrade;
  const each = (count: number, digits = 1) => round(count / replaced, digits);
  return {
    nodes,
    replaced,
    looks: each(looks),
    aws: each(upgrade.aws),
    kubernetes: each(upgrade.kubernetes),
    redis: each(redisOperations),
    answersKB: each(upgrade.bytes / 1000),
    redisKB: each(redisBytes / 1000),
    lookMs: round((processorSeconds * 1000) / looks, 1),
    /** Of each node of the group, until the first is drained. */
    before: round((before.aws + before.kubernetes) / nodes, 1),
    recordKB: round(worker.record / 1000, 1),
    heapMB: round(worker.heap / 1e6, 1),
    heapGrowthKB: round((worker.heap - worker.heapBefore) / 1000),
    heapInLookMB: round(worker.heapInLook / 1e6, 1),
  };
}

function tellCosts(costs: readonly Cost[]): void {
  console.log("\nWhat a node costs while nodes are replaced, and the worker's memory\n");
  const columns: readonly [head: string, key: keyof Cost][] = [
    ["nodes", "nodes"],
    ["replaced", "replaced"],
    ["looks", "looks"],
    ["AWS", "aws"],
    ["Kubernetes", "kubernetes"],
    ["Redis ops", "redis"],
    ["answers KB", "answersKB"],
    ["Redis KB", "redisKB"],
    ["CPU ms/look", "lookMs"],
    ["marking", "before"],
    ["record KB", "recordKB"],
    ["heap MB", "heapMB"],
    ["grown KB", "heapGrowthKB"],
    ["in a look MB", "heapInLookMB"],
  ];
  printTable(
    columns.map(([head]) => head),
    costs.map((cost) => columns.map(([, key]) => `${cost[key]}`)),
  );
  console.log(
    "\nLooks, requests, Redis operations (those within scripts too) and bytes: per node replaced. Marking: requests",
  );
  console.log(
    "until the first drain, per node of the group. Heap: the worker's process alone, after garbage collection,",
  );
  console.log(
    "between looks at most; how much of it came since the first look; and within a look. Where fewer were replaced",
  );
  console.log("than there are, the rest was left undone (--whole replaces all).");
}

/** Requests and operations of a node must not grow with the group; bytes are told beside them. */
function growthOf(costs: readonly Cost[]) {
  const [small, large] = costs.slice(-2);
  if (!small || !large || small.nodes < 10 * atOnce) return undefined;
  const requests = (cost: Cost) => cost.aws + cost.kubernetes;
  return {
    requests: round(requests(large) / requests(small), 3),
    redis: round(large.redis / small.redis, 3),
    answerBytes: round(large.answersKB / small.answersKB, 2),
    redisBytes: round(large.redisKB / small.redisKB, 2),
  };
}
