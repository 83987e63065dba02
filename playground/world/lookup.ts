import type { Subnet } from "../scenarios/types.js";
import type { AutoScalingGroup, LaunchTemplate } from "./scaling-state.js";
import { type Cluster, type Instance, type NodeGroup, Refusal, type Update, type World } from "./state.js";

export function findCluster(world: World, name: string): Cluster {
  const cluster = world.clusters.get(name);
  if (!cluster)
    throw new Refusal("ResourceNotFoundException", `No cluster found for name: ${name}.`, {
      clusterName: name,
    });
  return cluster;
}

export function findNodeGroup(cluster: Cluster, name: string): NodeGroup {
  const group = cluster.nodeGroups.get(name);
  if (!group)
    throw new Refusal("ResourceNotFoundException", `No node group found for name: ${name}.`, {
      clusterName: cluster.name,
      nodegroupName: name,
    });
  return group;
}

export function runningUpdate(cluster: Cluster, nodeGroup: string): Update | undefined {
  return cluster.updates.find((update) => update.nodeGroup === nodeGroup && update.status === "InProgress");
}

export function scalingGroupOf(world: World, group: Pick<NodeGroup, "autoScalingGroup">): AutoScalingGroup {
  return existing(world.autoScalingGroups.get(group.autoScalingGroup), group.autoScalingGroup);
}

export function templateOf(world: World, group: Pick<AutoScalingGroup, "launchTemplate">): LaunchTemplate {
  return existing(world.launchTemplates.get(group.launchTemplate), group.launchTemplate);
}

/** The cluster that its instances join. */
export function clusterOf(world: World, group: Pick<AutoScalingGroup, "cluster">): Cluster {
  return existing(world.clusters.get(group.cluster), group.cluster);
}

/** The Auto Scaling groups of a cluster that EKS does not manage. */
export function selfManagedGroupsOf(world: World, cluster: Pick<Cluster, "name">): AutoScalingGroup[] {
  return [...world.autoScalingGroups.values()].filter(
    (group) => group.cluster === cluster.name && group.nodeGroup === undefined,
  );
}

/** Instances that the Auto Scaling group still lists. */
export function membersOf(world: World, group: Pick<AutoScalingGroup, "name">): Instance[] {
  const members = world.autoScalingGroups.get(group.name)?.members.values() ?? [];
  return [...members].filter(({ lifecycle }) => lifecycle !== "gone");
}

/** Those that count towards desired capacity: the ones on their way out do not. */
export function activeMembersOf(world: World, group: Pick<AutoScalingGroup, "name">): Instance[] {
  return membersOf(world, group).filter(isActive);
}

export function isActive(instance: Instance): boolean {
  return instance.lifecycle === "Pending" || instance.lifecycle === "InService";
}

/** Each subnet of a cluster is a /19 of 10.42.0.0/16, or of one of the networks after it: "10.42" and 64 for 10.42.64.0. */
export function blockOf({ scenario }: World, { id }: Pick<Subnet, "id">): [network: string, block: number] {
  const subnets = scenario.clusters.flatMap((cluster) => cluster.subnets);
  const index = subnets.findIndex((subnet) => subnet.id === id);
  return [`10.${42 + Math.floor(index / 8)}`, (index % 8) * 32];
}

/** The world is consistent by construction; this only tells the compiler. */
export function existing<T>(thing: T | undefined, name: string): T {
  if (thing === undefined) throw new Error(`The world has no ${name}.`);
  return thing;
}
