import type { AutoScalingGroupSeen, InstanceSeen, TaintSeen } from "../seen.js";
import type { Ec2InstanceSeen, RollNodeSeen } from "./seen.js";

/** One instance of the group with what EC2 and the cluster know of it. */
export interface Member {
  readonly instance: InstanceSeen;
  /** Absent until it joins, and after its node is deleted. */
  readonly node?: RollNodeSeen;
  /** It runs another AMI than the target. Undefined while EC2 has not told: then it is neither. */
  readonly old: boolean | undefined;
  readonly zone: string;
  /** Pods can run there: Ready (Unknown is not), no start-up taint left, and not on its way out. */
  readonly serving: boolean;
}

/** `image`: the AMI that the group goes to. */
export function members(
  group: AutoScalingGroupSeen,
  instances: readonly Ec2InstanceSeen[],
  nodes: readonly RollNodeSeen[],
  image: string,
): Member[] {
  const machines = new Map(instances.map((each) => [each.id, each]));
  const nodeOf = new Map(nodes.map((node) => [node.instanceId, node]));
  return group.instances.map((instance) => {
    const machine = machines.get(instance.id);
    const node = nodeOf.get(instance.id);
    return {
      instance,
      ...(node && { node }),
      old: machine && machine.image !== image,
      zone: instance.zone,
      serving: node !== undefined && serves(node) && inService(instance) && !endingStates.has(machine?.state),
    };
  });
}

/** What a member is called in drains and messages: its node's name; before it joins, its instance's id. */
export function nameOf({ node, instance }: Member): string {
  return node?.name ?? instance.id;
}

/** Auto Scaling neither brings it up nor takes it away: only such an instance may be terminated. */
export function inService({ lifecycle }: InstanceSeen): boolean {
  return lifecycle === "InService";
}

const endingStates: ReadonlySet<string | undefined> = new Set([
  "shutting-down",
  "terminated",
  "stopping",
  "stopped",
]);

/** Ready=Unknown is not Ready: the kubelet has not been heard of for 40 s or more. */
function serves(node: RollNodeSeen): boolean {
  return node.ready === "True" && !node.taints.some(isLeaving) && startUpTaints(node.taints).length === 0;
}

/** The Cluster Autoscaler has chosen it: it is drained and gone within minutes. */
function isLeaving({ key }: TaintSeen): boolean {
  return key === "ToBeDeletedByClusterAutoscaler";
}

const notFit = new Set([
  "node.kubernetes.io/not-ready",
  "node.kubernetes.io/unreachable",
  "node.kubernetes.io/network-unavailable",
  "node.kubernetes.io/out-of-service",
  "node.cloudprovider.kubernetes.io/uninitialized",
  "node.cloudprovider.kubernetes.io/shutdown",
]);
/** Agents of storage and network drivers (EBS CSI, Cilium, …) take theirs away when they are ready. */
const agentNotReady = /\/agent-not-ready$/;
const declaredStartUp = "startup-taint.cluster-autoscaler.kubernetes.io/";

/** Keys of the taints that say: not fit for pods yet (or not any more). */
export function startUpTaints(taints: readonly TaintSeen[]): string[] {
  const keys = taints.map(({ key }) => key);
  return keys.filter((key) => notFit.has(key) || agentNotReady.test(key) || key.startsWith(declaredStartUp));
}
