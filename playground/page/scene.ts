import { launchSource } from "../world/launch-templates.js";
import { existing, runningUpdate, scalingGroupOf } from "../world/lookup.js";
import type { AutoScalingGroup } from "../world/scaling-state.js";
import type { Cluster, World } from "../world/state.js";

/** The node group that the scenario is about; a self-managed one goes by its Auto Scaling group's name. */
interface Scene {
  readonly cluster: Cluster;
  readonly group: { readonly name: string; readonly autoScalingGroup: string };
  readonly scaling: AutoScalingGroup;
  readonly isSelfManaged: boolean;
  /** What the update or the roll under way brings; undefined before there is one. */
  readonly target: string | undefined;
}

export function sceneOf(world: World): Scene {
  const { cluster: clusterName, nodeGroup } = world.scenario.expected;
  const cluster = existing(world.clusters.get(clusterName), clusterName);
  const managed = cluster.nodeGroups.get(nodeGroup);
  const group = managed ?? { name: nodeGroup, autoScalingGroup: nodeGroup };
  const scaling = scalingGroupOf(world, group);
  const next = launchSource(world, scaling).image;
  const target = managed
    ? runningUpdate(cluster, nodeGroup)?.target.image
    : next === scaling.wanted.image
      ? undefined
      : next;
  return { cluster, group, scaling, isSelfManaged: !managed, target };
}
