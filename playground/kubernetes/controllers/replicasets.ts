import { isActive, isReady } from "../conditions.js";
import type { Pod, ReplicaSet } from "../objects.js";
import { deletePod, podOf, report } from "../pods.js";
import type { Store } from "../store.js";
import { type Controller, type ControllerInput, concerned } from "./controller.js";

/** Keeps each ReplicaSet's number of active pods: a terminating pod is replaced at once, not when it is gone. */
export function replicaSetController({ store }: ControllerInput): Controller {
  return {
    watches: ["replicasets", "pods"],
    reconcile(changes) {
      for (const set of concerned(store, changes, "replicasets", "pods"))
        reconcile(store, set, store.owned("pods", set.metadata.uid).filter(isActive));
    },
  };
}

/** Which pods go first when there are too many: without a node, then not Ready, then the youngest. */
const inOrderOfDeletion = (one: Pod, other: Pod) =>
  Number(Boolean(one.spec.nodeName)) - Number(Boolean(other.spec.nodeName)) ||
  Number(isReady(one)) - Number(isReady(other)) ||
  other.metadata.creationTimestamp.localeCompare(one.metadata.creationTimestamp);

function reconcile(store: Store, set: ReplicaSet, active: readonly Pod[]): void {
  const { replicas, template } = set.spec;
  for (let missing = replicas - active.length; missing > 0; missing--) {
    store.create("pods", podOf(set, template));
  }
  const surplus = Math.max(0, active.length - replicas);
  for (const { metadata } of active.toSorted(inOrderOfDeletion).slice(0, surplus)) {
    deletePod(store, { namespace: metadata.namespace ?? "", name: metadata.name });
  }
  const ready = active.filter(isReady).length;
  report(store, "replicasets", set, {
    replicas: active.length,
    fullyLabeledReplicas: active.length,
    readyReplicas: ready,
    availableReplicas: ready,
  });
}
