import { findCondition } from "./conditions.js";
import type { KubernetesObject, Lease, Node, Resource } from "./objects.js";
import type { Store } from "./store.js";

/** A kubelet renews its lease every 10 s, and its node's conditions every 5 minutes (kubelet defaults). */
const leaseInterval = 10_000;
const statusInterval = 5 * 60_000;

/** A silent kubelet is given up 40 s after its last renewal. */
const patience = 40_000;

/**
 * An object as it is read. Heartbeats are added here, not written: thousands of writes that nobody watches would push what
 * matters out of the history.
 */
export function withHeartbeat<T extends KubernetesObject>(store: Store, resource: Resource, object: T): T {
  if (resource === "leases") return renewed(store, object as T & Lease);
  if (resource === "nodes") return reported(store, object as T & Node);
  return object;
}

function renewed<T extends Lease>(store: Store, lease: T): T {
  const node = store.get("nodes", { name: lease.spec.holderIdentity });
  const renewTime = node && lastBeat(store, node, leaseInterval).replace("Z", ".000000Z");
  return renewTime ? { ...lease, spec: { ...lease.spec, renewTime } } : lease;
}

function reported<T extends Node>(store: Store, node: T): T {
  const beat = lastBeat(store, node, statusInterval);
  const conditions = node.status.conditions.map((condition) => {
    const { lastHeartbeatTime = beat } = condition;
    return { ...condition, lastHeartbeatTime: lastHeartbeatTime > beat ? lastHeartbeatTime : beat };
  });
  return { ...node, status: { ...node.status, conditions } };
}

/** When the node's kubelet was last heard of, as RFC 3339. */
function lastBeat(store: Store, node: Node, interval: number): string {
  const ready = findCondition(node.status.conditions, "Ready");
  const silent = ready?.status === "Unknown";
  const until = silent ? Date.parse(ready.lastTransitionTime) - patience : Date.parse(store.timestamp());
  return new Date(until - (until % interval)).toISOString().replace(/\.\d{3}Z$/, "Z");
}
