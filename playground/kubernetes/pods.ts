import { isDeepStrictEqual } from "node:util";
import { isFinished, setCondition } from "./conditions.js";
import type { KubernetesObject, Metadata, OwnerReference, Pod, PodTemplate } from "./objects.js";
import type { New, Store } from "./store.js";
import type { PodName } from "./types.js";

export function ownerReference({ apiVersion, kind, metadata }: KubernetesObject): OwnerReference {
  const { name, uid } = metadata;
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** Which template a pod of a DaemonSet or StatefulSet was made from. */
export const revisionLabel = "controller-revision-hash";

export function groupBy<K, T>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** Says what a controller counted, unless it has been said. */
export function report(
  store: Store,
  resource: "replicasets" | "daemonsets",
  { metadata, status }: { metadata: Metadata; status: Record<string, number> },
  counts: Record<string, number>,
): void {
  const next = { ...status, observedGeneration: metadata.generation ?? 1, ...counts };
  if (isDeepStrictEqual(next, status)) return;
  store.update(resource, metadata, (draft) => {
    draft.status = next;
  });
}

export function podOf(
  owner: KubernetesObject,
  template: PodTemplate,
  labels: Readonly<Record<string, string>> = {},
): New<Pod> {
  return {
    metadata: {
      generateName: `${owner.metadata.name}-`,
      ...(owner.metadata.namespace ? { namespace: owner.metadata.namespace } : {}),
      labels: { ...template.metadata.labels, ...labels },
      ...(template.metadata.annotations ? { annotations: template.metadata.annotations } : {}),
      ownerReferences: [ownerReference(owner)],
    },
    spec: template.spec,
    status: { phase: "Pending", qosClass: "BestEffort" },
  };
}

/**
 * Graceful deletion: the kubelet of its node ends the pod; one that runs nowhere is gone at once.
 * A second deletion can only shorten the grace period.
 */
export function deletePod(store: Store, name: PodName, gracePeriodSeconds?: number): void {
  const pod = store.get("pods", name);
  if (!pod) return;
  const grace = gracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds;
  if (grace === 0 || !pod.spec.nodeName || isFinished(pod)) {
    store.remove("pods", name);
    return;
  }
  const known = pod.metadata.deletionGracePeriodSeconds;
  if (known !== undefined && known <= grace) return;
  store.update("pods", name, ({ metadata }) => {
    metadata.deletionTimestamp = store.timestamp(grace * 1000);
    metadata.deletionGracePeriodSeconds = grace;
  });
}

/** Says on the pod itself who ends it, before it is deleted. */
export function markDisrupted(store: Store, name: PodName, reason: string, message: string): void {
  store.update("pods", name, (pod) => {
    pod.status.conditions = setCondition(pod.status.conditions ?? [], {
      type: "DisruptionTarget",
      status: "True",
      reason,
      message,
      lastTransitionTime: store.timestamp(),
    });
  });
}
