import { isDeepStrictEqual } from "node:util";
import { evict } from "../eviction.js";
import type { Node } from "../objects.js";
import { deletePod } from "../pods.js";
import { conflict } from "../status.js";
import type { PodName } from "../types.js";
import { ApiError, type ApiRequest, answerJson, badRequest, part } from "./http.js";
import { isObject, patchOf } from "./patch.js";
import { find } from "./read.js";

const isDryRun = (request: ApiRequest, options: unknown) =>
  request.query.get("dryRun") === "All" || isDeepStrictEqual(part(options, "dryRun"), ["All"]);

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
  const { body, status, retryAfterSeconds } = evict(
    request.cluster.store,
    pod,
    deleteOptions(request, part(request.body, "deleteOptions")),
  );
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

/** People patch spec, labels and annotations; what else a patch says is left alone. A resourceVersion in it is a precondition. */
export function patchNode(request: ApiRequest, name: string): void {
  const before = find(request, "nodes", { name });
  const patched = patchOf(request.headers["content-type"] ?? "", request.body)(before) as Node;
  if (patched.metadata.resourceVersion !== before.metadata.resourceVersion) {
    const why = "the object has been modified; please apply your changes to the latest version and try again";
    throw new ApiError(conflict("nodes", "", name, why));
  }
  const { labels = {}, annotations = {} } = patched.metadata;
  const after = { ...before, spec: patched.spec, metadata: { ...before.metadata, labels, annotations } };
  if (isDryRun(request, undefined)) {
    answerJson(request.response, 200, after);
    return;
  }
  const { store } = request.cluster;
  store.update("nodes", { name }, (node) => {
    node.spec = structuredClone(after.spec);
    node.metadata.labels = { ...labels };
    node.metadata.annotations = { ...annotations };
  });
  answerJson(request.response, 200, store.get("nodes", { name }));
}
