import { allowsNone, budgetsOver, neverAllows } from "./budgets.js";
import { mustLeave } from "./drain/filters.js";
import type { Fact } from "./events.js";
import { type Instant, type Milliseconds, minute, second } from "./instant.js";
import type { DrainBlocker, NodeProgress } from "./run.js";
import type { BudgetSeen, EvictionAnswer, PodSeen } from "./seen.js";

/**
 * Why a drain does not go on, before EKS gives up: which pod, which budget, since when, what to do. EKS itself tells
 * only the node, and only after 15 minutes. Found from the budgets' status and from dry-run evictions.
 */

/** EKS gives the pods of one node so long to leave (EKS user guide, managed node update behaviour). */
const drainLimit = 15 * minute;

/**
 * How long it has to last before people can read of it, and before one is called. Pods that are starting free most
 * budgets by themselves, and each drained node has some of those; a budget that was just changed is looked at within
 * seconds. What never passes by itself is told and called for at once.
 */
const patience: Readonly<Partial<Record<BlockReason, { told: Milliseconds; called: Milliseconds }>>> = {
  "budget used up": { told: 30 * second, called: 4 * minute },
  "budget not yet observed": { told: 2 * minute, called: 2 * minute },
  "eviction refused": { told: 15 * second, called: minute },
};

export type BlockReason = DrainBlocker["reason"];

/** One pod that could not be evicted now, and why. */
export interface Hindrance {
  readonly pod: PodSeen;
  readonly reason: BlockReason;
  readonly budgets: readonly BudgetSeen[];
  /** As the server told them, else as the budget's status says. */
  readonly needs?: number;
  readonly has?: number;
  readonly why?: string;
}

/** Pods of these nodes that may be hindered: worth asking the API server about, by dry-run eviction. */
export function suspects(
  pods: readonly PodSeen[],
  nodes: ReadonlySet<string>,
  budgets: readonly BudgetSeen[],
): PodSeen[] {
  return pods.filter((pod) => {
    if (!nodes.has(pod.node) || !mustLeave(pod) || pod.deletingSince !== undefined) return false;
    const over = budgetsOver(pod, budgets);
    return over.length > 1 || over.some((budget) => !budget.observed || budget.disruptionsAllowed === 0);
  });
}

/** What a dry-run eviction's answer means. Undefined: nothing stands in the pod's way, or nothing is known. */
export function hindranceOf(
  pod: PodSeen,
  answer: EvictionAnswer,
  budgets: readonly BudgetSeen[],
): Hindrance | undefined {
  const over = budgetsOver(pod, budgets);
  switch (answer.kind) {
    case "would go":
    case "gone":
    case "another pod":
    case "busy":
      return undefined;
    case "several budgets":
      return { pod, reason: "several budgets", budgets: over };
    case "budget cannot be computed":
      return {
        pod,
        reason: "budget cannot be computed",
        budgets: named(over, answer.budget),
        ...(answer.why && { why: answer.why }),
      };
    case "budget not yet observed":
      return { pod, reason: "budget not yet observed", budgets: named(over, answer.budget) };
    case "budget used up": {
      const [budget] = named(over, answer.budget);
      return {
        pod,
        reason: budget && neverAllows(budget) ? "budget never allows it" : "budget used up",
        budgets: budget ? [budget] : [],
        ...present("needs", answer.needs ?? budget?.desiredHealthy),
        ...present("has", answer.has ?? budget?.currentHealthy),
      };
    }
    case "no answer":
      return fromStatus(pod, over);
  }
}

/** Without an answer (the bot may not create evictions) the budgets' own status has to do. */
function fromStatus(pod: PodSeen, over: readonly BudgetSeen[]): Hindrance | undefined {
  const [budget, second] = over;
  if (!budget) return undefined;
  if (second) return { pod, reason: "several budgets", budgets: over };
  if (budget.syncFailed !== undefined) {
    return { pod, reason: "budget cannot be computed", budgets: over, why: budget.syncFailed };
  }
  if (!budget.observed) return { pod, reason: "budget not yet observed", budgets: over };
  if (budget.disruptionsAllowed > 0) return undefined;
  const reason = neverAllows(budget) ? "budget never allows it" : "budget used up";
  return { pod, reason, budgets: over, needs: budget.desiredHealthy, has: budget.currentHealthy };
}

