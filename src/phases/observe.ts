import type { UpdateLook } from "../core/judge-update.js";
import { isMarked } from "../core/node-states.js";
import { isTrouble, Trouble } from "../core/problems.js";
import type { NodeSeen, PodSeen } from "../core/seen.js";
import type { Kubernetes } from "../kubernetes/cluster.js";
import { findHindrances } from "./hindrances.js";
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
    return await withPods(look, kubernetes, nodes, signal);
  } catch (error) {
    if (!isTrouble(error)) throw error;
    return { look, trouble: error };
  }
}

/** Without pods, nodes are followed all the same, by what they show themselves. */
async function withPods(
  look: UpdateLook,
  kubernetes: Kubernetes,
  nodes: readonly NodeSeen[],
  signal: AbortSignal,
): Promise<Observed> {
  try {
    const names = nodes.map((node) => node.name);
    const pods = await kubernetes.pods(names, signal);
    return await withHindrances(look, kubernetes, nodes, pods, signal);
  } catch (error) {
    if (!isTrouble(error)) throw error;
    return { look: { ...look, cluster: { nodes } }, trouble: podsUnseen(error) };
  }
}

/** In words that do not change with the node that happened to be asked first. */
function podsUnseen(error: Trouble): Trouble {
  const { kind, code, next, cause } = error;
  const meanwhile =
    kind === "denied"
      ? " Until then I see of each node only whether it is Ready, cordoned or gone, not which pod blocks it."
      : "";
  return new Trouble(kind, "list the pods on the nodes", code, `${next}${meanwhile}`, { cause });
}

/** Without the right to read budgets, or to ask for evictions, the update is followed all the same, and the missing right is said. */
async function withHindrances(
  look: UpdateLook,
  kubernetes: Kubernetes,
  nodes: readonly NodeSeen[],
  pods: readonly PodSeen[],
  signal: AbortSignal,
): Promise<Observed> {
  try {
    const leaving = new Set(nodes.filter(isMarked).map((node) => node.name));
    const { hindrances, denied } = await findHindrances(kubernetes, leaving, pods, signal);
    return { look: { ...look, cluster: { nodes, pods, hindrances } }, ...(denied && { trouble: denied }) };
  } catch (error) {
    if (!isTrouble(error)) throw error;
    return { look: { ...look, cluster: { nodes, pods } }, trouble: error };
  }
}
