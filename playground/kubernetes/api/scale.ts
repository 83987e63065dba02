import type { ObjectName } from "../collection.js";
import type { Deployment, ReplicaSet, StatefulSet } from "../objects.js";
import { assertUnchanged, changed } from "./change.js";
import { type ApiRequest, answerJson, badRequest, part } from "./http.js";
import { patchOf } from "./patch.js";
import { find } from "./read.js";

export const scalable = ["deployments", "replicasets", "statefulsets"] as const;
type Scalable = (typeof scalable)[number];
type Scaled = Deployment | ReplicaSet | StatefulSet;

/** What `kubectl scale` and autoscalers see of a workload (autoscaling/v1). */
function scaleOf({ metadata, spec, status }: Scaled) {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  const labels = Object.entries(spec.selector.matchLabels ?? {});
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: spec.replicas },
    status: {
      replicas: status.replicas ?? 0,
      selector: labels.map(([key, value]) => `${key}=${value}`).join(","),
    },
  };
}

export function getScale(request: ApiRequest, resource: Scalable, name: ObjectName): void {
  answerJson(request.response, 200, scaleOf(find(request, resource, name)));
}

/** PUT brings a whole Scale, PATCH a change of it; only the number of replicas counts. A resourceVersion is a precondition. */
export function changeScale(request: ApiRequest, resource: Scalable, name: ObjectName): void {
  const before: Scaled = find(request, resource, name);
  const { headers, body } = request;
  const replaced = part(body, "kind") === "Scale" && !headers["content-type"]?.includes("patch");
  const wanted = replaced ? body : patchOf(headers["content-type"] ?? "", body)(scaleOf(before));
  assertUnchanged(resource, before, part(wanted, "metadata"));
  const replicas = part(wanted, "spec", "replicas") ?? 0;
  if (!Number.isInteger(replicas) || Number(replicas) < 0)
    throw badRequest(`spec.replicas: Invalid value: ${JSON.stringify(replicas)}`);
  const after = { ...before, spec: { ...before.spec, replicas: Number(replicas) } };
  answerJson(request.response, 200, scaleOf(changed(request, resource, before, after) as Scaled));
}
