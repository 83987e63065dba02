import { isActive, isReady } from "../conditions.js";
import type { Pod, ReplicaSet } from "../objects.js";
import { deletePod, ownedPods, podOf } from "../pods.js";
import type { Store } from "../store.js";
import type { Controller, ControllerInput } from "./controller.js";

/** Keeps each ReplicaSet's number of active pods: a terminating pod is replaced at once, not when it is gone. */
export function replicaSetController({ store }: ControllerInput): Controller {
  return {
    watches: ["replicasets", "pods"],
    reconcile() {
      for (const set of store.list("replicasets")) reconcile(store, set);
    },
  };
}

/** Which pods go first when there are too many: without a node, then not Ready, then the youngest. */
const inOrderOfDeletion = (one: Pod, other: Pod) =>
  Number(Boolean(one.spec.nodeName)) - Number(Boolean(other.spec.nodeName)) ||
  Number(isReady(one)) - Number(isReady(other)) ||
  other.metadata.creationTimestamp.localeCompare(one.metadata.creationTimestamp);

function reconcile(store: Store, set: ReplicaSet): void {
  const active = ownedPods(store, set).filter(isActive);
  const { replicas, template } = set.spec;
  for (let missing = replicas - active.length; missing > 0; missing--) {
    store.create("pods", podOf(set, template));
  }
  for (const pod of active.toSorted(inOrderOfDeletion).slice(0, Math.max(0, active.length - replicas))) {
    deletePod(store, { namespace: pod.metadata.namespace ?? "", name: pod.metadata.name });
  }
  report(store, set);
}

function report(store: Store, set: ReplicaSet): void {
  const active = ownedPods(store, set).filter(isActive);
  const ready = active.filter(isReady).length;
  store.update("replicasets", set.metadata, ({ metadata, status }) => {
    Object.assign(status, {
      observedGeneration: metadata.generation,
      replicas: active.length,
      fullyLabeledReplicas: active.length,
      readyReplicas: ready,
      availableReplicas: ready,
    });
  });
}
