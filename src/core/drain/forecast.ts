import { describeBlocker } from "../blocker-words.js";
import { followBlockers, type Hindrance, hindranceOf } from "../blocking.js";
import type { Instant } from "../instant.js";
import type { Problem } from "../problems.js";
import type { BudgetSeen, EvictionAnswer, PodSeen } from "../seen.js";
import { judgePod } from "./filters.js";
import { notesAbout } from "./forecast-notes.js";
import { boundBy } from "./pace.js";

export interface ForecastLook {
  /** Of the nodes that are to be drained. */
  readonly pods: readonly PodSeen[];
  readonly budgets: readonly BudgetSeen[];
  /** To dry-run evictions, by uid; whoever is missing is judged by the budgets' status. */
  readonly answers: ReadonlyMap<string, EvictionAnswer>;
}

/** How a drain of nodes would go if it began now. */
export interface DrainForecast {
  /** Pods that would go. */
  readonly move: number;
  /** Pods that would not. */
  readonly block: number;
  /** One for each cause, what blocks first. */
  readonly warnings: readonly Problem[];
}

/** A drain that goes in more rounds than this on one node is worth a word before. */
const roundsUntold = 5;

export function forecast({ pods, budgets, answers }: ForecastLook, now: Instant): DrainForecast {
  const judged = pods.map((pod) => ({ pod, ...judgePod(pod, { now }) }));
  const toEvict = judged.filter(({ verdict }) => verdict === "evict").map(({ pod }) => pod);
  const hindrances = toEvict.flatMap((pod) => hindered(pod, answers.get(pod.uid), budgets) ?? []);
  const refused = toEvict.filter((pod) => isRefused(answers.get(pod.uid)));
  const held = judged.filter(({ verdict }) => verdict === "hold");
  const looping = hindrances.filter(isCrashLoop);
  const others = hindrances.filter((each) => !isCrashLoop(each));
  const blocking = new Set([...hindrances, ...held].map(({ pod }) => pod.uid));
  for (const pod of refused) blocking.add(pod.uid);
  return {
    move: toEvict.length + held.length - blocking.size,
    block: blocking.size,
    warnings: [
      ...followBlockers([], others, {}, 0, now).blockers.map(describeBlocker),
      ...loopWarnings(looping),
      ...refusals(refused, answers),
      ...rounds(toEvict, budgets, blocking),
      ...notesAbout(judged),
    ],
  };
}

/** "41 of 43 pods will move, 2 will block." */
export function sayForecast({ move, block }: Pick<DrainForecast, "move" | "block">): string {
  const all = move + block;
  if (all === 0) return "No pod has to move.";
  const pods = all === 1 ? "pod" : "pods";
  const whole = all === 1 ? "The 1 pod" : `All ${all} pods`;
  return block === 0 ? `${whole} will move.` : `${move} of ${all} ${pods} will move, ${block} will block.`;
}

function hindered(
  pod: PodSeen,
  answer: EvictionAnswer | undefined,
  budgets: readonly BudgetSeen[],
): Hindrance | undefined {
  if (answer && answer.kind !== "no answer" && answer.kind !== "busy")
    return hindranceOf(pod, answer, budgets);
  return hindranceOf(pod, { kind: "no answer", why: "" }, boundBy(pod, budgets));
}

/** By a webhook, mostly. What the bot may not ask (`next`) says nothing about the pod. */
function isRefused(answer: EvictionAnswer | undefined): boolean {
  return answer?.kind === "no answer" && answer.next === undefined;
}

/** The budget waits for a pod to become healthy that does not: neither of them moves. */
function isCrashLoop({ pod, reason, budgets }: Hindrance): boolean {
  return (
    pod.crashLooping &&
    (reason === "budget used up" || reason === "budget never allows it") &&
    budgets.length === 1
  );
}

function loopWarnings(hindrances: readonly Hindrance[]): Problem[] {
  return grouped(hindrances, ({ pod, budgets }) => `${pod.namespace}/${budgets[0]?.name}`).map((group) => {
    const [{ pod, budgets }] = group;
    const budget = budgets[0]?.name ?? "";
    const whose = pod.owner ? `${pod.owner.kind.toLowerCase()} ${pod.owner.name}` : "it";
    const what =
      group.length === 1
        ? `Pod ${nameOf(pod)} crash-loops`
        : `${group.length} pods like ${nameOf(pod)} crash-loop`;
    return {
      code: "CrashLoopBlocks",
      what: `${what}, and disruption budget ${budget} lets no pod go before it is healthy`,
      next: `Repair ${whose} or scale it down, or set unhealthyPodEvictionPolicy: AlwaysAllow on budget ${budget}.`,
    };
  });
}

function refusals(pods: readonly PodSeen[], answers: ForecastLook["answers"]): Problem[] {
  const whyOf = ({ uid }: PodSeen) => {
    const answer = answers.get(uid);
    return answer?.kind === "no answer" ? answer.why : "";
  };
  return grouped(pods, whyOf).map((group) => {
    const [pod] = group;
    const who =
      group.length === 1 ? `Pod ${nameOf(pod)} would` : `${group.length} pods like ${nameOf(pod)} would`;
    return {
      code: "EvictionRefused",
      what: `${who} not be evicted: ${whyOf(pod)}`,
      next: "Ask whoever runs what refuses it, and have it let evictions through during the upgrade.",
    };
  });
}

/** Pods of one budget on one node go one batch after the other, each as large as the budget allows. */
function rounds(
  pods: readonly PodSeen[],
  budgets: readonly BudgetSeen[],
  blocking: ReadonlySet<string>,
): Problem[] {
  return budgets.flatMap((budget) => {
    const its = pods.filter((pod) => !blocking.has(pod.uid) && boundBy(pod, budgets)[0] === budget);
    const [most = []] = grouped(its, ({ node }) => node).toSorted((one, other) => other.length - one.length);
    const [pod] = most;
    const allowed = budget.disruptionsAllowed;
    if (!pod || allowed === 0 || Math.ceil(most.length / allowed) <= roundsUntold) return [];
    const turns = Math.ceil(most.length / allowed);
    return {
      code: "BudgetSlowsDrain",
      what: `Disruption budget ${budget.namespace}/${budget.name} lets ${allowed} of its ${most.length} pods on node ${pod.node} go at a time: ${turns} rounds`,
      next: "Nothing to do if you can wait; otherwise add replicas, or loosen the budget.",
    };
  });
}

type NonEmpty<Item> = readonly [Item, ...Item[]];

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): NonEmpty<Item>[] {
  const groups = new Map<string, [Item, ...Item[]]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return [...groups.values()];
}

const nameOf = ({ namespace, name }: PodSeen) => `${namespace}/${name}`;
