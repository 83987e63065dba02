import type { Clock } from "../src/clock.js";
import { approve, requestRun } from "../src/core/decide.js";
import type { RunEvent } from "../src/core/events.js";
import { hour } from "../src/core/instant.js";
import { assemblePlan } from "../src/core/planner.js";
import type { Run } from "../src/core/run.js";
import { connectAccount } from "../src/outside.js";
import { lookForPlan } from "../src/phases/look.js";
import type { Outside } from "../src/phases/outside.js";
import { type Tick, tick } from "../src/phases/tick.js";
import { connectRedis, type Redis } from "../src/redis/connection.js";
import { type Runs, redisRuns } from "../src/redis/runs.js";
import { redisTurns, type Turns } from "../src/redis/turns.js";

/**
 * The worker that carries a roll, in a process of its own so that its memory is its own. The world's time stands still
 * while it looks; then it has the world go on for as long as a look takes out there, or until its next look is due.
 */

export interface RollOrder {
  readonly cluster: string;
  readonly region: string;
  readonly group: string;
  readonly redisSocket: string;
  readonly now: number;
  /** So many nodes replaced are enough to know what one costs: where there are more, the rest is left undone. */
  readonly enough: number;
}

/** From the worker: a part is over (its run is approved; now nodes are replaced; enough were); the world is to go on. */
export type FromWorker =
  | { readonly kind: "approved" | "upgrading" | "enough" }
  | { readonly kind: "pass"; readonly milliseconds: number }
  | { readonly kind: "over"; readonly figures: WorkerFigures };

/** To the worker: what the world's time is now. */
export interface ToWorker {
  readonly now: number;
}

export interface WorkerFigures {
  readonly state: Run["state"];
  /** World seconds that each phase took that came to its end. */
  readonly phases: Readonly<Record<string, number>>;
  /** Spent while nodes were being replaced. */
  readonly upgrade: Spent;
  /** Bytes of the record as it was saved, at most. */
  readonly record: number;
  /** Bytes of heap after garbage collection: before the first look, and at most between looks and within one. */
  readonly heapBefore: number;
  readonly heap: number;
  readonly heapInLook: number;
}

export interface Spent {
  /** Replaced. */
  readonly nodes: number;
  readonly looks: number;
  readonly processorSeconds: number;
  /** Commands, those within scripts too, and bytes both ways. */
  readonly redisOperations: number;
  readonly redisBytes: number;
}

const rules = {
  ...{ required: 1, requesterMayApprove: false, expiresAfter: 24 * hour },
  ...{ approverGroups: ["S0APPROVERS"], approverUsers: [] },
};
const id = "calm-heron-42";
const lease = { name: `upgrade/${id}`, holder: "bench" };
const leaseFor = 60_000;
/** Looks between two measurements of memory. */
const measureEvery = 20;
/** World milliseconds: some rounds of requests to AWS and to the cluster, one after another. */
const lookTakes = 1_000;

const tell = (message: FromWorker) => process.send?.(message);

/** Has the world go on. Resolves with what its time is then. */
function pass(milliseconds: number): Promise<number> {
  return new Promise((resolve) => {
    process.once("message", ({ now }: ToWorker) => resolve(now));
    tell({ kind: "pass", milliseconds });
  });
}

interface Desk {
  readonly redis: Redis;
  readonly runs: Runs;
  readonly turns: Turns;
  readonly outside: Outside;
}

async function carry(order: RollOrder): Promise<WorkerFigures> {
  const redis = connectRedis({ socket: order.redisSocket }, "worker", () => {});
  const desk = { redis, runs: redisRuns(redis), turns: redisTurns(redis), outside: connectAccount() };
  await plan(order, desk);
  tell({ kind: "approved" });
  const most = { record: 0, heap: 0, heapInLook: 0 };
  const heapBefore = await heap();
  let began: Spent | undefined;
  let ended: Spent | undefined;
  let now = order.now;
  for (let looks = 1; ; looks++) {
    const measured = looks % measureEvery === 0;
    const { run, next, facts } = await look(desk, now, async () => {
      if (measured) most.heapInLook = Math.max(most.heapInLook, await heap());
    });
    most.record = Math.max(most.record, Buffer.byteLength(JSON.stringify(run)));
    const replaced = replacedIn(run);
    if (facts.some((fact) => fact.type === "PhaseStarted" && fact.phase === "upgrade")) {
      began = await spent(desk, looks, replaced);
      tell({ kind: "upgrading" });
    }
    if (began && !ended && replaced >= Math.min(order.enough, run.plan.steps[0]?.nodes?.count ?? 0)) {
      ended = await spent(desk, looks, replaced);
      tell({ kind: "enough" });
    }
    const stops = next === "over" || (ended && isMore(run));
    if (stops) {
      const phases = phasesOf(await desk.runs.events(id));
      redis.disconnect();
      return { state: run.state, phases, upgrade: between(began, ended), ...most, heapBefore };
    }
    now = await pass(Math.max(lookTakes, next === "wait" ? (run.wait?.until ?? now) - now : 0));
    if (measured) most.heap = Math.max(most.heap, await heap());
  }
}

