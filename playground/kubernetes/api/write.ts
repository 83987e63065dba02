import { evict } from "../eviction.js";
import { deletePod } from "../pods.js";
import { conflict, success } from "../status.js";
import type { PodName } from "../types.js";
import { ApiError, type ApiRequest, answerJson, badRequest, isDryRun, isObject, part } from "./http.js";
import { find } from "./read.js";

interface DeleteOptions {
  readonly dryRun: boolean;
  readonly uid?: string;
  readonly gracePeriodSeconds?: number;
}

function deleteOptions(request: ApiRequest, options: unknown): DeleteOptions {
  const uid = part(options, "preconditions", "uid");
  const grace = part(options, "gracePeriodSeconds") ?? request.query.get("gracePeriodSeconds") ?? undefined;
  return {
    dryRun: isDryRun(request, options),
    ...(typeof uid === "string" ? { uid } : {}),
    ...(grace === undefined ? {} : { gracePeriodSeconds: Number(grace) }),
  };
}

export function createEviction(request: ApiRequest, pod: PodName): void {
  const name = part(request.body, "metadata", "name");
  const kind = part(request.body, "kind") ?? "Eviction";
  if (!isObject(request.body) || kind !== "Eviction") throw badRequest("the body is not an Eviction");
  if (name !== undefined && name !== pod.name) {
    throw badRequest("name in URL does not match name in Eviction object");
  }
  const { cluster } = request;
  const options = deleteOptions(request, part(request.body, "deleteOptions"));
  const { body, status, retryAfterSeconds } = evict(cluster.store, pod, options);
  const kept = status === 429 || status === 500 ? cluster.store.get("pods", pod) : undefined;
  if (kept && !options.dryRun) cluster.onRefusedEviction(kept, status);
  const headers = retryAfterSeconds ? { "retry-after": `${retryAfterSeconds}` } : {};
  answerJson(request.response, status, body, headers);
}

export function deletePodObject(request: ApiRequest, name: PodName): void {
  const pod = find(request, "pods", name);
  const { uid, dryRun, gracePeriodSeconds } = deleteOptions(request, request.body);
  if (uid !== undefined && uid !== pod.metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${pod.metadata.uid}`;
    throw new ApiError(conflict("pods", "", name.name, why));
  }
  if (!dryRun) deletePod(request.cluster.store, name, gracePeriodSeconds);
  answerJson(request.response, 200, request.cluster.store.get("pods", name) ?? pod);
}

/** Nothing waits for a budget to go: it is gone at once. */
export function deleteBudget(request: ApiRequest, name: PodName): void {
  const budget = find(request, "poddisruptionbudgets", name);
  if (!isDryRun(request, request.body)) request.cluster.store.remove("poddisruptionbudgets", name);
  const { uid } = budget.metadata;
  const details = { name: name.name, group: "policy", kind: "poddisruptionbudgets", uid };
  answerJson(request.response, 200, { ...success(200), details });
}
