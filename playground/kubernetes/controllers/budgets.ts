import { controllerOf, isReady, setCondition } from "../conditions.js";
import type { OwnerReference, Pod, PodDisruptionBudget, Resource } from "../objects.js";
import type { Store } from "../store.js";
import type { Controller, ControllerInput } from "./controller.js";

/** The disruption controller sees a change a moment later; until then evictions meet a status of the past. */
const budgetDelay = 100;

/** An eviction that was granted but did not delete its pod is forgotten after two minutes. */
const disruptionTimeout = 2 * 60_000;

const watches: readonly Resource[] = [
  "poddisruptionbudgets",
  "pods",
  "replicasets",
  "deployments",
  "statefulsets",
];

export function budgetController({ store, alarms, now }: ControllerInput): Controller {
  /** Namespaces where something happened. */
  const dirty = new Set<string>();
  const sync = () => {
    const budgets = store
      .list("poddisruptionbudgets")
      .filter(({ metadata }) => dirty.has(metadata.namespace ?? ""));
    dirty.clear();
    for (const budget of budgets) {
      const disrupted = stillDisrupted(store, budget, now());
      updateStatus(store, budget, disrupted);
      const oldest = Math.min(...Object.values(disrupted).map((time) => Date.parse(time)));
      if (oldest < Infinity) alarms.once("forget disruptions", oldest + disruptionTimeout - now(), forget);
    }
  };
  const forget = () => {
    for (const { metadata } of store.list("poddisruptionbudgets")) dirty.add(metadata.namespace ?? "");
    sync();
  };
  return {
    watches,
    reconcile(changes) {
      for (const { resource, object } of changes)
        if (watches.includes(resource)) dirty.add(object.metadata.namespace ?? "");
      alarms.once("sync budgets", budgetDelay, sync);
    },
  };
}

const podsOf = (store: Store, { metadata, spec }: PodDisruptionBudget): readonly Pod[] =>
  store.selectedPods(metadata.namespace ?? "", spec.selector);

function stillDisrupted(store: Store, budget: PodDisruptionBudget, now: number): Record<string, string> {
  const waiting = new Set(
    podsOf(store, budget)
      .filter((pod) => !pod.metadata.deletionTimestamp)
      .map((pod) => pod.metadata.name),
  );
  const entries = Object.entries(budget.status.disruptedPods ?? {});
  return Object.fromEntries(
    entries.filter(([name, time]) => waiting.has(name) && now < Date.parse(time) + disruptionTimeout),
  );
}

function updateStatus(store: Store, budget: PodDisruptionBudget, disrupted: Record<string, string>): void {
  const pods = podsOf(store, budget);
  const healthy = pods.filter(
    (pod) => isReady(pod) && !pod.metadata.deletionTimestamp && !disrupted[pod.metadata.name],
  );
  const needs = requirement(store, budget, pods);
  const failed = typeof needs === "string";
  const currentHealthy = healthy.length;
  const allowed = failed || needs.expectedPods === 0 ? 0 : Math.max(0, currentHealthy - needs.desiredHealthy);
  store.update("poddisruptionbudgets", budget.metadata, ({ metadata, status }) => {
    if (!failed) Object.assign(status, { currentHealthy, ...needs, disruptedPods: disrupted });
    status.disruptionsAllowed = allowed;
    status.observedGeneration = metadata.generation ?? 1;
    status.conditions = setCondition(status.conditions ?? [], {
      type: "DisruptionAllowed",
      status: allowed > 0 ? "True" : "False",
      reason: failed ? "SyncFailed" : allowed > 0 ? "SufficientPods" : "InsufficientPods",
      message: failed ? needs : "",
      observedGeneration: metadata.generation ?? 1,
      lastTransitionTime: store.timestamp(),
    });
  });
}

interface Requirement {
  readonly expectedPods: number;
  readonly desiredHealthy: number;
}

/** A number for minAvailable counts the pods there are; everything else needs the scale their owners want. A string says why it cannot be told. */
function requirement(
  store: Store,
  { spec }: PodDisruptionBudget,
  pods: readonly Pod[],
): Requirement | string {
  if (typeof spec.minAvailable === "number") {
    return { expectedPods: pods.length, desiredHealthy: spec.minAvailable };
  }
  const scale = expectedScale(store, pods);
  if (typeof scale === "string") return scale;
  if (spec.minAvailable !== undefined) {
    return { expectedPods: scale, desiredHealthy: share(spec.minAvailable, scale) };
  }
  const unavailable = share(spec.maxUnavailable ?? 0, scale);
  return { expectedPods: scale, desiredHealthy: Math.max(0, scale - unavailable) };
}

/** Percentages are rounded up, in both directions. */
const share = (amount: number | string, of: number) =>
  typeof amount === "number" ? amount : Math.ceil((Number.parseFloat(amount) * of) / 100);

/** The replicas that the pods' owners want, or why that cannot be told. Pods without an owner do not count. */
function expectedScale(store: Store, pods: readonly Pod[]): number | string {
  const scales = new Map<string, number>();
  for (const pod of pods) {
    const owner = controllerOf(pod);
    if (!owner) continue;
    if (owner.kind === "DaemonSet") return "daemonsets.apps does not implement the scale subresource";
    const scale = scaledBy(store, pod, owner);
    if (!scale) return `found no controllers for pod "${pod.metadata.name}"`;
    const { uid, replicas } = scale;
    scales.set(uid, replicas);
  }
  return [...scales.values()].reduce((sum, replicas) => sum + replicas, 0);
}

/** Who says how many are wanted: a StatefulSet, or a ReplicaSet's Deployment, in the middle of a rollout too. */
function scaledBy(store: Store, { metadata }: Pod, owner: OwnerReference) {
  const name = { namespace: metadata.namespace ?? "", name: owner.name };
  const set = store.get(owner.kind === "StatefulSet" ? "statefulsets" : "replicasets", name);
  if (set?.metadata.uid !== owner.uid) return undefined;
  const above = set.metadata.ownerReferences?.find(({ kind }) => kind === "Deployment");
  const deployment = above && store.get("deployments", { ...name, name: above.name });
  const scaled = deployment ?? set;
  return { uid: scaled.metadata.uid, replicas: scaled.spec.replicas };
}
