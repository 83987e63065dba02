import { mustLeave } from "./drain/filters.js";
import type { Fact, NodeFactType } from "./events.js";
import type { Instant } from "./instant.js";
import type { Step } from "./plan.js";
import type { NodeProgress, NodeState } from "./run.js";
import type { InstanceSeen, NodeSeen, PodSeen } from "./seen.js";

/** The fact that says a node entered a state. */
export const factOf: Readonly<Record<NodeState, NodeFactType>> = {
  joined: "NodeJoined",
  ready: "NodeReady",
  unschedulable: "NodeUnschedulable",
  draining: "NodeDraining",
  empty: "NodeEmpty",
  terminating: "NodeTerminating",
  gone: "NodeGone",
};

/** Taints of a node that is not yet, or no longer, fit for pods. */
const notReadyTaints = new Set([
  "node.kubernetes.io/not-ready",
  "node.kubernetes.io/unreachable",
  "node.cloudprovider.kubernetes.io/uninitialized",
]);

/** Runs the release the step goes to. The template's version decides only where a node has no image label. */
export function isNew(
  node: NodeSeen,
  step: Step,
  instance?: InstanceSeen,
  groupTemplateVersion?: string,
): boolean {
  if (node.image !== undefined) return node.image === step.to.image;
  return (
    instance?.launchTemplateVersion !== undefined && instance.launchTemplateVersion === groupTemplateVersion
  );
}

/** Ready=Unknown is not Ready, and neither is a node whose taints say that it is not fit yet. */
export function isReady(node: NodeSeen): boolean {
  return node.ready === "True" && !node.taints.some((taint) => notReadyTaints.has(taint.key));
}

/**
 * Marked for replacement, in any of the ways EKS uses: unschedulable, kept out of load balancers, or the older taint
 * (EKS user guide, managed node update behaviour).
 */
export function isMarked(node: NodeSeen): boolean {
  return (
    node.unschedulable ||
    node.excludedFromLoadBalancers ||
    node.taints.some(
      (taint) => taint.key === "eks.amazonaws.com/nodegroup" && taint.value === "unschedulable",
    )
  );
}

function stateOf(
  node: NodeSeen,
  pods: readonly PodSeen[] | undefined,
  instance: InstanceSeen | undefined,
): NodeState {
  if (instance?.lifecycle.startsWith("Terminat")) return "terminating";
  if (isMarked(node)) {
    if (!pods) return "unschedulable";
    const leaving = pods.filter(mustLeave);
    if (leaving.length === 0) return "empty";
    return leaving.some((pod) => pod.disruption || pod.deletingSince) ? "draining" : "unschedulable";
  }
  return isReady(node) ? "ready" : "joined";
}

/**
 * Between two evictions a draining node shows no pod that is leaving: it has not stopped draining. A terminated
 * instance leaves its Auto Scaling group before its node is deleted: it has not come back to life. And where pods are
 * not seen, an empty node cannot be told from one that waits.
 */
function notBackwards(
  before: NodeProgress | undefined,
  seen: NodeState,
  instance: InstanceSeen | undefined,
  podsSeen: boolean,
): NodeState {
  if (before?.state === "terminating" && !instance) return "terminating";
  if (seen !== "unschedulable") return seen;
  if (before?.state === "empty" && !podsSeen) return "empty";
  return before?.state === "draining" ? "draining" : seen;
}

export interface NodesLook {
  readonly nodes: readonly NodeSeen[];
  /** Absent when they could not be listed: then only what nodes show themselves is known. */
  readonly pods?: readonly PodSeen[];
  readonly instances: readonly InstanceSeen[];
  readonly groupTemplateVersion?: string;
}

export interface NodesChange {
  readonly nodes: Readonly<Record<string, NodeProgress>>;
  readonly facts: readonly Fact[];
}

/** What became of the nodes since the last look. The first look is the baseline: it tells of no change. */
export function followNodes(
  before: Readonly<Record<string, NodeProgress>>,
  look: NodesLook,
  step: Step,
  index: number,
  now: Instant,
): NodesChange {
  const baseline = Object.keys(before).length === 0;
  const instances = new Map(look.instances.map((instance) => [instance.id, instance]));
  const after: Record<string, NodeProgress> = {};
  const facts: Fact[] = [];
  const tell = (state: NodeState, node: string, zone: string) =>
    facts.push({ type: factOf[state], step: index, node, zone });

  for (const node of look.nodes) {
    // A name comes back where a new instance gets the address of one that is gone: that is another node.
    const last = before[node.name];
    const known = last?.state === "gone" ? undefined : last;
    const instance = node.instanceId === undefined ? undefined : instances.get(node.instanceId);
    const pods = look.pods?.filter((pod) => pod.node === node.name);
    const state = notBackwards(known, stateOf(node, pods, instance), instance, pods !== undefined);
    const podsLeft = pods ? pods.filter(mustLeave).length : known?.podsLeft;
    if (!known && !baseline) tell("joined", node.name, node.zone);
    // A known node that is not Ready any more has not joined again: only its state says so.
    if (state !== known?.state && state !== "joined" && !baseline) tell(state, node.name, node.zone);
    after[node.name] = {
      state,
      old: !isNew(node, step, instance, look.groupTemplateVersion),
      zone: node.zone,
      kubelet: node.kubelet,
      since: known?.state === state ? known.since : now,
      ...(podsLeft !== undefined && { podsLeft }),
    };
  }
  for (const [name, known] of Object.entries(before)) {
    if (after[name]) continue;
    if (known.state !== "gone") tell("gone", name, known.zone);
    after[name] = known.state === "gone" ? known : { ...known, state: "gone", since: now, podsLeft: 0 };
  }
  return { nodes: after, facts };
}
