import type { Instant } from "../core/instant.js";
import type { Step, Wish } from "../core/plan.js";
import type { NodeGroupPlan } from "../core/planner.js";
import type { AutoScalingGroupSeen, ClusterSeen } from "../core/seen.js";
import { lookAtManaged } from "./look-managed.js";
import { lookAtSelfManaged } from "./look-self-managed.js";
import type { Outside } from "./outside.js";

/** Where to look. `run`: who looks, so that it knows its own traces. */
export interface LookWhere {
  readonly region: string;
  readonly cluster: string;
  readonly run?: string;
}

/** A node group's part of a plan, and what it was made from. */
export interface PlanLook extends NodeGroupPlan {
  readonly cluster: ClusterSeen;
  readonly autoScalingGroups: readonly AutoScalingGroupSeen[];
  /** Nodes that would have to go, where the look knows them: of a self-managed group. */
  readonly leaving?: readonly string[];
}

/**
 * Looks at a node group and judges what an upgrade of it would be. The same look makes the plan, proves it at the click
 * and proves it once more before the first write.
 * @throws Trouble when AWS, or for a self-managed group the cluster, cannot be asked.
 */
export function lookForPlan(
  outside: Outside,
  where: LookWhere,
  target: Pick<Step, "kind" | "nodeGroup">,
  wish: Wish,
  now: Instant,
  signal?: AbortSignal,
): Promise<PlanLook> {
  const look = target.kind === "self-managed node group" ? lookAtSelfManaged : lookAtManaged;
  return look(outside, where, target.nodeGroup, wish, now, signal);
}
