import { isActive, isReady } from "../conditions.js";
import { safeName } from "../identity.js";
import type { DaemonSet, Pod } from "../objects.js";
import { deletePod, podOf, report, revisionLabel } from "../pods.js";
import type { Store } from "../store.js";
import { type Controller, type ControllerInput, changesOf, concerned } from "./controller.js";

/** One pod on each node that its nodeSelector takes, cordoned or not Ready alike: its pods tolerate the taints that say so. */
export function daemonSetController({ store }: ControllerInput): Controller {
  return {
    watches: ["daemonsets", "nodes", "pods"],
    reconcile(changes) {
      const moved = changesOf(changes, "nodes").some(({ type }) => type !== "MODIFIED");
      const sets = moved ? store.list("daemonsets") : concerned(store, changes, "daemonsets", "pods");
      for (const set of sets) reconcile(store, set, store.owned("pods", set.metadata.uid));
    },
  };
}

function reconcile(store: Store, set: DaemonSet, pods: readonly Pod[]): void {
  const revision = safeName(JSON.stringify(set.spec.template), 10);
  const wanted = Object.entries(set.spec.template.spec.nodeSelector ?? {});
  const nodes = store
    .list("nodes")
    .filter(({ metadata }) => wanted.every(([key, value]) => metadata.labels?.[key] === value))
    .map((node) => node.metadata.name);
  const covered = new Set(pods.map((pod) => pod.spec.nodeName));
  for (const nodeName of nodes.filter((name) => !covered.has(name))) {
    const pod = podOf(set, set.spec.template, { [revisionLabel]: revision });
    store.create("pods", { ...pod, spec: { ...pod.spec, nodeName } });
  }
  const ready = pods.filter((pod) => isActive(pod) && isReady(pod)).length;
  const old = pods.filter((pod) => pod.metadata.labels?.[revisionLabel] !== revision);
  if (ready === nodes.length) replaceOne(store, old);
  report(store, "daemonsets", set, {
    desiredNumberScheduled: nodes.length,
    currentNumberScheduled: nodes.length,
    updatedNumberScheduled: nodes.length - old.length,
    numberMisscheduled: 0,
    numberReady: ready,
    numberAvailable: ready,
    numberUnavailable: nodes.length - ready,
  });
}

/** A changed template is rolled out node by node (maxUnavailable 1, the default). */
function replaceOne(store: Store, [next]: readonly Pod[]): void {
  if (next) deletePod(store, { namespace: next.metadata.namespace ?? "", name: next.metadata.name });
}
