import { controllerOf, findCondition } from "../kubernetes/conditions.js";
import type { Node, Pod } from "../kubernetes/objects.js";
import type { Instance } from "../world/state.js";
import type { MarkShown, NodeShown, PodShown } from "./protocol.js";

/** What is known of one node. */
export interface NodeLook {
  readonly instance: Instance;
  /** Absent before it joins, and once it is gone. */
  readonly node: Node | undefined;
  readonly release: string;
  readonly isNew: boolean;
  readonly marks: readonly MarkShown[];
  /** Also while none of its pods is leaving. */
  readonly isBeingDrained: boolean;
  readonly pods: readonly Pod[];
  /** Pods whose eviction was refused: "orders/orders-5d8f". */
  readonly refused: ReadonlySet<string>;
}

export function nodeShown(look: NodeLook): NodeShown {
  const { instance, release, isNew, marks } = look;
  const pods = podsShown(look.pods);
  const leaving = pods.some((pod) => !pod.daemon && pod.state === "terminating");
  const state = nodeState(look, leaving || look.isBeingDrained);
  return {
    name: instance.nodeName,
    zone: instance.subnet.zone,
    release,
    isNew,
    state,
    marks,
    pods: state === "draining" ? pods.map((pod) => heldBack(pod, look.refused)) : pods,
  };
}

function nodeState({ instance, node }: NodeLook, draining: boolean): NodeShown["state"] {
  if (instance.state === "shutting-down") return "terminating";
  // Lost, and nobody has noticed yet.
  if (instance.state === "terminated") return "not ready";
  if (instance.lifecycle.startsWith("Terminating")) return draining ? "draining" : "terminating";
  if (instance.state === "pending") return "launching";
  if (instance.node !== "ready") return "joining";
  if (findCondition(node?.status.conditions, "Ready")?.status !== "True") return "not ready";
  if (draining && takesNoPods(node)) return "draining";
  return node?.spec.unschedulable ? "cordoned" : "ready";
}

/** EKS cordons a node before it drains it, and the bot taints it. */
function takesNoPods(node: Node | undefined): boolean {
  return (
    node?.spec.unschedulable === true ||
    (node?.spec.taints ?? []).some(({ effect }) => effect === "NoSchedule")
  );
}

function heldBack(pod: PodShown, refused: ReadonlySet<string>): PodShown {
  const isHeld = pod.state === "running" && refused.has(`${pod.namespace}/${pod.name}`);
  return isHeld ? { ...pod, state: "held" } : pod;
}

export const podsShown = (pods: readonly Pod[]): PodShown[] => pods.map(podShown);

function podShown(pod: Pod): PodShown {
  const { namespace = "", name, deletionTimestamp } = pod.metadata;
  const state = deletionTimestamp ? "terminating" : isRunning(pod) ? "running" : "pending";
  return { namespace, name, state, daemon: controllerOf(pod)?.kind === "DaemonSet" };
}

const isRunning = (pod: Pod) => findCondition(pod.status.conditions, "Ready")?.status === "True";
