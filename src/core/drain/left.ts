import { type Hindrance, hindranceOf } from "../blocking.js";
import type { Instant } from "../instant.js";
import type { BudgetSeen, EvictionAnswer, PodSeen } from "../seen.js";
import { type DrainVerdict, judgePod } from "./filters.js";
import { boundBy } from "./pace.js";

/** A pod that must still leave its node. */
export interface PodLeft {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly verdict: Exclude<DrainVerdict, "leave">;
  /** About the pod: "is ending", "waits for budget ui, which needs 2 healthy pods and has 2". */
  readonly reason: string;
}

export interface LeftLook {
  readonly pods: readonly PodSeen[];
  /** Nodes that are being drained, and since when. */
  readonly nodes: Readonly<Record<string, Instant>>;
  readonly budgets: readonly BudgetSeen[];
  /** What their last evictions were answered, by uid. */
  readonly answers: ReadonlyMap<string, EvictionAnswer>;
}

export interface Left {
  readonly left: Readonly<Record<string, readonly PodLeft[]>>;
  readonly hindrances: readonly Hindrance[];
}

/** What has not left yet, by node, and why. */
export function whatIsLeft({ pods, nodes, budgets, answers }: LeftLook, now: Instant): Left {
  const hindrances: Hindrance[] = [];
  const left = Object.fromEntries(Object.keys(nodes).map((node): [string, PodLeft[]] => [node, []]));
  for (const pod of pods) {
    const since = nodes[pod.node];
    if (since === undefined) continue;
    const { verdict, reason } = judgePod(pod, { now, since });
    if (verdict === "leave") continue;
    const answer = answers.get(pod.uid);
    const hindrance = hindranceIn(verdict, reason, pod, answer, budgets);
    if (hindrance) hindrances.push(hindrance);
    const { namespace, name, uid } = pod;
    const why = verdict === "evict" ? whyStill(hindrance, answer) : reason;
    left[pod.node]?.push({ namespace, name, uid, verdict, reason: why });
  }
  return { left, hindrances };
}

function hindranceIn(
  verdict: PodLeft["verdict"],
  reason: string,
  pod: PodSeen,
  answer: EvictionAnswer | undefined,
  budgets: readonly BudgetSeen[],
): Hindrance | undefined {
  switch (verdict) {
    case "wait":
      return undefined;
    case "hold":
      return { pod, reason: "does not end", budgets: [], why: reason };
    case "evict":
      return hindranceNow(pod, answer, budgets) ?? refused(pod, answer);
  }
}

/** Not by a budget: nothing that the bot could wait for is known. */
function refused(pod: PodSeen, answer: EvictionAnswer | undefined): Hindrance | undefined {
  if (answer?.kind !== "no answer") return undefined;
  return { pod, reason: "eviction refused", budgets: [], why: answer.why };
}

/**
 * A budget that was used up when the pod was asked may have room by now, and one that has none need not be asked: its
 * status decides. What else was answered stands.
 */
function hindranceNow(
  pod: PodSeen,
  answer: EvictionAnswer | undefined,
  budgets: readonly BudgetSeen[],
): Hindrance | undefined {
  if (answer?.kind === "would go") return undefined;
  const binding = boundBy(pod, budgets);
  const byStatus = hindranceOf(pod, { kind: "no answer", why: "" }, binding);
  const byAnswer = answer && hindranceOf(pod, answer, budgets);
  return answer?.kind === "budget used up" && !byStatus ? undefined : (byAnswer ?? byStatus);
}

function whyStill(hindrance: Hindrance | undefined, answer: EvictionAnswer | undefined): string {
  if (hindrance) return blockedBy(hindrance);
  switch (answer?.kind) {
    case "busy":
      return "waits: the API server asks for patience";
    case "would go":
      return "has been asked to leave";
    default:
      return "has yet to be asked to leave";
  }
}

function blockedBy({ reason, budgets, needs, has, why }: Hindrance): string {
  const names = budgets.map((budget) => budget.name).join(" and ");
  switch (reason) {
    case "budget used up":
      return `waits for budget ${names}${counts(needs, has)}`;
    case "budget never allows it":
      return `is held by budget ${names}, which never lets one go${counts(needs, has)}`;
    case "budget not yet observed":
      return `waits for Kubernetes to look at budget ${names}`;
    case "budget cannot be computed":
      return `is held by budget ${names}, which cannot be computed${why ? `: ${why}` : ""}`;
    case "several budgets":
      return `is held by several budgets at once: ${names}`;
    case "eviction refused":
      return `could not be asked to leave: ${why ?? "refused"}`;
    case "does not end":
      return why ?? "does not end";
  }
}

function counts(needs: number | undefined, has: number | undefined): string {
  return needs === undefined || has === undefined
    ? ""
    : `, which needs ${needs} healthy ${needs === 1 ? "pod" : "pods"} and has ${has}`;
}