/** As jobs take turns and look, except that evictions are not waited for: nothing moves while the world stands still. */
async function look(
  { runs, turns, outside }: Desk,
  now: number,
  onTicked: () => Promise<void>,
): Promise<Tick> {
  const clock: Clock = { now: () => now, realDelayUntil: (at) => (at > now ? Number.POSITIVE_INFINITY : 0) };
  const turn = await turns.take(lease.name, lease.holder, leaseFor);
  await turns.keep(lease.name, lease.holder, leaseFor);
  const stored = await runs.load(id);
  if (!stored || "held" in turn) throw new Error("The run is gone, or somebody else's.");
  const ticked = await tick(stored.run, outside, clock, signal, { turn: { quietFor: 20 } });
  await onTicked();
  const saved = await runs.save({ ...ticked, revision: stored.revision, at: now, lease });
  if (saved.outcome !== "saved") throw new Error(`Not saved: ${saved.outcome}.`);
  if (ticked.next === "wait") await turns.park(lease.name, lease.holder, turn.nudges);
  return ticked;
}

const { signal } = new AbortController();

async function heap(): Promise<number> {
  // What a request leaves behind is let go of in the turns of the loop after it.
  await new Promise((resolve) => setImmediate(resolve));
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

function replacedIn({ steps: [progress] }: Run): number {
  return Object.values(progress?.nodes ?? {}).filter(({ old, state }) => old && state === "gone").length;
}

const isMore = (run: Run) => replacedIn(run) < (run.plan.steps[0]?.nodes?.count ?? 0);

async function spent({ redis }: Desk, looks: number, nodes: number): Promise<Spent> {
  const { user, system } = process.cpuUsage();
  return {
    ...{ looks, nodes, processorSeconds: (user + system) / 1e6 },
    redisOperations: sum(await redis.info("commandstats"), /cmdstat_(?!info|ping)[^:]+:calls=(\d+)/g),
    redisBytes: sum(await redis.info("stats"), /total_net_(?:input|output)_bytes:(\d+)/g),
  };
}

function sum(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].reduce((all, [, number]) => all + Number(number), 0);
}

function between(began: Spent | undefined, ended: Spent | undefined): Spent {
  if (!began || !ended) throw new Error("No node was replaced.");
  const differences = Object.entries(ended).map(([key, value]) => [key, value - began[key as keyof Spent]]);
  return Object.fromEntries(differences) as Spent;
}

function phasesOf(events: readonly RunEvent[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const event of events) {
    if (event.type === "PhaseStarted") found[event.phase] = -event.at / 1000;
    if (event.type === "PhaseFinished") found[event.phase] = (found[event.phase] ?? 0) + event.at / 1000;
  }
  return Object.fromEntries(Object.entries(found).filter(([, seconds]) => seconds >= 0));
}

/** A run that is planned and approved, as people would have it. */
async function plan({ cluster, region, group, now }: RollOrder, { runs, outside }: Desk): Promise<void> {
  const where = { environment: "prod", cluster, region, wish: {} };
  const target = { kind: "self-managed node group", nodeGroup: group } as const;
  const made = assemblePlan(where, [await lookForPlan(outside, where, target, {}, now)], () => "c0ffee");
  const asked = requestRun(made, { id, by: "U0OPERATOR", channel: "C0PROD", at: now }, rules);
  const decision = approve(asked.run, { by: "U0APPROVER" }, made.hash, rules, now);
  if (!decision.ok) throw new Error(`Not approved: ${decision.refusal}`);
  await runs.create(asked.run, asked.facts, now);
  await runs.save({ ...decision, revision: 1, at: now });
}

process.once("message", (order: RollOrder) => {
  carry(order).then(
    (figures) => process.send?.({ kind: "over", figures } satisfies FromWorker, () => process.exit(0)),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
