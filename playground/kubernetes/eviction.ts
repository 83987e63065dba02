import { findCondition, isFinished, isReady, setCondition } from "./conditions.js";
import type { Pod, PodDisruptionBudget } from "./objects.js";
import { deletePod, markDisrupted } from "./pods.js";
import { selects } from "./selectors.js";
import { conflict, failure, notFound, type Status, success } from "./status.js";
import type { Store } from "./store.js";
import type { EvictionAnswer, EvictionOptions, PodName } from "./types.js";

/** Answers an eviction as kube-apiserver does (measured on 1.36), in its order of checks. */
export function evict(store: Store, name: PodName, options: EvictionOptions = {}): EvictionAnswer {
  return store.transaction(() => {
    const pod = store.get("pods", name);
    const refusal =
      terminating(store, name) ?? (pod ? judge(store, pod, options) : notFound("pods", "", name.name));
    if (refusal) return answer(refusal);
    if (!options.dryRun) {
      markDisrupted(store, name, "EvictionByEvictionAPI", "Eviction API: evicting");
      deletePod(store, name, options.gracePeriodSeconds);
    }
    return answer(success(201));
  });
}

function answer(body: Status): EvictionAnswer {
  const retry = body.details?.retryAfterSeconds;
  return { status: body.code, ...(retry ? { retryAfterSeconds: retry } : {}), body: { ...body } };
}

/** Why not, or undefined after the budget has paid for it. */
function judge(store: Store, pod: Pod, { uid, dryRun = false }: EvictionOptions): Status | undefined {
  if (uid !== undefined && uid !== pod.metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${pod.metadata.uid}`;
    return conflict("pods", "", pod.metadata.name, why);
  }
  if (needsNoBudget(pod)) return undefined;
  const [budget, second] = budgetsOf(store, pod);
  if (second) {
    const why =
      "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.";
    return failure(500, undefined, why);
  }
  if (!budget || mayGoUnready(pod, budget)) return undefined;
  return refusalOf(budget) ?? (dryRun ? undefined : pay(store, budget, pod));
}

const needsNoBudget = (pod: Pod) =>
  pod.metadata.deletionTimestamp !== undefined || pod.status.phase === "Pending" || isFinished(pod);

function budgetsOf(store: Store, { metadata }: Pod): readonly PodDisruptionBudget[] {
  return store
    .list("poddisruptionbudgets")
    .filter(
      (budget) =>
        budget.metadata.namespace === metadata.namespace && selects(budget.spec.selector, metadata.labels),
    );
}

/** An unready pod protects nobody: it may go if the budget holds without it, or if its policy always lets it. */
function mayGoUnready(pod: Pod, { spec, status }: PodDisruptionBudget): boolean {
  if (isReady(pod)) return false;
  if (spec.unhealthyPodEvictionPolicy === "AlwaysAllow") return true;
  return status.desiredHealthy > 0 && status.currentHealthy >= status.desiredHealthy;
}

function refusalOf({ metadata, status }: PodDisruptionBudget): Status | undefined {
  const { name, generation = 0 } = metadata;
  if ((status.observedGeneration ?? 0) < generation) {
    return tooMany(`The disruption budget ${name} is still being processed by the server.`, 10);
  }
  if (status.disruptionsAllowed > 0) return undefined;
  const condition = findCondition(status.conditions, "DisruptionAllowed");
  if (condition?.reason === "SyncFailed") {
    const why = `because it failed sync: ${condition.message ?? ""}`;
    return tooMany(`The disruption budget ${name} does not allow evicting pods currently ${why}`);
  }
  const { desiredHealthy, currentHealthy } = status;
  return tooMany(
    `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`,
  );
}

function tooMany(cause: string, retryAfterSeconds?: number): Status {
  const message = "Cannot evict pod as it would violate the pod's disruption budget.";
  return failure(429, "TooManyRequests", message, {
    causes: [{ reason: "DisruptionBudget", message: cause }],
    ...(retryAfterSeconds ? { retryAfterSeconds } : {}),
  });
}

/** Takes the disruption from the budget at once, so that evictions in the same moment cannot share it. */
function pay(store: Store, budget: PodDisruptionBudget, pod: Pod): undefined {
  store.update("poddisruptionbudgets", budget.metadata, ({ status, metadata }) => {
    status.disruptionsAllowed--;
    status.disruptedPods = { ...status.disruptedPods, [pod.metadata.name]: store.timestamp() };
    if (status.disruptionsAllowed > 0) return;
    status.conditions = setCondition(status.conditions ?? [], {
      type: "DisruptionAllowed",
      status: "False",
      reason: "InsufficientPods",
      message: "",
      observedGeneration: metadata.generation ?? 1,
      lastTransitionTime: store.timestamp(),
    });
  });
}

/** Nothing, an Eviction included, can be created in a namespace that is being deleted. */
function terminating(store: Store, { namespace, name }: PodName): Status | undefined {
  if (store.get("namespaces", { name: namespace })?.status.phase !== "Terminating") return undefined;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  return failure(403, "Forbidden", `pods "${name}" is forbidden: ${why}`, {
    name,
    kind: "pods",
    causes: [{ reason: "NamespaceTerminating", message: `namespace ${namespace} is being terminated` }],
  });
}
