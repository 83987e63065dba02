import { controllerOf, isFinished } from "../conditions.js";
import type { Pod } from "../objects.js";
import type { Store } from "../store.js";
import { zoneLabel } from "../volumes.js";

/** Where the pods of one owner are, by node and by zone. */
export interface Relatives {
  readonly onNode: Map<string, number>;
  readonly inZone: Map<string, number>;
}

/** Counted once for each owner, and kept up as its pods are placed. */
export function relativesIn(store: Store) {
  const known = new Map<string, Relatives>();

  function of(pod: Pod): Relatives {
    const owner = controllerOf(pod)?.uid;
    if (owner === undefined) return { onNode: new Map(), inZone: new Map() };
    const counted = known.get(owner) ?? countRelatives(store, owner);
    known.set(owner, counted);
    return counted;
  }
  return {
    of,
    placed: (pod: Pod, node: string, zone: string) => add(of(pod), node, zone),
  };
}

function countRelatives(store: Store, owner: string): Relatives {
  const relatives: Relatives = { onNode: new Map(), inZone: new Map() };
  for (const pod of store.owned("pods", owner)) {
    const name = pod.spec.nodeName;
    if (name === undefined || isFinished(pod)) continue;
    add(relatives, name, store.get("nodes", { name })?.metadata.labels?.[zoneLabel] ?? "");
  }
  return relatives;
}

function add({ onNode, inZone }: Relatives, node: string, zone: string): void {
  onNode.set(node, (onNode.get(node) ?? 0) + 1);
  inZone.set(zone, (inZone.get(zone) ?? 0) + 1);
}
