import { controllerOf, findCondition, isFinished, setCondition } from "../conditions.js";
import type { Node, Pod, Taint } from "../objects.js";
import type { Store } from "../store.js";
import { tolerates } from "../taints.js";
import type { Controller, ControllerInput } from "./controller.js";

/** Pods wait a moment in the scheduler's queue, so that nodes which come up together share them. */
export const schedulingDelay = 500;

/** Binds pods to nodes: fewest pods of the same owner first, then fewest pods at all. */
export function scheduler({ store, alarms }: ControllerInput): Controller {
  return {
    watches: ["pods", "nodes"],
    reconcile() {
      if (store.list("pods").some(isWaiting))
        alarms.once("schedule", schedulingDelay, () => scheduleAll(store));
    },
  };
}

const isWaiting = (pod: Pod) => !pod.spec.nodeName && !pod.metadata.deletionTimestamp;

function scheduleAll(store: Store): void {
  const waiting = store
    .list("pods")
    .filter(isWaiting)
    .sort((one, other) => Number(one.metadata.resourceVersion) - Number(other.metadata.resourceVersion));
  for (const pod of waiting) schedule(store, pod);
}

const keepsAway = ({ effect }: Taint) => effect !== "PreferNoSchedule";

function fits(pod: Pod, node: Node, neighbours: readonly Pod[]): boolean {
  return (
    findCondition(node.status.conditions, "Ready")?.status === "True" &&
    (node.spec.taints ?? []).filter(keepsAway).every((taint) => tolerates(pod, taint)) &&
    neighbours.length < Number(node.status.allocatable.pods)
  );
}

function schedule(store: Store, pod: Pod): void {
  const running = store.list("pods").filter((other) => other.spec.nodeName && !isFinished(other));
  const owner = controllerOf(pod)?.uid;
  const choices = store
    .list("nodes")
    .map((node) => {
      const neighbours = running.filter((other) => other.spec.nodeName === node.metadata.name);
      const siblings = neighbours.filter((other) => controllerOf(other)?.uid === owner);
      return { node, neighbours, siblings };
    })
    .filter(({ node, neighbours }) => fits(pod, node, neighbours))
    .sort(
      (one, other) =>
        one.siblings.length - other.siblings.length || one.neighbours.length - other.neighbours.length,
    );
  const chosen = choices[0]?.node.metadata.name;
  store.update("pods", { namespace: pod.metadata.namespace ?? "", name: pod.metadata.name }, (draft) => {
    if (chosen) draft.spec.nodeName = chosen;
    draft.status.conditions = setCondition(draft.status.conditions ?? [], {
      type: "PodScheduled",
      status: chosen ? "True" : "False",
      ...(chosen ? {} : unschedulable(store)),
      lastTransitionTime: store.timestamp(),
    });
  });
}

const unschedulable = (store: Store) => ({
  reason: "Unschedulable",
  message: `0/${store.list("nodes").length} nodes are available.`,
});
