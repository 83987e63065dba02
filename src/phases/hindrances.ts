import { type Hindrance, hindranceOf, suspects } from "../core/blocking.js";
import { type Problem, Trouble } from "../core/problems.js";
import type { PodSeen } from "../core/seen.js";
import type { Kubernetes } from "../kubernetes/cluster.js";

/** A dry run costs the API server as much as an eviction: the first ones tell the story. */
const askedAtMost = 20;

/** Hindrances, and what the bot was not allowed to ask: budgets alone may not tell all of them. */
interface Found {
  readonly hindrances: readonly Hindrance[];
  readonly denied?: Trouble;
}

/** Pods of the nodes that are to go which could not be evicted now, and why. Nothing is evicted to find out. */
export async function findHindrances(
  kubernetes: Kubernetes,
  leaving: ReadonlySet<string>,
  pods: readonly PodSeen[],
  signal?: AbortSignal,
): Promise<Found> {
  if (leaving.size === 0) return { hindrances: [] };
  const budgets = await kubernetes.budgets(signal);
  const asked = suspects(pods, leaving, budgets).sort(drainingFirst(pods)).slice(0, askedAtMost);
  const answers = await Promise.all(
    asked.map(async (pod) => ({ pod, answer: await kubernetes.tryEviction(pod, signal) })),
  );
  const hindrances = answers.flatMap(({ pod, answer }) => hindranceOf(pod, answer, budgets) ?? []);
  const [next] = answers.flatMap(({ answer }) => (answer.kind === "no answer" && answer.next) || []);
  if (next === undefined) return { hindrances };
  return { hindrances, denied: new Trouble("denied", "ask whether pods could be evicted", "HTTP 403", next) };
}

/** Nodes from which pods are leaving already are the ones that EKS waits for. */
function drainingFirst(pods: readonly PodSeen[]): (one: PodSeen, other: PodSeen) => number {
  const draining = new Set(pods.filter((pod) => pod.disruption || pod.deletingSince).map((pod) => pod.node));
  return (one, other) => Number(draining.has(other.node)) - Number(draining.has(one.node));
}

/** The plan stands without it. */
export function notForeseen(error: Trouble): Problem {
  return {
    code: "DrainNotForeseen",
    what: `Not all that would block a drain could be seen: could not ${error.call} (${error.code})`,
    next: error.next || "The upgrade can be started all the same.",
  };
}
