import { isDeepStrictEqual } from "node:util";
import { setCondition } from "../conditions.js";
import { safeName } from "../identity.js";
import type { Deployment, PodTemplate, ReplicaSet } from "../objects.js";
import { ownerReference } from "../pods.js";
import type { New, Store } from "../store.js";
import { type Controller, type ControllerInput, concerned } from "./controller.js";

const revision = "deployment.kubernetes.io/revision";

/** A ReplicaSet for each pod template a Deployment has had, named after its hash; a changed template is rolled out. */
export function deploymentController({ store }: ControllerInput): Controller {
  return {
    watches: ["deployments", "replicasets"],
    reconcile(changes) {
      for (const deployment of concerned(store, changes, "deployments", "replicasets"))
        reconcile(store, deployment);
    },
  };
}

function reconcile(store: Store, deployment: Deployment): void {
  const current = currentSet(store, deployment);
  const old = setsOf(store, deployment).filter((set) => set.metadata.uid !== current.metadata.uid);
  roll(store, deployment, current, old);
  report(store, deployment, current.metadata.name);
}

const setsOf = (store: Store, { metadata }: Deployment): readonly ReplicaSet[] =>
  store.owned("replicasets", metadata.uid);

function currentSet(store: Store, deployment: Deployment): ReplicaSet {
  const wanted = replicaSetOf(deployment);
  const known = store.get("replicasets", wanted.metadata);
  if (known) return known;
  const revisions = setsOf(store, deployment).map(({ metadata }) => Number(metadata.annotations?.[revision]));
  const annotations = { [revision]: `${Math.max(0, ...revisions) + 1}` };
  store.update("deployments", deployment.metadata, ({ metadata }) => {
    metadata.annotations = { ...metadata.annotations, ...annotations };
  });
  return store.create("replicasets", { ...wanted, metadata: { ...wanted.metadata, annotations } });
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** How many pods a rollout may have too many, rounded up, and too few, rounded down; one of the two is always possible. */
function boundsOf({ spec: { replicas, strategy } }: Deployment) {
  const { maxSurge, maxUnavailable } = strategy.rollingUpdate;
  const surge = share(maxSurge, replicas, Math.ceil);
  const unavailable = share(maxUnavailable, replicas, Math.floor);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

const share = (amount: number | string, of: number, round: (exact: number) => number) =>
  typeof amount === "number" ? amount : round((Number.parseFloat(amount) * of) / 100);

/** A rolling update: old pods go as new ones become available. */
function roll(store: Store, deployment: Deployment, current: ReplicaSet, old: readonly ReplicaSet[]): void {
  const { spec } = deployment;
  const { surge, unavailable: fewer } = boundsOf(deployment);
  const replaced = sum(old.map((set) => set.spec.replicas));
  const most = spec.replicas + (replaced > 0 ? surge : 0);
  const wanted = Math.min(spec.replicas, Math.max(current.spec.replicas, most - replaced));
  scale(store, current, wanted);
  const least = spec.replicas - fewer;
  const unavailable = wanted - Math.min(wanted, current.status.availableReplicas ?? 0);
  let spare = Math.max(0, replaced + wanted - least - unavailable);
  for (const set of old) {
    const removed = Math.min(spare, set.spec.replicas);
    spare -= removed;
    scale(store, set, set.spec.replicas - removed);
  }
}

function scale(store: Store, { metadata }: ReplicaSet, replicas: number): void {
  store.update("replicasets", metadata, ({ spec }) => {
    spec.replicas = replicas;
  });
}

function report(store: Store, deployment: Deployment, current: string): void {
  const { metadata, spec, status } = deployment;
  const sets = setsOf(store, deployment);
  const count = (name: string) => sum(sets.map((set) => set.status[name] ?? 0));
  const updated = sets.find((set) => set.metadata.name === current)?.status;
  const available = count("availableReplicas");
  const next: Deployment["status"] = {
    observedGeneration: metadata.generation ?? 1,
    replicas: count("replicas"),
    updatedReplicas: updated?.replicas ?? 0,
    readyReplicas: count("readyReplicas"),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, spec.replicas - available),
  };
  const enough = available >= spec.replicas - boundsOf(deployment).unavailable;
  const isDone = updated?.availableReplicas === spec.replicas && next.replicas === spec.replicas;
  next.conditions = conditionsOf(store, status, enough, isDone);
  if (isDeepStrictEqual(next, status)) return;
  store.update("deployments", metadata, (draft) => {
    draft.status = next;
  });
}

function conditionsOf(
  store: Store,
  { conditions = [] }: Deployment["status"],
  enough: boolean,
  done: boolean,
) {
  const lastTransitionTime = store.timestamp();
  const available = setCondition(conditions, {
    type: "Available",
    status: enough ? "True" : "False",
    reason: enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
    lastTransitionTime,
  });
  const reason = done ? "NewReplicaSetAvailable" : "ReplicaSetUpdated";
  return setCondition(available, { type: "Progressing", status: "True", reason, lastTransitionTime });
}

/** Without replicas: how many it gets is a matter of the rollout. */
function replicaSetOf(deployment: Deployment): New<ReplicaSet> & { metadata: { name: string } } {
  const { namespace = "", name } = deployment.metadata;
  const { selector, template } = deployment.spec;
  const hash = { "pod-template-hash": safeName(JSON.stringify(template), 10) };
  const labels = { ...template.metadata.labels, ...hash };
  return {
    metadata: {
      namespace,
      name: `${name}-${hash["pod-template-hash"]}`,
      labels,
      ownerReferences: [ownerReference(deployment)],
    },
    spec: {
      replicas: 0,
      selector: { matchLabels: { ...selector.matchLabels, ...hash } },
      template: labelled(template, labels),
    },
    status: {},
  };
}

const labelled = (template: PodTemplate, labels: Record<string, string>): PodTemplate => ({
  ...template,
  metadata: { ...template.metadata, labels },
});
