import { isTrouble, type Problem } from "../core/problems.js";
import type { ClusterSeen, NodeGroupSeen, ReleaseSeen } from "../core/seen.js";
import { type NodesLeftAlone, oldestAmi, type SelfManagedGroup } from "../core/self-managed.js";
import { type Discovered, discover, discoverNames } from "../phases/discover.js";
import type { Outside } from "../phases/outside.js";
import { asProblem } from "../phases/trouble.js";
import type { ClusterName, NodeGroupName } from "./types.js";

export interface NodeGroupOverview {
  readonly nodeGroup: NodeGroupSeen;
  /** Absent where AWS lists none (custom AMIs). */
  readonly latest?: ReleaseSeen;
}

export interface SelfManagedOverview {
  readonly found: SelfManagedGroup;
  /** The newest release of the AMI's family for the control plane's version; absent for custom AMIs. */
  readonly latest?: ReleaseSeen;
}

/** What runs in a cluster, whoever rolls it. */
export interface ClusterOverview {
  readonly cluster: ClusterSeen;
  readonly nodeGroups: readonly NodeGroupOverview[];
  readonly selfManaged: readonly SelfManagedOverview[];
  readonly leftAlone: readonly NodesLeftAlone[];
  /** Why nodes could not be looked at: then nothing is known but managed node groups. */
  readonly unseen?: Problem;
}

/** The node groups a command may name. `unseen`: why self-managed ones could not be looked for. */
export interface NodeGroupNames {
  readonly groups: readonly NodeGroupName[];
  readonly unseen?: Problem;
}

export async function overview(
  outside: Outside,
  { name, region }: Pick<ClusterName, "name" | "region">,
): Promise<ClusterOverview> {
  const { eks } = outside.region(region);
  const [cluster, names] = await Promise.all([eks.cluster(name), eks.nodeGroupNames(name)]);
  const nodeGroups = await Promise.all(names.map((each) => managed(outside, cluster, each)));
  const owned = new Set(nodeGroups.flatMap(({ nodeGroup }) => nodeGroup.autoScalingGroups));
  const found = await orUnseen(() => discover(outside, cluster, owned), nothing);
  const selfManaged = await Promise.all(found.groups.map((group) => withLatest(outside, cluster, group)));
  const { leftAlone, unseen } = found;
  return { cluster, nodeGroups, selfManaged, leftAlone, ...(unseen && { unseen }) };
}

const nothing: Discovered = { nodes: [], groups: [], leftAlone: [] };

async function managed(
  outside: Outside,
  { name, region }: ClusterSeen,
  group: string,
): Promise<NodeGroupOverview> {
  const { eks, releases } = outside.region(region);
  const nodeGroup = await eks.nodeGroup(name, group);
  const latest = await releases.latest(nodeGroup.amiType, nodeGroup.version);
  return { nodeGroup, ...(latest && { latest }) };
}

async function withLatest(
  outside: Outside,
  { region, version }: ClusterSeen,
  found: SelfManagedGroup,
): Promise<SelfManagedOverview> {
  const amiType = oldestAmi(found)?.amiType;
  const latest = amiType && (await outside.region(region).releases.latest(amiType, version));
  return { found, ...(latest && { latest }) };
}

/** `wanted`: where a managed node group has this name, nodes are not looked at. */
export async function nodeGroupNames(
  outside: Outside,
  { name, region }: Pick<ClusterName, "name" | "region">,
  wanted?: string,
): Promise<NodeGroupNames> {
  const { eks } = outside.region(region);
  const names = await eks.nodeGroupNames(name);
  const groups = names.map((nodeGroup) => ({ kind: "managed node group", nodeGroup }) as const);
  if (wanted !== undefined && names.includes(wanted)) return { groups };
  const ours = await orUnseen(
    async () => {
      const found = await discoverNames(outside, await eks.cluster(name), new Set());
      // A managed group is the one that is meant where both have the name.
      return { groups: found.filter((each) => !names.includes(each)) };
    },
    { groups: [] },
  );
  const selfManaged = ours.groups.map(
    (nodeGroup) => ({ kind: "self-managed node group", nodeGroup }) as const,
  );
  return { groups: [...groups, ...selfManaged], ...(ours.unseen && { unseen: ours.unseen }) };
}

/** Without the cluster's API managed node groups are shown all the same. */
async function orUnseen<T extends object>(
  look: () => Promise<T>,
  otherwise: T,
): Promise<T & { unseen?: Problem }> {
  try {
    return await look();
  } catch (error) {
    if (!isTrouble(error)) throw error;
    return { ...otherwise, unseen: asProblem(error) };
  }
}
