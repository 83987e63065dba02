import type { ScalingProcess } from "../scenarios/scaling-groups.js";
import type { Sizes, Subnet } from "../scenarios/types.js";
import type { AutoScalingGroup, TemplateOverride, TemplateVersion } from "./scaling-state.js";
import type { World } from "./state.js";

export interface NewScalingGroup {
  readonly name: string;
  readonly cluster: string;
  readonly nodeGroup?: string;
  readonly subnets: readonly Subnet[];
  readonly createdAt: number;
  readonly instanceType: string;
  readonly maxPods: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly launchTemplate: string;
  readonly launchTemplateVersion: TemplateVersion;
  /** The AMI that this version names. */
  readonly image: string;
  readonly overrides?: readonly TemplateOverride[];
  readonly sizes: Sizes;
  /** Propagated to instances. */
  readonly tags: Readonly<Record<string, string>>;
  readonly suspended?: readonly ScalingProcess[];
  readonly targetGroups?: readonly string[];
}

/** An Auto Scaling group without instances. */
export function addScalingGroup(world: World, given: NewScalingGroup): AutoScalingGroup {
  const { sizes, tags, suspended = [], overrides, image, ...rest } = given;
  const group: AutoScalingGroup = {
    ...rest,
    ...sizes,
    overrides: overrides ?? [],
    mixed: overrides !== undefined,
    suspended: new Set(suspended),
    tags: new Map(Object.entries(tags).map(([key, value]) => [key, { value, propagate: true }])),
    activities: [],
    refreshes: [],
    members: new Map(),
    wanted: {
      ...sizes,
      takenOfSurplus: 0,
      suspended: new Set(suspended),
      launchTemplateVersion: given.launchTemplateVersion,
      image,
    },
    awake: false,
  };
  world.autoScalingGroups.set(group.name, group);
  return group;
}

/** The tags that EKS puts on the group of a managed node group. */
export function managedTags(cluster: string, nodeGroup: string): Record<string, string> {
  return {
    "eks:cluster-name": cluster,
    "eks:nodegroup-name": nodeGroup,
    ...ownerTags(cluster),
  };
}

/** How Cluster Autoscaler and Kubernetes find the groups of a cluster. */
export function ownerTags(cluster: string): Record<string, string> {
  return {
    "k8s.io/cluster-autoscaler/enabled": "true",
    [`k8s.io/cluster-autoscaler/${cluster}`]: "owned",
    [`kubernetes.io/cluster/${cluster}`]: "owned",
  };
}
