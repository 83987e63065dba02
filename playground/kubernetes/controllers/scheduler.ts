import { controllerOf, findCondition, isFinished, setCondition } from "../conditions.js";
import type { Node, Pod, Taint } from "../objects.js";
import { groupBy } from "../pods.js";
import type { Store } from "../store.js";
import { tolerates } from "../taints.js";
import type { Controller, ControllerInput } from "./controller.js";

/** Pods wait a moment in the scheduler's queue, so that nodes which come up together share them. */
const schedulingDelay = 500;

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
  const running = store.list("pods").filter((pod) => pod.spec.nodeName && !isFinished(pod));
  const pods = groupBy(running, (pod) => pod.spec.nodeName);
  const places = store.list("nodes").map((node) => ({ node, pods: pods.get(node.metadata.name) ?? [] }));
  for (const pod of waiting) {
    const place = choose(pod, places);
    place?.pods.push(pod);
    bind(store, pod, place?.node.metadata.name ?? { why: whyNowhere(pod, places) });
  }
}

interface Place {
  readonly node: Node;
  readonly pods: Pod[];
}

const keepsAway = ({ effect }: Taint) => effect !== "PreferNoSchedule";

const fits = (pod: Pod, { node, pods }: Place) =>
  findCondition(node.status.conditions, "Ready")?.status === "True" &&
  pods.length < Number(node.status.allocatable.pods) &&
  (node.spec.taints ?? []).filter(keepsAway).every((taint) => tolerates(pod, taint));

function choose(pod: Pod, places: readonly Place[]): Place | undefined {
  const owner = controllerOf(pod)?.uid;
  const siblings = ({ pods }: Place) => pods.filter((other) => controllerOf(other)?.uid === owner).length;
  const ranked = places
    .filter((place) => fits(pod, place))
    .map((place) => ({ place, siblings: siblings(place), neighbours: place.pods.length }))
    .sort((one, other) => one.siblings - other.siblings || one.neighbours - other.neighbours);
  return ranked[0]?.place;
}

/** "0/3 nodes are available: 1 Too many pods, 2 node(s) were unschedulable." */
function whyNowhere(pod: Pod, places: readonly Place[]): string {
  const reasons = groupBy(places, (place) => whyNotHere(pod, place));
  const counted = [...reasons].map(([reason, { length }]) => `${length} ${reason}`).sort();
  const because = counted.length > 0 ? `: ${counted.join(", ")}` : "";
  return `0/${places.length} nodes are available${because}.`;
}

function whyNotHere(pod: Pod, { node }: Place): string {
  if (node.spec.unschedulable) return "node(s) were unschedulable";
  const taint = (node.spec.taints ?? []).filter(keepsAway).find((taint) => !tolerates(pod, taint));
  if (taint) return `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ""}}`;
  return "Too many pods";
}

/** To a node, or, with none that fits, the reason why the pod waits. */
function bind(store: Store, { metadata }: Pod, to: string | { readonly why: string }): void {
  const refusal = typeof to === "string" ? {} : { reason: "Unschedulable", message: to.why };
  store.update("pods", metadata, ({ spec, status }) => {
    if (typeof to === "string") spec.nodeName = to;
    status.conditions = setCondition(status.conditions ?? [], {
      type: "PodScheduled",
      status: typeof to === "string" ? "True" : "False",
      ...refusal,
      lastTransitionTime: store.timestamp(),
    });
  });
}
