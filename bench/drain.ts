import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Arena, openPlayground } from "./arena.js";
import { openCluster } from "./cluster.js";
import { type Drainer, kubectlDrain, ourDrain } from "./drainers.js";
import { printFigures, printTable, round } from "./print.js";
import { type CountingProxy, startProxy } from "./proxy.js";
import { until } from "./until.js";

/**
 * Our drain and kubectl's of one node, side by side against one API server: how long, and how many requests. The clock
 * runs from the first request, so that kubectl's start as a process does not count.
 */

const podCount = 100;
const maxUnavailable = 10;

interface Case {
  readonly key: string;
  readonly name: string;
  /** Seconds a pod takes to end, and to become Ready. */
  readonly ends: number;
  readonly starts: number;
  readonly maxUnavailable?: number;
}

const cases: readonly Case[] = [
  { key: "free", name: "no budget, pods end in 0.1 s", ends: 0.1, starts: 0.5 },
  { key: "freeSlow", name: "no budget, pods end in 0.9 s", ends: 0.9, starts: 0.5 },
  { key: "budget", name: "maxUnavailable 10, pods end in 0.9 s", ends: 0.9, starts: 1, maxUnavailable },
];

interface Measured {
  readonly seconds: number;
  readonly requests: number;
  /** How many of them told kubectl what the server can do: it keeps that for some hours. */
  readonly discovery: number;
}

interface Result {
  readonly kubectl: Measured;
  readonly ours: Measured;
  /** Ours over kubectl's. */
  readonly time: number;
  readonly requests: number;
  /** Without discovery. */
  readonly requestsWarm: number;
  /** With a budget: as many rounds as it takes, each as long as a pod takes to end and another to become Ready. */
  readonly floor?: number;
  readonly overFloor?: number;
}

/** False: a goal was missed. */
export async function benchDrain(kubeconfig: string | undefined): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "bench-drain-"));
  try {
    const results: [Case, Result][] = [];
    for (const each of cases) results.push([each, await runCase(each, folder, kubeconfig)]);
    return tell(results);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** kubectl from one node to the other, and we back again. */
async function runCase(each: Case, folder: string, kubeconfig: string | undefined): Promise<Result> {
  const arena = kubeconfig === undefined ? await openPlayground(each) : await openCluster(kubeconfig, each);
  const proxy = await startProxy(arena.upstream);
  try {
    const [one, other] = arena.nodes;
    await arena.open(podCount, each.maxUnavailable);
    const kubectl = await measure(arena, proxy, kubectlDrain(proxy, folder), one, other);
    const ours = await measure(arena, proxy, await ourDrain(proxy), other, one);
    return compare(kubectl, ours, each);
  } finally {
    await proxy.close();
    await arena.close();
  }
}

async function measure(
  arena: Arena,
  proxy: CountingProxy,
  drain: Drainer,
  from: string,
  to: string,
): Promise<Measured> {
  await until(`${podCount} Ready pods on ${from}`, () => arena.ready(from, podCount));
  await arena.setSchedulable(to, true);
  proxy.reset();
  await drain(from);
  const seconds = (performance.now() - (proxy.firstAt() ?? 0)) / 1000;
  const kinds = Object.entries(proxy.kinds());
  const discovery = kinds.flatMap(([kind, count]) => (/^GET \/(api|version)/.test(kind) ? [count] : []));
  const sum = discovery.reduce((all, count) => all + count, 0);
  return { seconds: round(seconds), requests: proxy.count(), discovery: sum };
}

function compare(kubectl: Measured, ours: Measured, { ends, starts, maxUnavailable: at }: Case): Result {
  const ratio = (of: (measured: Measured) => number) => round(of(ours) / of(kubectl), 3);
  const floor = at === undefined ? undefined : round((podCount / at) * (ends + starts));
  return {
    kubectl,
    ours,
    time: ratio(({ seconds }) => seconds),
    requests: ratio(({ requests }) => requests),
    requestsWarm: ratio(({ requests, discovery }) => requests - discovery),
    ...(floor !== undefined && { floor, overFloor: round(ours.seconds / floor, 3) }),
  };
}

/** Ours over kubectl's, and over the floor. */
const goals = { time: 0.3, requests: 0.5, overFloor: 1.1 };

function meets({ time, requests, overFloor }: Result): boolean {
  const quick = overFloor === undefined ? time <= goals.time : overFloor <= goals.overFloor;
  return quick && requests <= goals.requests;
}

function tell(results: readonly (readonly [Case, Result])[]): boolean {
  console.log(`Drain of one node with ${podCount} pods\n`);
  const heads = [
    "",
    "kubectl s",
    "ours s",
    "ratio",
    "floor s",
    "ratio",
    "kubectl requests",
    "ours",
    "ratio",
    "goals",
  ];
  const rows = results.map(([{ name }, result]) => [
    name,
    ...[result.kubectl.seconds, result.ours.seconds, result.time].map(String),
    ...[result.floor ?? "", result.overFloor ?? ""].map(String),
    ...[result.kubectl.requests, result.ours.requests, result.requests].map(String),
    meets(result) ? "met" : "MISSED",
  ]);
  printTable(heads, rows);
  const warm = results.map(([, { requestsWarm }]) => requestsWarm).join(", ");
  console.log("\nThe clock runs from the first request: kubectl's start as a process does not count.");
  console.log(
    `kubectl begins with discovery, which it keeps for hours. Without it the ratios of requests are ${warm}.`,
  );
  console.log(
    `Goals: ${goals.time} of kubectl's time (with a budget ${goals.overFloor} of the floor), ${goals.requests} of its requests.\n`,
  );
  const met = results.every(([, result]) => meets(result));
  printFigures({
    bench: "drain",
    pods: podCount,
    met,
    ...Object.fromEntries(results.map(([{ key }, result]) => [key, result])),
  });
  return met;
}
