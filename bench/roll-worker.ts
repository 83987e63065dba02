import type { Clock } from "../src/clock.js";
import { approve, requestRun } from "../src/core/decide.js";
import type { RunEvent } from "../src/core/events.js";
import { hour } from "../src/core/instant.js";
import { assemblePlan } from "../src/core/planner.js";
import { connectOutside } from "../src/outside.js";
import { lookForPlan } from "../src/phases/look.js";
import type { Outside } from "../src/phases/outside.js";
import { tick } from "../src/phases/tick.js";
import { connectRedis } from "../src/redis/connection.js";
import { type Runs, redisRuns } from "../src/redis/runs.js";
import { redisTurns } from "../src/redis/turns.js";

/**
 * The worker that carries a roll, in a process of its own so that its memory is its own. The world's time stands still
 * while it looks; then it has the world go on for as long as the look took, or until its next look is due.
 */

export interface RollOrder {
  readonly cluster: string;
  readonly region: string;
  readonly group: string;
  readonly redisSocket: string;
  readonly now: number;
}

/** From the worker: its plan is approved; the world is to go on; it is over. */
export type FromWorker =
  | { readonly kind: "approved" }
  | { readonly kind: "pass"; readonly milliseconds: number }
  | { readonly kind: "over"; readonly figures: WorkerFigures };

/** To the worker: what the world's time is now. */
export interface ToWorker {
  readonly now: number;
}

export interface WorkerFigures {
  readonly state: string;
  /** World seconds from the first look to the last. */
  readonly seconds: number;
  readonly looks: number;
  /** How long looks took in real time, in all. */
  readonly lookSeconds: number;
  readonly processorSeconds: number;
  /** Bytes of the record as it was saved, at most. */
  readonly record: number;
  /** Bytes of heap between looks, after garbage collection: before the first, and at most. */
  readonly heapBefore: number;
  readonly heap: number;
  /** And while a look's outcome is being saved. */
  readonly heapInLook: number;
  readonly residentMost: number;
  readonly redis: { readonly operations: number; readonly received: number; readonly sent: number };
  readonly events: readonly RunEvent[];
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

/** Nothing moves while the world's time stands still: a turn of evictions need not wait for it. */
const briefly = { quietFor: 20 };

const tell = (message: FromWorker) => process.send?.(message);

function pass(milliseconds: number): Promise<number> {
  return new Promise((resolve) => {
    process.once("message", (message: ToWorker) => resolve(message.now));
    tell({ kind: "pass", milliseconds: Math.ceil(milliseconds) });
  });
}

async function heap(): Promise<number> {
  // What a request leaves behind is let go of in the turns of the loop after it.
  await new Promise((resolve) => setImmediate(resolve));
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

async function carry(order: RollOrder): Promise<WorkerFigures> {
  let now = order.now;
  const clock: Clock = {
    now: () => now,
    realDelayUntil: (at) => (at > now ? Number.POSITIVE_INFINITY : 0),
  };
  const redis = connectRedis({ socket: order.redisSocket }, "worker", () => {});
  const runs = redisRuns(redis);
  const turns = redisTurns(redis);
  const outside = connectOutside();
  const { signal } = new AbortController();
  await plan(order, runs, outside, now);
  await redis.config("RESETSTAT");
  tell({ kind: "approved" });

  const began = { at: now, processor: process.cpuUsage(), heap: await heap() };
  const most = { record: 0, heap: 0, heapInLook: 0 };
  let looks = 0;
  let lookTime = 0;
  for (let over = false; !over; ) {
    const from = performance.now();
    const turn = await turns.take(lease.name, lease.holder, leaseFor);
    await turns.keep(lease.name, lease.holder, leaseFor);
    const stored = await runs.load(id);
    if (!stored) throw new Error("The record is gone.");
    const ticked = await tick(stored.run, outside, clock, signal, { turn: briefly });
    const measured = looks % measureEvery === 0;
    if (measured) most.heapInLook = Math.max(most.heapInLook, await heap());
    const saved = await runs.save({ ...ticked, revision: stored.revision, at: now, lease });
    if (saved.outcome !== "saved") throw new Error(`Not saved: ${saved.outcome}.`);
    if (ticked.next === "wait" && "nudges" in turn) await turns.park(lease.name, lease.holder, turn.nudges);
    const lasted = performance.now() - from;
    most.record = Math.max(most.record, JSON.stringify(ticked.run).length);
    looks++;
    lookTime += lasted;
    over = ticked.next === "over";
    const due = ticked.next === "wait" ? (ticked.run.wait?.until ?? now) - now : 0;
    now = await pass(Math.max(lasted, due));
    if (measured) most.heap = Math.max(most.heap, await heap());
  }
  return figures();

  async function figures(): Promise<WorkerFigures> {
    const { user, system } = process.cpuUsage(began.processor);
    const stats = await redis.info("stats");
    const commands = await redis.info("commandstats");
    const stored = await runs.load(id);
    const events = await runs.events(id);
    redis.disconnect();
    return {
      state: stored?.run.state ?? "gone",
      seconds: (now - began.at) / 1000,
      ...{ looks, lookSeconds: lookTime / 1000, processorSeconds: (user + system) / 1e6 },
      ...{ ...most, heapBefore: began.heap, residentMost: process.resourceUsage().maxRSS * 1024 },
      redis: {
        operations: sum(commands, /cmdstat_(?!info|config|ping)[^:]+:calls=(\d+)/g),
        received: sum(stats, /total_net_input_bytes:(\d+)/g),
        sent: sum(stats, /total_net_output_bytes:(\d+)/g),
      },
      events,
    };
  }
}

/** A run that is planned and approved, as people would have it. */
async function plan({ cluster, region, group }: RollOrder, runs: Runs, outside: Outside, now: number) {
  const where = { environment: "prod", cluster, region, wish: {} };
  const target = { kind: "self-managed node group", nodeGroup: group } as const;
  const plan = assemblePlan(where, [await lookForPlan(outside, where, target, {}, now)], () => "c0ffee");
  const asked = requestRun(plan, { id, by: "U0OPERATOR", channel: "C0PROD", at: now }, rules);
  const decision = approve(asked.run, "U0APPROVER", plan.hash, rules, now);
  if (!decision.ok) throw new Error(`Not approved: ${decision.refusal}`);
  await runs.create(asked.run, asked.facts, now);
  await runs.save({ ...decision, revision: 1, at: now });
}

function sum(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].reduce((all, [, number]) => all + Number(number), 0);
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
