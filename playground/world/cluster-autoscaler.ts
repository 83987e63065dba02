import { controllerOf, isFinished } from "../kubernetes/conditions.js";
import { moveDesired } from "./acts.js";
import { terminateInGroup } from "./auto-scaling.js";
import { activeMembersOf, selfManagedGroupsOf } from "./lookup.js";
import type { AutoScalingGroup } from "./scaling-state.js";
import type { Cluster, Instance, World } from "./state.js";

/** World milliseconds: how often it looks, and how long a node must be empty before it goes (its default). */
const lookEvery = 10_000;
const unneededFor = 10 * 60_000;

const keep = "cluster-autoscaler.kubernetes.io/scale-down-disabled";

/**
 * Cluster Autoscaler's appetite: it takes away nodes that ran nothing but DaemonSets' pods for ten minutes, unless an
 * annotation keeps them or the group is at its min, and adds one where a pod has no place and no node is on its way.
 */
export function runClusterAutoscaler(world: World, cluster: Cluster): void {
  const emptySince = new Map<string, number>();
  const look = () => {
    const { pods, waiting } = podsOf(cluster);
    for (const group of selfManagedGroupsOf(world, cluster)) {
      removeUnneeded(world, cluster, group, pods, emptySince);
      if (waiting) addNode(world, group);
    }
    world.clock.after(lookEvery, look);
  };
  world.clock.after(lookEvery, look);
}

/** Nodes with pods that count, and whether a pod waits for a node. */
function podsOf({ kubernetes: { store } }: Cluster): { pods: ReadonlySet<string>; waiting: boolean } {
  const counted = store
    .list("pods")
    .filter((pod) => !isFinished(pod) && controllerOf(pod)?.kind !== "DaemonSet");
  return {
    pods: new Set(counted.flatMap(({ spec }) => spec.nodeName ?? [])),
    waiting: counted.some(({ spec, metadata }) => !spec.nodeName && !metadata.deletionTimestamp),
  };
}

function removeUnneeded(
  world: World,
  { kubernetes: { store } }: Cluster,
  group: AutoScalingGroup,
  pods: ReadonlySet<string>,
  emptySince: Map<string, number>,
): void {
  const now = world.clock.now();
  for (const instance of activeMembersOf(world, group)) {
    const node = store.get("nodes", { name: instance.nodeName });
    const unneeded =
      instance.node === "ready" &&
      node?.metadata.annotations?.[keep] !== "true" &&
      !pods.has(instance.nodeName);
    if (!unneeded) emptySince.delete(instance.id);
    else if (!emptySince.has(instance.id)) emptySince.set(instance.id, now);
    else if (now - (emptySince.get(instance.id) ?? now) >= unneededFor) remove(world, group, instance);
  }
}

function remove(world: World, group: AutoScalingGroup, instance: Instance): void {
  if (group.desired <= group.min) return;
  takeFromWanted(group);
  world.record(
    "act",
    group.cluster,
    `Cluster Autoscaler removes ${instance.nodeName}: it was empty for ten minutes.`,
  );
  terminateInGroup(world, group, instance, { decrement: true });
}

/** Whose node goes nobody can say while some are there on top of what is wanted: it counts either way. */
function takeFromWanted({ wanted, desired }: AutoScalingGroup): void {
  if (wanted.desired <= wanted.min) return;
  if (desired > wanted.desired) wanted.takenOfSurplus += 1;
  wanted.desired -= 1;
}

function addNode(world: World, group: AutoScalingGroup): void {
  const active = activeMembersOf(world, group);
  const coming = active.some(({ node }) => node !== "ready") || active.length < group.desired;
  if (coming || group.desired >= group.max) return;
  world.record("act", group.cluster, `Cluster Autoscaler adds a node to ${group.name}: a pod has no place.`);
  moveDesired(world, group, 1);
}
