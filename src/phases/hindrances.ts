import { describeBlocker } from "../core/blocker-words.js";
import { followBlockers, type Hindrance, hindranceOf, suspects } from "../core/blocking.js";
import type { Instant } from "../core/instant.js";
import { isTrouble, type Problem } from "../core/problems.js";
import type { ClusterSeen, PodSeen } from "../core/seen.js";
import type { Kubernetes } from "../kubernetes/cluster.js";
import type { Outside } from "./outside.js";

/** A dry run costs the API server as much as an eviction: the first ones tell the story. */
const askedAtMost = 20;

/** Pods of the nodes that are to go which could not be evicted now, and why. Nothing is evicted to find out. */
export async function findHindrances(
  kubernetes: Kubernetes,
  leaving: ReadonlySet<string>,
  pods: readonly PodSeen[],
  signal?: AbortSignal,
): Promise<Hindrance[]> {
  if (leaving.size === 0) return [];
  const budgets = await kubernetes.budgets(signal);
  const asked = suspects(pods, leaving, budgets).sort(drainingFirst(pods)).slice(0, askedAtMost);
  const found = await Promise.all(
    asked.map(async (pod) => hindranceOf(pod, await kubernetes.tryEviction(pod, signal), budgets)),
  );
  return found.flatMap((hindrance) => hindrance ?? []);
}

/** Nodes from which pods are leaving already are the ones that EKS waits for. */
function drainingFirst(pods: readonly PodSeen[]): (one: PodSeen, other: PodSeen) => number {
  const draining = new Set(pods.filter((pod) => pod.disruption || pod.deletingSince).map((pod) => pod.node));
  return (one, other) => Number(draining.has(other.node)) - Number(draining.has(one.node));
}

/**
 * What would make a drain of this node group stop for ever, known before it begins: warnings, not blockers, because
 * people can act while the update runs.
 */
export async function foreseeHindrances(
  outside: Outside,
  cluster: ClusterSeen,
  nodeGroup: string,
  now: Instant,
): Promise<Problem[]> {
  try {
    const kubernetes = outside.kubernetes(cluster);
    const names = (await kubernetes.nodes(nodeGroup)).map((node) => node.name);
    const hindrances = await findHindrances(kubernetes, new Set(names), await kubernetes.pods(names));
    // What is told at the very first look does not pass by itself.
    const { blockers } = followBlockers([], hindrances, {}, 0, now);
    return blockers.filter((blocker) => blocker.told).map(describeBlocker);
  } catch (error) {
    if (!isTrouble(error)) throw error;
    const next = error.next || "The upgrade can be started all the same.";
    return [
      {
        code: "DrainNotForeseen",
        what: `Could not see what would block a drain: ${error.call} failed (${error.code})`,
        next,
      },
    ];
  }
}
