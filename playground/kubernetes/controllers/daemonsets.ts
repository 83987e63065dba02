import { isActive, isReady } from "../conditions.js";
import type { DaemonSet, Pod } from "../objects.js";
import { podOf, podsByOwner, report } from "../pods.js";
import type { Store } from "../store.js";
import type { Controller, ControllerInput } from "./controller.js";

/** One pod on each node, cordoned or not Ready alike: DaemonSet pods tolerate the taints that say so. */
export function daemonSetController({ store }: ControllerInput): Controller {
  return {
    watches: ["daemonsets", "nodes", "pods"],
    reconcile() {
      const podsOf = podsByOwner(store);
      for (const set of store.list("daemonsets")) reconcile(store, set, podsOf(set));
    },
  };
}

function reconcile(store: Store, set: DaemonSet, pods: readonly Pod[]): void {
  const nodes = store.list("nodes").map((node) => node.metadata.name);
  const covered = new Set(pods.map((pod) => pod.spec.nodeName));
  for (const nodeName of nodes.filter((name) => !covered.has(name))) {
    const pod = podOf(set, set.spec.template);
    store.create("pods", { ...pod, spec: { ...pod.spec, nodeName } });
  }
  const ready = pods.filter((pod) => isActive(pod) && isReady(pod)).length;
  report(store, "daemonsets", set, {
    desiredNumberScheduled: nodes.length,
    currentNumberScheduled: nodes.length,
    updatedNumberScheduled: nodes.length,
    numberMisscheduled: 0,
    numberReady: ready,
    numberAvailable: ready,
    numberUnavailable: nodes.length - ready,
  });
}
