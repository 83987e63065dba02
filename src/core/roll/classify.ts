import type { Problem } from "../problems.js";
import type { NodeKind, RollNodeSeen } from "./seen.js";

type Facts = {
  readonly node: RollNodeSeen;
  /** The Auto Scaling group of the node's instance. */
  readonly group: string | undefined;
  readonly managedGroups: ReadonlySet<string>;
};

const computeType = "eks.amazonaws.com/compute-type";

/** Who rolls a node, by the first rule that holds: Auto Mode's nodes carry Karpenter's label too, so order matters. */
const rules: readonly [kind: NodeKind, holds: (facts: Facts) => boolean][] = [
  ["fargate", ({ node }) => node.labels[computeType] === "fargate"],
  ["auto mode", ({ node }) => node.labels[computeType] === "auto"],
  ["hybrid", ({ node }) => node.labels[computeType] === "hybrid"],
  ["karpenter", ({ node }) => node.labels["karpenter.sh/nodepool"] !== undefined],
  ["managed", ({ node }) => node.labels["eks.amazonaws.com/nodegroup"] !== undefined],
  // Labels can be taken off a node; that its Auto Scaling group belongs to EKS cannot.
  ["managed", ({ group, managedGroups }) => group !== undefined && managedGroups.has(group)],
  ["self-managed", ({ group }) => group !== undefined],
];

/**
 * Who rolls the node. `groupOfInstance`: the Auto Scaling group of an instance id, undefined where it has none.
 * `managedGroups`: the Auto Scaling groups of managed node groups.
 */
export function nodeKind(
  node: RollNodeSeen,
  groupOfInstance: (instance: string) => string | undefined,
  managedGroups: ReadonlySet<string>,
): NodeKind {
  const group = node.instanceId === undefined ? undefined : groupOfInstance(node.instanceId);
  const rule = rules.find(([, holds]) => holds({ node, group, managedGroups }));
  return rule ? rule[0] : "unmanaged";
}

/** Kinds of nodes that the bot does not roll. */
export type LeftAlone = Exclude<NodeKind, "managed" | "self-managed">;

const words: Readonly<Record<LeftAlone, { code: string; name: string; why: string; next: string }>> = {
  fargate: {
    code: "FargateNodes",
    name: "Fargate",
    why: "each lives and ends with its one pod",
    next: "Restart the workloads after the control plane is upgraded (kubectl rollout restart): their new pods get the new version.",
  },
  "auto mode": {
    code: "AutoModeNodes",
    name: "EKS Auto Mode",
    why: "EKS replaces them by itself",
    next: "Nothing to do: after an upgrade of the control plane EKS replaces them, within the disruption budgets of their node pools.",
  },
  hybrid: {
    code: "HybridNodes",
    name: "hybrid",
    why: "they run on machines outside AWS",
    next: 'Upgrade each on its host with "nodeadm upgrade".',
  },
  karpenter: {
    code: "KarpenterNodes",
    name: "Karpenter",
    why: "Karpenter replaces them",
    next: "Change the AMI alias of their EC2NodeClass (an alias @latest follows by itself): Karpenter replaces by drift what differs.",
  },
  unmanaged: {
    code: "NodesWithoutGroup",
    name: "unmanaged",
    why: "no Auto Scaling group would bring a replacement",
    next: "Replace each by hand: start a new machine, drain the old one (kubectl drain), terminate it.",
  },
};

const shown = 3;

/** Why nodes of this kind are left alone, and what to do instead. `nodes`: their names. */
export function whyLeftAlone(kind: LeftAlone, nodes: readonly string[]): Problem {
  const { code, name, why, next } = words[kind];
  const rest = nodes.length - shown;
  const named = [...nodes.slice(0, shown), ...(rest > 0 ? [`${rest} more`] : [])].join(", ");
  const count = nodes.length === 1 ? `1 ${name} node is` : `${nodes.length} ${name} nodes are`;
  return { code, what: `${count} left alone, since ${why}: ${named}`, next };
}
