import type { SimulatedCluster } from "../kubernetes/cluster.js";
import type { PodName, SimulatedKubernetes } from "../kubernetes/types.js";
import type { World } from "./state.js";
import { pass } from "./time.js";

/** Evicts a node's pods, again and again where a budget refuses, until none is left or `deadline`. Returns who is left. */
export async function drain(
  world: World,
  kubernetes: SimulatedKubernetes,
  node: string,
  deadline: number,
): Promise<readonly PodName[]> {
  const refused = new Set<string>();
  for (;;) {
    const pods = kubernetes.podsToEvict(node);
    if (pods.length === 0 || world.clock.now() >= deadline) return pods;
    for (const pod of pods) {
      const subject = `${pod.namespace}/${pod.name}`;
      const { status } = kubernetes.evict(pod);
      if (status < 400 || refused.has(subject)) continue;
      refused.add(subject);
      recordRefusal(world, subject, node, status);
    }
    await pass(world.clock, world.scenario.timings.evictionRound);
  }
}

/** Records, once for each pod, what clients of the cluster's API are refused: the bot's drain, or kubectl's. */
export function watchRefusals(world: World, kubernetes: SimulatedCluster): void {
  const refused = new Set<string | undefined>();
  kubernetes.onRefusedEviction = ({ metadata, spec }, status) => {
    if (refused.has(metadata.uid)) return;
    refused.add(metadata.uid);
    recordRefusal(world, `${metadata.namespace}/${metadata.name}`, spec.nodeName ?? "its node", status);
  };
}

function recordRefusal(world: World, pod: string, node: string, status: number): void {
  world.record("refused", pod, `${pod} may not leave ${node}: its eviction was answered with ${status}`);
}
