import { budgetsOver } from "../budgets.js";
import { type Instant, second } from "../instant.js";
import type { BudgetSeen, PodSeen } from "../seen.js";
import type { PodWait } from "./waits.js";

/**
 * Whom to ask to leave now, and when to look again if nothing happens before. Requests grow with pods, not with time:
 * a budget that allows n disruptions is asked for n, and one that allows none is hardly asked at all, since its status
 * says what an eviction would be answered.
 */

export interface PaceLook {
  /** Those of draining nodes that must leave and have not begun to, critical ones and all. */
  readonly pods: readonly PodSeen[];
  readonly budgets: readonly BudgetSeen[];
  readonly waits: readonly PodWait[];
  /** Uids of pods whose eviction is on its way, or accepted without showing yet: they use up their budgets. */
  readonly asked: ReadonlySet<string>;
  /** Pods that are ending. While one of a budget's is, the budget may allow more by itself. */
  readonly ending: readonly PodSeen[];
}

export interface Pace {
  readonly now: readonly PodSeen[];
  /** When the next pause is over; absent where none is. */
  readonly next?: Instant;
}

/** Pods that stand and fall together: none, one, or several budgets have a say in them. */
interface Group {
  readonly budgets: readonly BudgetSeen[];
  readonly pods: PodSeen[];
}

interface Turn {
  readonly due: readonly PodSeen[];
  readonly next: Instant;
}

/** No pod is asked again sooner than this, whatever its budget's status says. */
const shortest = second;

/** While the API server throttles: a probe, not a crowd. */
const probesWhileBusy = 2;

/** For so long after the last time it said so. */
const remembered = 10 * second;

export function pace(look: PaceLook, now: Instant): Pace {
  const waits = new Map(look.waits.map((wait) => [wait.uid, wait]));
  const busyUntil = Math.max(...look.waits.map((each) => (each.answer === "busy" ? each.notBefore : 0)), 0);
  if (busyUntil > now) return { now: [], next: busyUntil };

  const turns = groupsOf(askable(look), look.budgets).map((group) => turnOf(group, look, waits, now));
  const dues = turns.flatMap((turn) => turn.due);
  const calmAt = busyUntil + remembered;
  const onTheWay = look.pods.filter((pod) => look.asked.has(pod.uid)).length;
  const room = now < calmAt ? Math.max(0, probesWhileBusy - onTheWay) : Number.POSITIVE_INFINITY;
  const next = Math.min(
    ...turns.map((turn) => turn.next),
    dues.length > room ? calmAt : Number.POSITIVE_INFINITY,
  );
  return { now: dues.slice(0, room), ...(Number.isFinite(next) && { next }) };
}

/** What keeps the cluster going is asked only when everything else on its node has been. */
function askable({ pods, asked }: PaceLook): PodSeen[] {
  const busyNodes = new Set(
    pods.filter((pod) => !pod.critical && !asked.has(pod.uid)).map((pod) => pod.node),
  );
  const left = new Map<string, number>();
  for (const { node } of pods) left.set(node, (left.get(node) ?? 0) + 1);
  const leftOn = ({ node }: PodSeen) => left.get(node) ?? 0;
  return (
    pods
      .filter((pod) => !pod.critical || !busyNodes.has(pod.node))
      // The emptiest node first: it is done soonest, and what a budget allows is not spread thin over many.
      .toSorted((one, other) => Number(one.ready) - Number(other.ready) || leftOn(one) - leftOn(other))
  );
}

function groupsOf(pods: readonly PodSeen[], budgets: readonly BudgetSeen[]): Group[] {
  const groups = new Map<string, Group>();
  for (const pod of pods) {
    const over = boundBy(pod, budgets);
    const key = over.length === 0 ? "" : `${pod.namespace}/${over.map((each) => each.name).join("+")}`;
    const group = groups.get(key) ?? { budgets: over, pods: [] };
    group.pods.push(pod);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** The API server asks no budget about a pod that is not up yet, nor, often, about one that is not ready. */
export function boundBy(pod: PodSeen, budgets: readonly BudgetSeen[]): readonly BudgetSeen[] {
  if (pod.phase === "Pending") return [];
  const over = budgetsOver(pod, budgets);
  const [only, second] = over;
  return only && !second && mayGoUnready(pod, only) ? [] : over;
}

function mayGoUnready(pod: PodSeen, budget: BudgetSeen): boolean {
  if (pod.ready) return false;
  if (budget.unhealthyPodEvictionPolicy === "AlwaysAllow") return true;
  return budget.desiredHealthy > 0 && budget.currentHealthy >= budget.desiredHealthy;
}

function turnOf(
  { budgets, pods }: Group,
  { asked, ending }: PaceLook,
  waits: ReadonlyMap<string, PodWait>,
  now: Instant,
): Turn {
  const free = freeOf(budgets);
  const waiting = pods.filter((pod) => !asked.has(pod.uid));
  const onTheWay = pods.length - waiting.length;
  if (free <= 0) {
    const moves = onTheWay > 0 || ending.some((pod) => budgetsOver(pod, budgets).length > 0);
    return probe(waiting, moves, waits, now);
  }
  const dueAt = (pod: PodSeen) => whenDue(waits.get(pod.uid), free);
  const due = waiting.filter((pod) => dueAt(pod) <= now).toSorted((one, other) => dueAt(one) - dueAt(other));
  return { due: due.slice(0, Math.max(0, free - onTheWay)), next: soonest(waiting.map(dueAt), now) };
}

/** One pod speaks for all that are blocked alike, ever more rarely: so much for a status that we see too late. */
function probe(
  pods: readonly PodSeen[],
  moves: boolean,
  waits: ReadonlyMap<string, PodWait>,
  now: Instant,
): Turn {
  const paused = pods
    .flatMap((pod) => waits.get(pod.uid) ?? [])
    .toSorted((one, other) => other.tries - one.tries);
  const until = Math.max(...paused.map((wait) => wait.notBefore), 0);
  if (until > now) return { due: [], next: until };
  const speaker = pods.find((pod) => pod.uid === paused[0]?.uid) ?? pods[0];
  return { due: speaker && !moves ? [speaker] : [], next: Number.POSITIVE_INFINITY };
}

/** How many of the group the API server would let go now. */
function freeOf([budget, second]: readonly BudgetSeen[]): number {
  if (!budget) return Number.POSITIVE_INFINITY;
  if (second || !budget.observed || budget.syncFailed !== undefined) return 0;
  return budget.disruptionsAllowed;
}

/** What a budget was in the way of need not wait for the end of its pause once the budget allows it. */
function whenDue(wait: PodWait | undefined, free: number): Instant {
  if (!wait) return 0;
  const byBudget = wait.answer !== "no answer" && wait.answer !== "would go" && wait.answer !== "busy";
  return byBudget && free > 0 ? wait.askedAt + shortest : wait.notBefore;
}

function soonest(dues: readonly Instant[], now: Instant): Instant {
  return Math.min(...dues.filter((due) => due > now), Number.POSITIVE_INFINITY);
}
