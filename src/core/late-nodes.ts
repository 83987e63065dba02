import { type PhaseLook, sortOldFromNew } from "./infer-phase.js";
import { isReady } from "./node-states.js";
import type { Step } from "./plan.js";

const shown = 3;

/**
 * New instances that are no Ready nodes, and how many were never launched: "i-0abc in us-west-2b has not joined". EKS
 * itself tells of them only when it gives up.
 */
export function whoIsLate({ autoScalingGroups, nodes }: PhaseLook, step: Step): string | undefined {
  const nodeOf = new Map(nodes.map((node) => [node.instanceId, node]));
  const { newInstances } = sortOldFromNew({ autoScalingGroups, nodes }, step);
  const late = newInstances.flatMap(({ id, zone, lifecycle }) => {
    const node = nodeOf.get(id);
    if (lifecycle.startsWith("Terminat") || (node && isReady(node))) return [];
    return [`${id} in ${zone} ${node ? "is not Ready" : "has not joined"}`];
  });
  const missing = autoScalingGroups.reduce(
    (sum, { sizes, instances }) => sum + Math.max(0, sizes.desired - instances.length),
    0,
  );
  if (missing > 0) late.push(`${missing} more could not be launched yet`);
  const rest = late.length - shown;
  if (late.length === 0) return undefined;
  return [...late.slice(0, shown), ...(rest > 0 ? [`${rest} more`] : [])].join(", ");
}
