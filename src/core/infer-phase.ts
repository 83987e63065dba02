import { isMarked, isNew } from "./node-states.js";
import type { PhaseName, Step } from "./plan.js";
import type { Receipt } from "./run.js";
import type { AutoScalingGroupSeen, InstanceSeen, NodeSeen } from "./seen.js";

/** What tells the legs of an update apart. `nodes` is empty when the cluster's own API did not answer. */
export interface PhaseLook {
  readonly autoScalingGroups: readonly AutoScalingGroupSeen[];
  readonly nodes: readonly NodeSeen[];
}

/** Nodes and instances of a look, by what they run. An instance whose node is seen is what its node is. */
export function sortOldFromNew({ autoScalingGroups, nodes }: PhaseLook, step: Step) {
  const members = autoScalingGroups.flatMap((group) =>
    group.instances.map((instance) => ({ instance, template: group.launchTemplateVersion })),
  );
  const memberOf = new Map(members.map((member) => [member.instance.id, member]));
  const nodeIsNew = (node: NodeSeen) => {
    const member = node.instanceId === undefined ? undefined : memberOf.get(node.instanceId);
    return isNew(node, step, member?.instance, member?.template);
  };
  const nodeOf = new Map(nodes.map((node) => [node.instanceId, node]));
  const instanceIsNew = (instance: InstanceSeen, template: string | undefined) => {
    const node = nodeOf.get(instance.id);
    return node ? nodeIsNew(node) : instance.launchTemplateVersion === template;
  };
  return {
    oldNodes: nodes.filter((node) => !nodeIsNew(node)),
    newNodes: nodes.filter(nodeIsNew),
    oldInstances: members.flatMap(({ instance, template }) =>
      instanceIsNew(instance, template) ? [] : [instance],
    ),
    newInstances: members.flatMap(({ instance, template }) =>
      instanceIsNew(instance, template) ? [instance] : [],
    ),
  };
}

/**
 * Which leg an update that is in progress is in. What was there before the update began proves nothing: a group may
 * hold new nodes and cordoned old ones from an update that failed, and people cordon nodes too.
 */
export function inferPhase(look: PhaseLook, receipt: Receipt | undefined, step: Step): PhaseName {
  const { oldNodes, newNodes, oldInstances, newInstances } = sortOldFromNew(look, step);
  const template = templateSince(look.autoScalingGroups, receipt);
  const begun = template === "changed" || (template === "unknown" && newNodes.length > 0);
  if (!begun) return "setup";

  const minimal = step.updateConfig.strategy === "MINIMAL";
  const replaced = newInstances.length + newNodes.length > 0;
  // Under MINIMAL the group never grew: the last replacement has yet to become Ready.
  if (replaced && oldInstances.length + oldNodes.length === 0) return minimal ? "upgrade" : "scale down";
  const leaving = oldInstances.some((instance) => instance.lifecycle.startsWith("Terminat"));
  // EKS marks all old nodes at once, when it begins to replace them.
  if (leaving || (oldNodes.length > 0 && oldNodes.every(isMarked))) return "upgrade";
  if (!replaced && !hasGrown(look.autoScalingGroups, receipt)) return "setup";
  return minimal ? "upgrade" : "scale up";
}

function templateSince(groups: readonly AutoScalingGroupSeen[], receipt: Receipt | undefined) {
  const pairs = groups.map((group) => ({
    before: receipt?.autoScalingGroups.find((saved) => saved.name === group.name)?.launchTemplateVersion,
    now: group.launchTemplateVersion,
  }));
  if (pairs.some(({ before, now }) => before !== undefined && before !== now)) return "changed";
  return pairs.some(({ before }) => before !== undefined) ? "the same" : "unknown";
}

function hasGrown(groups: readonly AutoScalingGroupSeen[], receipt: Receipt | undefined): boolean {
  return groups.some((group) => {
    const then = receipt?.autoScalingGroups.find((saved) => saved.name === group.name);
    return then !== undefined && group.sizes.desired > then.sizes.desired;
  });
}
