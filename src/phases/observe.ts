import { type Hindrance, hindranceOf, suspects } from "../core/blocking.js";
import type { UpdateLook } from "../core/judge-update.js";
import { isMarked } from "../core/node-states.js";
import { isTrouble, type Trouble } from "../core/problems.js";
import type { NodeSeen, PodSeen } from "../core/seen.js";
import type { Kubernetes } from "../kubernetes/cluster.js";
import type { Outside } from "./outside.js";

/** What was seen, and what could not be: a cluster API that is away must not stop us from following what AWS tells. */
export interface Observed {
  readonly look: UpdateLook;
  readonly trouble?: Trouble;
}

/** One look at an update in progress. Reads only. @throws Trouble when AWS cannot be asked */
export async function observeUpdate(
  outside: Outside,
  where: { region: string; cluster: string; nodeGroup: string },
  updateId: string,
  signal: AbortSignal,
): Promise<Observed> {
  const { eks, autoScaling } = outside.region(where.region);
  const [update, nodeGroup, cluster] = await Promise.all([
    eks.update(where.cluster, where.nodeGroup, updateId, signal),
    eks.nodeGroup(where.cluster, where.nodeGroup, signal),
    eks.cluster(where.cluster, signal),
  ]);
  const autoScalingGroups = await autoScaling.groups(nodeGroup.autoScalingGroups, signal);
  const look: UpdateLook = { update, nodeGroup, autoScalingGroups };
  try {
    const kubernetes = outside.kubernetes(cluster);
    const nodes = await kubernetes.nodes(where.nodeGroup, signal);
    const names = nodes.map((node) => node.name);
    const pods = await kubernetes.pods(names, signal);
    return await withHindrances(look, kubernetes, nodes, pods, signal);
  } catch (error) {
    if (!isTrouble(error)) throw error;
    return { look, trouble: error };
  }
}

/** Without the right to read budgets the update is followed all the same, and the missing right is said. */
async function withHindrances(
  look: UpdateLook,
  kubernetes: Kubernetes,
  nodes: readonly NodeSeen[],
  pods: readonly PodSeen[],
  signal: AbortSignal,
): Promise<Observed> {
  try {
    const hindrances = await findHindrances(kubernetes, nodes, pods, signal);
    return { look: { ...look, cluster: { nodes, pods, hindrances } } };
  } catch (error) {
    if (!isTrouble(error)) throw error;
    return { look: { ...look, cluster: { nodes, pods } }, trouble: error };
  }
}

/** A dry run costs the API server as much as an eviction: the first ones tell the story. */
const askedAtMost = 20;

async function findHindrances(
  kubernetes: Kubernetes,
  nodes: readonly NodeSeen[],
  pods: readonly PodSeen[],
  signal: AbortSignal,
): Promise<Hindrance[]> {
  const leaving = new Set(nodes.filter(isMarked).map((node) => node.name));
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
