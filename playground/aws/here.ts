import { clusterOf, findCluster } from "../world/lookup.js";
import { isAt, type Place } from "../world/place.js";
import { findScalingGroup, invalid } from "../world/scaling-requests.js";
import type { AutoScalingGroup, LaunchTemplate } from "../world/scaling-state.js";
import { type Cluster, type Instance, Refusal, type World } from "../world/state.js";

/** The world as a request sees it: the region it is signed for, of the account that its credentials belong to. */
export interface Here extends Place {
  readonly world: World;
  /** ARN of who asks. */
  readonly caller: string;
}

export function clustersHere(here: Here): Cluster[] {
  return [...here.world.clusters.values()].filter((cluster) => isAt(cluster, here));
}

/** Throws a Refusal for one that is elsewhere, as for one that does not exist. */
export function clusterHere(here: Here, name: string): Cluster {
  const cluster = findCluster(here.world, name);
  if (isAt(cluster, here)) return cluster;
  throw new Refusal("ResourceNotFoundException", `No cluster found for name: ${name}.`, {
    clusterName: name,
  });
}

export function groupsHere(here: Here): AutoScalingGroup[] {
  return [...here.world.autoScalingGroups.values()].filter((group) =>
    isAt(clusterOf(here.world, group), here),
  );
}

/** Throws a Refusal for one that is elsewhere, as for one that does not exist. */
export function groupHere(here: Here, name: string): AutoScalingGroup {
  const group = findScalingGroup(here.world, name);
  if (isAt(clusterOf(here.world, group), here)) return group;
  throw invalid(`AutoScalingGroup name not found - AutoScalingGroup '${name}' not found`);
}

export function instancesHere(here: Here): Instance[] {
  const groups = new Set(groupsHere(here).map(({ name }) => name));
  return [...here.world.instances.values()].filter(({ autoScalingGroup }) => groups.has(autoScalingGroup));
}

export function templatesHere(here: Here): LaunchTemplate[] {
  return [...here.world.launchTemplates.values()].filter((template) => isAt(template, here));
}