const named = (budgets: readonly BudgetSeen[], name: string | undefined) => {
  const found = budgets.filter((budget) => budget.name === name);
  return found.length > 0 ? found : budgets;
};

export interface BlockingChange {
  readonly blockers: readonly DrainBlocker[];
  readonly facts: readonly Fact[];
}

/** What became of the hindrances since the last look: one blocker per cause, told when it is known to last. */
export function followBlockers(
  before: readonly DrainBlocker[],
  hindrances: readonly Hindrance[],
  nodes: Readonly<Record<string, NodeProgress>>,
  index: number,
  now: Instant,
): BlockingChange {
  const groups = new Map<string, Hindrance[]>();
  const told = inTheWay(hindrances, nodes);
  // The node that EKS is draining comes first: it is the one that runs out of time.
  const drains = ({ pod }: Hindrance) => Number(nodes[pod.node]?.state === "draining");
  for (const hindrance of told.toSorted((one, other) => drains(other) - drains(one))) {
    const id = blockerIdOf(hindrance);
    groups.set(id, [...(groups.get(id) ?? []), hindrance]);
  }
  const facts: Fact[] = [];
  const blockers = [...groups].map(([id, group]) => {
    const known = before.find((blocker) => blocker.id === id);
    const blocker = blockerOf(id, group, nodes, known, now);
    if (blocker.told && !known?.told) facts.push({ type: "DrainBlocked", step: index, blocker });
    else if (blocker.called && !isCalled(known)) facts.push({ type: "DrainBlockLasts", step: index, id });
    return blocker;
  });
  for (const old of before) {
    if (old.told && !groups.has(old.id)) facts.push({ type: "DrainUnblocked", step: index, id: old.id });
  }
  return { blockers, facts };
}

/**
 * What passes by itself hinders only the nodes that are being drained: the others' turn comes later. Where no node is
 * seen on its way, the one being drained may be any (its first pod may be the one that does not go).
 */
function inTheWay(
  hindrances: readonly Hindrance[],
  nodes: Readonly<Record<string, NodeProgress>>,
): readonly Hindrance[] {
  const states = Object.values(nodes).map((node) => node.state);
  if (!states.some((state) => state === "draining" || state === "empty" || state === "terminating")) {
    return hindrances;
  }
  return hindrances.filter(
    ({ pod, reason }) => patience[reason] === undefined || nodes[pod.node]?.state === "draining",
  );
}

export function blockerIdOf({ pod, reason, budgets }: Hindrance): string {
  const names = budgets
    .map((budget) => budget.name)
    .sort()
    .join("+");
  return `${pod.namespace}/${names || pod.name}/${reason}`;
}

function blockerOf(
  id: string,
  group: readonly Hindrance[],
  nodes: Readonly<Record<string, NodeProgress>>,
  known: DrainBlocker | undefined,
  now: Instant,
): DrainBlocker {
  const [first] = group;
  if (!first) throw new Error("A blocker needs a pod.");
  const since = known?.since ?? now;
  const lasted = now - since;
  const wait = patience[first.reason];
  const draining = group.flatMap(({ pod }) => {
    const node = nodes[pod.node];
    return node?.state === "draining" ? [node.since + drainLimit] : [];
  });
  return {
    id,
    reason: first.reason,
    namespace: first.pod.namespace,
    pods: group.map(({ pod }) => ({ name: pod.name, node: pod.node })).slice(0, podsKept),
    podCount: group.length,
    ...present("owner", first.pod.owner),
    budgets: first.budgets.map((budget) => budget.name),
    ...present("needs", first.needs),
    ...present("has", first.has),
    ...present("why", first.why),
    ...(first.budgets.some(allowsNone) && { allowsNone: true }),
    since,
    ...(draining.length > 0 && { givesUpAt: Math.min(...draining) }),
    told: known?.told === true || lasted >= (wait?.told ?? 0),
    called: isCalled(known) || lasted >= (wait?.called ?? 0),
  };
}

/** Older bots called for everything that they told. */
function isCalled(blocker: DrainBlocker | undefined): boolean {
  return blocker !== undefined && (blocker.called ?? blocker.told);
}

/** A record must not grow with the size of a Deployment. */
const podsKept = 10;

function present<Name extends string, Value>(name: Name, value: Value | undefined) {
  return (value === undefined ? {} : { [name]: value }) as { [name in Name]?: Value };
}
