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

/** From the worker: a part begins (its plan is approved; nodes are replaced; enough of them were), the world is to go on. */
export type FromWorker =
  | { readonly kind: "approved" | "upgrading" | "enough" }
  | { readonly kind: "pass"; readonly milliseconds: number }
  | { readonly kind: "over"; readonly figures: WorkerFigures };

/** To the worker: what the world's time is now. */
export interface ToWorker {
  readonly now: number;
}

export interface WorkerFigures {
  readonly succeeded: boolean;
  /** World seconds from the first look to the last. */
  readonly seconds: number;
  /** World seconds that each phase took. */
  readonly phases: Readonly<Record<string, number>>;
  /** While nodes were being replaced. */
  readonly upgrading: {
    readonly nodes: number;
    readonly looks: number;
    readonly processorSeconds: number;
    readonly redis: RedisUse;
  };
  /** Bytes of the record as it was saved, at most. */
  readonly record: number;
  /** Bytes of heap after garbage collection: before the first look, between looks at most, and at most in a look. */
  readonly heapBefore: number;
  readonly heap: number;
  readonly heapInLook: number;
}

export interface RedisUse {
  readonly operations: number;
  /** Bytes. */
  readonly received: number;
  readonly sent: number;
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
  const redis = connectRedis({ socket: order.redisSocket }, "worker", () => {});
  const runs = redisRuns(redis);
  const outside = connectOutside();
  await plan(order, runs, outside, order.now);
  tell({ kind: "approved" });
  const most = { record: 0, heap: 0, heapInLook: 0 };
  const heapBefore = await heap();
  let now = order.now;
  let part: Part = "before";
  let upgrading = { looks: 0, nodes: 0, processor: process.cpuUsage() };
  let used = { operations: 0, received: 0, sent: 0 };
  for (let looks = 0, over = false; !over; looks++) {
    const measured = looks % measureEvery === 0;
    const ticked = await look({ now, runs, turns: redisTurns(redis), outside }, async () => {
      if (measured) most.heapInLook = Math.max(most.heapInLook, await heap());
    });
    const [progress] = ticked.run.steps;
    most.record = Math.max(most.record, JSON.stringify(ticked.run).length);
    const due = ticked.next === "wait" ? (ticked.run.wait?.until ?? now) - now : 0;
    now = await pass(Math.max(lookTakes, due));
    if (measured) most.heap = Math.max(most.heap, await heap());
    const nodes = Object.values(progress?.nodes ?? {}).filter(({ old, state }) => old && state === "gone").length;
    upgrading = { ...upgrading, nodes, looks: upgrading.looks + 1 };
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
