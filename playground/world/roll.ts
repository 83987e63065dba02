import { isActive, membersOf } from "./lookup.js";
import type { Cluster, Instance, NodeGroup, Update, World } from "./state.js";

/** One node group's update under way. */
export interface Roll {
  readonly world: World;
  readonly cluster: Cluster;
  readonly group: NodeGroup;
  readonly update: Update;
  /** "eks-workshop/default". */
  readonly subject: string;
}

/** Ends the update as Failed, with EKS' error code and the resources it names. */
export class UpdateFailure extends Error {
  override readonly name = "UpdateFailure";

  constructor(
    readonly code: string,
    message: string,
    readonly resources: readonly string[],
  ) {
    super(message);
  }
}

/** Nodes that already run the target's AMI are spared, also those of an earlier update that failed. */
export function oldNodes(roll: Roll): Instance[] {
  return activeNodes(roll).filter((instance) => instance.image !== roll.update.target.image);
}

export function newNodes(roll: Roll): Instance[] {
  return activeNodes(roll).filter((instance) => instance.image === roll.update.target.image);
}

function activeNodes(roll: Roll): Instance[] {
  return membersOf(roll.world, { name: roll.group.autoScalingGroup }).filter(isActive);
}

/** Keeps pods off the old nodes and takes them out of external load balancers. */
export function markUnschedulable(roll: Roll): void {
  for (const { nodeName } of oldNodes(roll).filter((instance) => instance.node !== "none")) {
    roll.cluster.kubernetes.changeNode(nodeName, {
      unschedulable: true,
      labels: { "node.kubernetes.io/exclude-from-external-load-balancers": "true" },
    });
    roll.world.record("unschedulable", nodeName, `${nodeName} takes no new pods`);
  }
}

/** How many nodes may be missing at once: a share is of the group's size, rounded up, at least 1, at most 100. */
export function maxUnavailable(group: NodeGroup): number {
  const { maxUnavailable: count, maxUnavailablePercentage: percentage } = group.updateConfig;
  const nodes = percentage === undefined ? (count ?? 1) : Math.ceil((group.sizes.desired * percentage) / 100);
  return Math.min(100, Math.max(1, nodes));
}

export function nodesDidNotJoin(roll: Roll): UpdateFailure {
  const late = newNodes(roll).filter((instance) => instance.node !== "ready");
  return new UpdateFailure(
    "NodeCreationFailure",
    `Couldn't proceed with upgrade process as new nodes are not joining node group ${roll.group.name}`,
    late.length > 0 ? late.map((instance) => instance.id) : [roll.group.name],
  );
}
