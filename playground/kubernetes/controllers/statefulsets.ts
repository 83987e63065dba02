import { isDeepStrictEqual } from "node:util";
import { isReady } from "../conditions.js";
import { safeName } from "../identity.js";
import type { Pod, StatefulSet } from "../objects.js";
import { deletePod, podOf, revisionLabel } from "../pods.js";
import type { Store } from "../store.js";
import { createClaim } from "../workloads.js";
import { type Controller, type ControllerInput, concerned } from "./controller.js";

/** Pods with names and volumes of their own: a new one waits until the last of its name is gone. */
export function statefulSetController({ store }: ControllerInput): Controller {
  return {
    watches: ["statefulsets", "pods"],
    reconcile(changes) {
      for (const set of concerned(store, changes, "statefulsets", "pods")) {
        const revision = safeName(JSON.stringify(set.spec.template), 10);
        const pods = store.owned("pods", set.metadata.uid);
        const { replicas } = set.spec;
        if (fill(store, set, pods, revision)) {
          const surplus = pods.filter((pod) => ordinalOf(pod) >= replicas);
          if (surplus.length > 0) shrink(store, set, surplus);
          else update(store, pods, revision);
        }
        report(store, set, store.owned("pods", set.metadata.uid), revision);
      }
    },
  };
}

const ordinalOf = ({ metadata }: Pod) => Number(metadata.name.slice(metadata.name.lastIndexOf("-") + 1));
const isHealthy = (pod: Pod) => isReady(pod) && !pod.metadata.deletionTimestamp;
const highestFirst = (one: Pod, other: Pod) => ordinalOf(other) - ordinalOf(one);
const isOf = (revision: string) => (pod: Pod) => pod.metadata.labels?.[revisionLabel] === revision;
const isParallel = ({ spec }: StatefulSet) => spec.podManagementPolicy === "Parallel";

/** Makes the next pod that is missing, or all of them. Whether they are there, and, in order, all healthy. */
function fill(store: Store, set: StatefulSet, pods: readonly Pod[], revision: string): boolean {
  const known = new Map(pods.map((pod) => [ordinalOf(pod), pod]));
  let complete = true;
  for (let ordinal = 0; ordinal < set.spec.replicas; ordinal++) {
    const pod = known.get(ordinal);
    if (!pod) create(store, set, ordinal, revision);
    if (pod && (isParallel(set) || isHealthy(pod))) continue;
    complete = false;
    // A pod that can never become healthy keeps the set from being updated, in order: so it does in reality.
    if (!isParallel(set)) return false;
  }
  return complete;
}

function create(store: Store, set: StatefulSet, ordinal: number, revision: string): void {
  const { namespace = "", name: owner } = set.metadata;
  const name = `${owner}-${ordinal}`;
  const claims = set.spec.volumeClaimTemplates ?? [];
  for (const { metadata, spec } of claims)
    createClaim(store, { namespace, name: `${metadata.name}-${name}` }, spec);
  const pod = podOf(set, set.spec.template, {
    [revisionLabel]: revision,
    "statefulset.kubernetes.io/pod-name": name,
    "apps.kubernetes.io/pod-index": `${ordinal}`,
  });
  const own = claims.map(({ metadata }) => ({
    name: metadata.name,
    persistentVolumeClaim: { claimName: `${metadata.name}-${name}` },
  }));
  const volumes = [...(pod.spec.volumes ?? []), ...own];
  store.create("pods", {
    ...pod,
    metadata: { ...pod.metadata, name },
    spec: { ...pod.spec, hostname: name, ...(volumes.length > 0 ? { volumes } : {}) },
  });
}

const remove = (store: Store, { metadata }: Pod) =>
  deletePod(store, { namespace: metadata.namespace ?? "", name: metadata.name });

/** From the highest number down, one after another unless they are managed in parallel. */
function shrink(store: Store, set: StatefulSet, surplus: readonly Pod[]): void {
  const going = surplus.toSorted(highestFirst).slice(0, isParallel(set) ? surplus.length : 1);
  for (const pod of going) if (!pod.metadata.deletionTimestamp) remove(store, pod);
}

/** From the highest number down, each waiting until the one before is healthy. */
function update(store: Store, pods: readonly Pod[], revision: string): void {
  for (const pod of pods.toSorted(highestFirst)) {
    const isOld = !isOf(revision)(pod) && !pod.metadata.deletionTimestamp;
    if (isOld) remove(store, pod);
    if (isOld || !isHealthy(pod)) return;
  }
}

function report(store: Store, set: StatefulSet, pods: readonly Pod[], revision: string): void {
  const { metadata, status } = set;
  const ready = pods.filter(isReady).length;
  const updated = pods.filter(isOf(revision)).length;
  const { currentRevision = revision } = status;
  const isDone = updated === pods.length && pods.length === set.spec.replicas;
  const next: StatefulSet["status"] = {
    observedGeneration: metadata.generation ?? 1,
    replicas: pods.length,
    readyReplicas: ready,
    availableReplicas: ready,
    updatedReplicas: updated,
    currentReplicas: pods.filter(isOf(currentRevision)).length,
    currentRevision: isDone ? revision : currentRevision,
    updateRevision: revision,
    collisionCount: 0,
  };
  if (isDone) next.currentReplicas = updated;
  if (isDeepStrictEqual(next, status)) return;
  store.update("statefulsets", metadata, (draft) => {
    draft.status = next;
  });
}
