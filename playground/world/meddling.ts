import { clusterOf } from "./lookup.js";
import type { AutoScalingGroup } from "./scaling-state.js";
import type { World } from "./state.js";

/**
 * Somebody other than EKS wrote to an Auto Scaling group: AWS allows it, and a managed node group is degraded by it
 * (EKS user guide: do not change its Auto Scaling group or launch template).
 */
export function meddled(world: World, group: AutoScalingGroup, code: string): void {
  const managed =
    group.nodeGroup === undefined ? undefined : clusterOf(world, group).nodeGroups.get(group.nodeGroup);
  if (!managed || managed.healthIssues.some((issue) => issue.code === code)) return;
  managed.healthIssues = [
    ...managed.healthIssues,
    { code, message: `The Auto Scaling group ${group.name} was changed by hand.`, resourceIds: [group.name] },
  ];
  if (managed.status === "ACTIVE") managed.status = "DEGRADED";
  world.record("health", `${managed.cluster}/${managed.name}`, `health issue: ${code}`);
}
