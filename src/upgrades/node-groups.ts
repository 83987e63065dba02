import { isTrouble, type Problem } from "../core/problems.js";
import type { NodesLeftAlone } from "../core/self-managed.js";
import { discover, discoverNames } from "../phases/discover.js";
import type { Outside } from "../phases/outside.js";
import { asProblem } from "../phases/trouble.js";
import type { ClusterName, NodeGroupName } from "./types.js";

/** The node groups a command may name. `unseen`: why self-managed ones could not be looked for. */
export interface NodeGroupNames {
  readonly groups: readonly NodeGroupName[];
  readonly unseen?: Problem;
}

type Place = Pick<ClusterName, "name" | "region">;

/** `wanted`: where a managed node group has this name, nodes are not looked at. */
export async function nodeGroupNames(
  outside: Outside,
  { name, region }: Place,
  wanted?: string,
): Promise<NodeGroupNames> {
  const { eks } = outside.region(region);
  const names = await eks.nodeGroupNames(name);
  const groups = names.map((nodeGroup) => ({ kind: "managed node group", nodeGroup }) as const);
  if (wanted !== undefined && names.includes(wanted)) return { groups };
  try {
    const found = await discoverNames(outside, await eks.cluster(name), new Set());
    // A managed group is the one that is meant where both have the name.
    const own = found.filter((each) => !names.includes(each));
    const selfManaged = own.map((nodeGroup) => ({ kind: "self-managed node group", nodeGroup }) as const);
    return { groups: [...groups, ...selfManaged] };
  } catch (error) {
    // Without the cluster's API managed node groups are shown all the same.
    if (!isTrouble(error)) throw error;
    return { groups, unseen: asProblem(error) };
  }
}

/** Of a cluster without managed node groups: nodes that others replace, and who. */
export async function nodesLeftAlone(
  outside: Outside,
  { name, region }: Place,
): Promise<readonly NodesLeftAlone[]> {
  const cluster = await outside.region(region).eks.cluster(name);
  return (await discover(outside, cluster, new Set())).leftAlone;
}
