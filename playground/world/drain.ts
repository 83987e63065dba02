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
      world.record(
        "refused",
        subject,
        `${subject} may not leave ${node}: its eviction was answered with ${status}`,
      );
    }
    await pass(world.clock, world.scenario.timings.evictionRound);
  }
}
