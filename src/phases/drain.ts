import type { Clock } from "../clock.js";
import type { Hindrance } from "../core/blocking.js";
import { judgePod } from "../core/drain/filters.js";
import { type PodLeft, whatIsLeft } from "../core/drain/left.js";
import { type Pace, pace } from "../core/drain/pace.js";
import type { PodWait } from "../core/drain/waits.js";
import { type Instant, type Milliseconds, second } from "../core/instant.js";
import type { PodSeen } from "../core/seen.js";
import type { Kubernetes } from "../kubernetes/cluster.js";
import type { Followed } from "../kubernetes/watch.js";
import { type Bell, hangBell } from "./bell.js";
import { type Evictions, startEvictions } from "./evictions.js";

export interface DrainOrder {
  readonly kubernetes: Pick<Kubernetes, "evict" | "follow">;
  /** Nodes that are being drained, and since when: their records say so. */
  readonly nodes: Readonly<Record<string, Instant>>;
  /** As the last turn returned them. */
  readonly waits: readonly PodWait[];
  readonly clock: Clock;
  /** Ends the turn by throwing the signal's reason. */
  readonly signal?: AbortSignal;
  /** A person clicked: the turn ends early, with what it knows. */
  readonly interrupt?: AbortSignal;
  /** From 0 to 1. */
  readonly random?: () => number;
  /** Real time of a turn at most, 5 s where not given. */
  readonly atMost?: Milliseconds;
  /** The turn ends when nothing has changed for so long, in real time: 2 s where not given. */
  readonly quietFor?: Milliseconds;
}

export interface DrainReport {
  /** By node: pods that must still leave. Every node of the order is there; one without pods is empty. */
  readonly left: Readonly<Record<string, readonly PodLeft[]>>;
  /** For `followBlockers`. */
  readonly hindrances: readonly Hindrance[];
  /** To be saved and handed to the next turn: pods in trouble only, and not more than `waitsKept`. */
  readonly waits: readonly PodWait[];
  /** How many pods left during this turn. */
  readonly gone: number;
  /** How many evictions were asked for. */
  readonly evictions: number;
  /** When somebody is due to be asked (again). Absent: nothing but the world's own changes is waited for. */
  readonly next?: Instant;
}

/** A record must not grow with the cluster: who is forgotten is asked a little sooner. */
const waitsKept = 100;

interface Turn {
  readonly order: DrainOrder;
  /** How often the world has changed; what we are told over and over is no change. */
  changes: number;
  readonly followed: Followed;
  readonly evictions: Evictions;
  readonly bell: Bell;
}

/**
 * Drains nodes for a while: asks pods to leave as `core/drain/pace.ts` says, follows what becomes of them, and returns
 * when all are gone, when nothing moves any more, or when its time is up. Harmless when two workers do it at once.
 * Throws `Trouble`: "denied" where the bot may not evict or list.
 */
export async function drainTurn(order: DrainOrder): Promise<DrainReport> {
  const { kubernetes, nodes, signal, interrupt } = order;
  const bell = hangBell();
  const look = { changes: 0 };
  const changed = () => {
    look.changes++;
    bell.ring();
  };
  const followed = await kubernetes.follow(Object.keys(nodes), changed, signal);
  const ends = new AbortController();
  const stops = [ends.signal, signal, interrupt].filter((each) => each !== undefined);
  const stop = AbortSignal.any(stops);
  stop.addEventListener("abort", bell.ring, { once: true });
  const evictions = startEvictions({ ...order, ring: bell.ring, signal: stop });
  const turn = Object.assign(look, { order, followed, evictions, bell });
  const before = leaving(turn);
  try {
    await untilDone(turn, stop);
    await evictions.settled();
    signal?.throwIfAborted();
    evictions.check();
    return reportOf(turn, before);
  } finally {
    ends.abort();
    followed.close();
  }
}

/** Until all pods are gone, nothing moves, the time is up, or somebody wants it to stop. */
async function untilDone(turn: Turn, stop: AbortSignal): Promise<void> {
  const { order, followed, evictions, bell } = turn;
  const { clock, atMost = 5 * second, quietFor = 2 * second } = order;
  const until = performance.now() + atMost;
  // In slices: a process that was held up for a while has heard nothing, which does not mean that it was quiet.
  const slice = quietFor / 4;
  let quiet = 0;
  while (!stop.aborted && quiet < quietFor) {
    followed.check();
    evictions.check();
    if (leaving(turn).length === 0) return;
    const next = ask(turn);
    const began = performance.now();
    if (began >= until) return;
    const due = next === undefined ? slice : Math.min(slice, clock.realDelayUntil(next));
    const { changes } = turn;
    await bell.heard(Math.min(until - began, due));
    // What is on its way is an answer to come.
    const moved = turn.changes !== changes || evictions.flying.size > 0;
    quiet = moved ? 0 : quiet + Math.min(slice, performance.now() - began);
  }
}

/** Pods that must leave, and are not gone. */
function leaving({ followed, order }: Turn): PodSeen[] {
  return followed.pods().filter((pod) => verdictOf(pod, order) !== "leave");
}

function verdictOf(pod: PodSeen, { nodes, clock }: DrainOrder) {
  const since = nodes[pod.node];
  return since === undefined ? "leave" : judgePod(pod, { now: clock.now(), since }).verdict;
}

/** Asks whoever is due. Returns when the next pause is over. */
function ask(turn: Turn): Instant | undefined {
  const { now, next } = paceNow(turn);
  for (const pod of now) if (!turn.evictions.ask(pod)) break;
  return next;
}

function paceNow({ followed, evictions, order }: Turn): Pace {
  const pods = followed.pods();
  const toAsk = pods.filter((pod) => verdictOf(pod, order) === "evict");
  const ending = pods.filter((pod) => verdictOf(pod, order) === "wait");
  const waits = [...evictions.waits.values()];
  const look = { pods: toAsk, ending, waits, budgets: followed.budgets(), asked: evictions.asked() };
  return pace(look, order.clock.now());
}

function reportOf(turn: Turn, before: readonly PodSeen[]): DrainReport {
  const { order, followed, evictions } = turn;
  const pods = followed.pods();
  const now = order.clock.now();
  const look = { pods, nodes: order.nodes, budgets: followed.budgets(), answers: evictions.answers };
  const still = new Set(pods.map((pod) => pod.uid));
  const toAsk = new Set(pods.filter((pod) => verdictOf(pod, order) === "evict").map((pod) => pod.uid));
  const waits = [...evictions.waits.values()].filter((wait) => toAsk.has(wait.uid));
  const due = paceNow(turn);
  const next = due.now.length > 0 ? now : due.next;
  return {
    ...whatIsLeft(look, now),
    waits: waits.toSorted((one, other) => other.tries - one.tries).slice(0, waitsKept),
    gone: before.filter((pod) => !still.has(pod.uid)).length,
    evictions: evictions.count(),
    ...(next !== undefined && { next }),
  };
}
