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
  for (;;) {
    const pods = kubernetes.podsToEvict(node);
    if (pods.length === 0 || world.clock.now() >= deadline) return pods;
    for (const pod of pods) kubernetes.evict(pod);
    await pass(world.clock, world.scenario.timings.evictionRound);
  }
}
