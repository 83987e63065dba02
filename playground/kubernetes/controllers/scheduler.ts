import { findCondition, isFinished, setCondition } from "../conditions.js";
import type { Node, Pod, Taint } from "../objects.js";
import { groupBy } from "../pods.js";
import type { Store } from "../store.js";
import { tolerates } from "../taints.js";
import { bindClaims, claimsOf, zoneLabel, zonesOf } from "../volumes.js";
import type { Controller, ControllerInput } from "./controller.js";
import { type Relatives, relativesIn } from "./relatives.js";

/** Pods wait a moment in the scheduler's queue, so that nodes which come up together share them. */
const schedulingDelay = 500;

/** Binds pods to nodes: fewest pods of the same owner first, on the node and then in its zone, then fewest pods at all. */
export function scheduler({ store, alarms }: ControllerInput): Controller {
  return {
    watches: ["pods", "nodes", "persistentvolumeclaims"],
    reconcile() {
      for (const pod of store.eachPodOn("")) {
        if (!isWaiting(pod)) continue;
        alarms.once("schedule", schedulingDelay, () => scheduleAll(store));
        return;
      }
    },
  };
}

const isWaiting = (pod: Pod) => !pod.metadata.deletionTimestamp && !isFinished(pod);

const inTurn = (one: Pod, other: Pod) =>
  (other.spec.priority ?? 0) - (one.spec.priority ?? 0) ||
  Number(one.metadata.resourceVersion) - Number(other.metadata.resourceVersion);

function scheduleAll(store: Store): void {
  const places = store.list("nodes").map((node) => placeOf(store, node));
  const relatives = relativesIn(store);
  for (const pod of store.podsOn("").filter(isWaiting).sort(inTurn)) {
    const want: Want = { pod, zones: zonesOf(store, pod), lost: lostClaim(store, pod) };
    const place = want.lost ? undefined : choose(want, places, relatives.of(pod));
    if (place) {
      place.load++;
      relatives.placed(pod, place.node.metadata.name, place.zone);
      bindClaims(store, pod, place.node);
    }
    bind(store, pod, place?.node.metadata.name ?? { why: whyNowhere(want, places) });
  }
}

interface Place {
  readonly node: Node;
  readonly zone: string;
  readonly ready: boolean;
  /** What keeps pods away that do not tolerate it. */
  readonly taints: readonly Taint[];
  readonly capacity: number;
  load: number;
}

function placeOf(store: Store, node: Node): Place {
  let load = 0;
  for (const pod of store.eachPodOn(node.metadata.name)) if (!isFinished(pod)) load++;
  return {
    node,
    zone: node.metadata.labels?.[zoneLabel] ?? "",
    ready: findCondition(node.status.conditions, "Ready")?.status === "True",
    taints: (node.spec.taints ?? []).filter(({ effect }) => effect !== "PreferNoSchedule"),
    capacity: Number(node.status.allocatable.pods),
    load,
  };
}

/** A pod that has to go somewhere. */
interface Want {
  readonly pod: Pod;
  /** Where its volumes are; none: anywhere. */
  readonly zones: ReadonlySet<string | undefined>;
  /** A claim that it names and that does not exist. */
  readonly lost: string | undefined;
}

function lostClaim(store: Store, pod: Pod): string | undefined {
  return [...claimsOf(store, pod)].find(([, claim]) => claim === undefined)?.[0];
}

const holdsVolumes = ({ zones }: Want, zone: string) => [...zones].every((other) => other === zone);

function isSelected({ spec }: Pod, { metadata }: Node): boolean {
  const wanted = Object.entries(spec.nodeSelector ?? {});
  return wanted.every(([key, value]) => metadata.labels?.[key] === value);
}

const fits = (want: Want, place: Place) =>
  place.ready &&
  place.load < place.capacity &&
  place.taints.every((taint) => tolerates(want.pod, taint)) &&
  isSelected(want.pod, place.node) &&
  holdsVolumes(want, place.zone);

function choose(want: Want, places: readonly Place[], relatives: Relatives): Place | undefined {
  const rank = ({ node, zone, load }: Place) => [
    relatives.onNode.get(node.metadata.name) ?? 0,
    relatives.inZone.get(zone) ?? 0,
    load,
  ];
  let best: Place | undefined;
  let lowest: readonly number[] = [];
  for (const place of places) {
    if (!fits(want, place)) continue;
    const ranked = rank(place);
    if (best && !isLower(ranked, lowest)) continue;
    best = place;
    lowest = ranked;
  }
  return best;
}

function isLower(one: readonly number[], other: readonly number[]): boolean {
  const index = one.findIndex((value, position) => value !== other[position]);
  return index !== -1 && (one[index] ?? 0) < (other[index] ?? 0);
}

/** "0/3 nodes are available: 1 Too many pods, 2 node(s) were unschedulable." */
function whyNowhere(want: Want, places: readonly Place[]): string {
  const reasons = groupBy(places, (place) => whyNotHere(want, place));
  const counted = [...reasons].map(([reason, { length }]) => `${length} ${reason}`).sort();
  if (want.lost) return `persistentvolumeclaim "${want.lost}" not found`;
  const because = counted.length > 0 ? `: ${counted.join(", ")}` : "";
  return `0/${places.length} nodes are available${because}.`;
}

function whyNotHere(want: Want, { node, taints, load, capacity }: Place): string {
  if (node.spec.unschedulable) return "node(s) were unschedulable";
  const taint = taints.find((taint) => !tolerates(want.pod, taint));
  if (taint) return `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ""}}`;
  if (!isSelected(want.pod, node)) return "node(s) didn't match Pod's node affinity/selector";
  return load >= capacity ? "Too many pods" : "node(s) had volume node affinity conflict";
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
