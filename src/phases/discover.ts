import { nodeKind, whyLeftAlone } from "../core/roll/classify.js";
import type { NodeKind, RollNodeSeen } from "../core/roll/seen.js";
import { referencesOf } from "../core/roll/setup-parts.js";
import type { AutoScalingGroupSeen, ClusterSeen } from "../core/seen.js";
import type { NodesLeftAlone, SelfManagedGroup } from "../core/self-managed.js";
import type { Outside } from "./outside.js";

/** The nodes of a cluster, by who rolls them. */
export interface Discovered {
  /** All of them, whoever rolls them. */
  readonly nodes: readonly RollNodeSeen[];
  readonly groups: readonly SelfManagedGroup[];
  readonly leftAlone: readonly NodesLeftAlone[];
}

/**
 * Looks at a cluster's nodes: which belong to node groups that we can roll, and which to others. A group without any
 * node is found by its tag (kubernetes.io/cluster/<name>). `managed`: Auto Scaling groups of managed node groups.
 * @throws Trouble when the cluster or AWS cannot be asked.
 */
export async function discover(
  outside: Outside,
  cluster: ClusterSeen,
  managed: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<Discovered> {
  const sorted = await sortNodes(outside, cluster, managed, signal);
  const { autoScaling } = outside.region(cluster.region);
  const groups = await autoScaling.groups([...sorted.groups.keys()], signal);
  return {
    nodes: sorted.nodes,
    groups: await withAmis(outside, cluster, groups, [...sorted.groups.values()].flat(), signal),
    leftAlone: sorted.leftAlone,
  };
}

/** Names of the self-managed groups alone: what a menu offers. */
export async function discoverNames(
  outside: Outside,
  cluster: ClusterSeen,
  managed: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<string[]> {
  const { groups } = await sortNodes(outside, cluster, managed, signal);
  return [...groups.keys()].sort();
}

async function sortNodes(
  outside: Outside,
  cluster: ClusterSeen,
  managed: ReadonlySet<string>,
  signal: AbortSignal | undefined,
) {
  const { autoScaling } = outside.region(cluster.region);
  const [nodes, tagged] = await Promise.all([
    outside.kubernetes(cluster).allNodes(signal),
    autoScaling.groupsOfCluster(cluster.name, signal),
  ]);
  // Most nodes' labels tell who rolls them: only of the others the Auto Scaling group is asked for.
  const undecided = nodes.filter((node) => nodeKind(node, () => undefined, managed) === "unmanaged");
  const groupOf = await autoScaling.groupsOf(
    undecided.flatMap(({ instanceId }) => instanceId ?? []),
    signal,
  );
  const groups = new Map<string, RollNodeSeen[]>();
  const others = new Map<NodeKind, string[]>();
  for (const node of nodes) {
    const kind = nodeKind(node, (instance) => groupOf.get(instance), managed);
    const group = node.instanceId === undefined ? undefined : groupOf.get(node.instanceId);
    if (kind === "self-managed" && group !== undefined) add(groups, group, node);
    else add(others, kind, node.name);
  }
  for (const { name, tags } of tagged) {
    const theirs = managed.has(name) || ownersTags.some((tag) => tag in tags);
    if (!theirs && !groups.has(name)) groups.set(name, []);
  }
  return { nodes, groups, leftAlone: leftAlone(others) };
}

/** Of a managed node group, of EKS Auto Mode, of Karpenter. */
const ownersTags = ["eks:nodegroup-name", "eks:eks-cluster-name", "karpenter.sh/nodepool"];

function add<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  lists.set(key, [...(lists.get(key) ?? []), value]);
}

function leftAlone(others: ReadonlyMap<NodeKind, readonly string[]>): NodesLeftAlone[] {
  return [...others].flatMap(([kind, names]) =>
    kind === "managed" || kind === "self-managed"
      ? []
      : [{ kind, count: names.length, why: whyLeftAlone(kind, names) }],
  );
}

/**
 * Groups with what their instances and templates run. Only EC2 knows an instance's AMI: an Auto Scaling group's own record
 * does not.
 */
export async function withAmis(
  outside: Outside,
  { region }: { readonly region: string },
  groups: readonly AutoScalingGroupSeen[],
  nodes: readonly RollNodeSeen[],
  signal?: AbortSignal,
): Promise<SelfManagedGroup[]> {
  const { ec2 } = outside.region(region);
  const ids = groups.flatMap((group) => group.instances.map(({ id }) => id));
  const instances = await ec2.instances(ids, signal);
  const images = await ec2.images([...new Set(instances.map(({ image }) => image))], signal);
  return groups.map((group) => {
    const own = new Set(group.instances.map(({ id }) => id));
    return {
      group,
      nodes: nodes.filter(({ instanceId }) => instanceId !== undefined && own.has(instanceId)),
      instances: instances.filter(({ id }) => own.has(id)),
      images,
    };
  });
}

/** What a group's template, and those of its overrides, say now: the group's own first. */
export async function templatesOf(
  outside: Outside,
  { region }: { readonly region: string },
  { template }: AutoScalingGroupSeen,
  signal?: AbortSignal,
) {
  const { ec2 } = outside.region(region);
  const references = template ? referencesOf(template) : [];
  return Promise.all(references.map(({ id, version }) => ec2.templateVersion(id, version, signal)));
}
