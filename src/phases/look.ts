import type { Instant } from "../core/instant.js";
import type { Wish } from "../core/plan.js";
import { type NodeGroupPlan, planNodeGroup, wishedVersion } from "../core/planner.js";
import type { AutoScalingGroupSeen, ClusterSeen } from "../core/seen.js";
import type { Outside } from "./outside.js";

/**
 * Looks at a node group and judges what an update of it would be. The same look makes the plan, proves it at the click
 * and proves it once more before the first write.
 * @throws Trouble when AWS cannot be asked.
 */
export async function lookForPlan(
  outside: Outside,
  where: { region: string; cluster: string },
  nodeGroupName: string,
  wish: Wish,
  now: Instant,
  signal?: AbortSignal,
): Promise<NodeGroupPlan & { cluster: ClusterSeen; autoScalingGroups: readonly AutoScalingGroupSeen[] }> {
  const { eks, autoScaling, releases } = outside.region(where.region);
  const [cluster, nodeGroup, updatesInProgress] = await Promise.all([
    eks.cluster(where.cluster, signal),
    eks.nodeGroup(where.cluster, nodeGroupName, signal),
    eks.updatesInProgress(where.cluster, nodeGroupName, signal),
  ]);
  const version = wishedVersion(wish, nodeGroup);
  const [autoScalingGroups, target] = await Promise.all([
    autoScaling.groups(nodeGroup.autoScalingGroups, signal),
    wish.release === undefined
      ? releases.latest(nodeGroup.amiType, version, signal)
      : releases.find(nodeGroup.amiType, version, wish.release, signal),
  ]);
  const look = { cluster, nodeGroup, autoScalingGroups, updatesInProgress, ...(target && { target }) };
  return { ...planNodeGroup(look, wish, now), cluster, autoScalingGroups };
}
