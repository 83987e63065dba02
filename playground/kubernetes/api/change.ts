import { isDeepStrictEqual } from "node:util";
import type { ObjectName } from "../collection.js";
import type { KubernetesObject, Resource } from "../objects.js";
import { resources } from "../resources.js";
import { conflict, invalid } from "../status.js";
import { ApiError, type ApiRequest, answerJson, isDryRun, part } from "./http.js";
import { patchOf } from "./patch.js";
import { find } from "./read.js";
import { faultOf } from "./validation.js";

type Changeable = KubernetesObject & { spec?: unknown };

/** People patch spec, labels and annotations; what else a patch says is left alone. A resourceVersion in it is a precondition. */
export function patchObject(request: ApiRequest, resource: Resource, name: ObjectName): void {
  const before: Changeable = find(request, resource, name);
  const patch = patchOf(request.headers["content-type"] ?? "", request.body);
  const patched = patch(before) as Changeable;
  const { group, kind } = resources[resource];
  assertUnchanged(resource, before, patched.metadata);
  const fault = faultOf(resource, before, patched);
  if (fault) throw new ApiError(invalid(kind, group, name.name, fault));
  answerJson(request.response, 200, changed(request, resource, before, patched));
}

/** A resourceVersion that is not the object's own: whoever sends it has not seen the latest change. */
export function assertUnchanged(resource: Resource, { metadata }: KubernetesObject, sent: unknown): void {
  const version = part(sent, "resourceVersion");
  if (version === undefined || version === "" || version === metadata.resourceVersion) return;
  const why = "the object has been modified; please apply your changes to the latest version and try again";
  throw new ApiError(conflict(resource, resources[resource].group, metadata.name, why));
}

/** The object with the new spec, labels and annotations: written, unless it is a dry run. */
export function changed(
  request: ApiRequest,
  resource: Resource,
  before: Changeable,
  after: Changeable,
): KubernetesObject {
  const apply = (draft: Changeable) => {
    if (after.spec !== undefined) draft.spec = structuredClone(after.spec);
    setOrDrop(draft.metadata, "labels", after.metadata.labels);
    setOrDrop(draft.metadata, "annotations", after.metadata.annotations);
  };
  if (isDryRun(request)) {
    const shown = structuredClone(before);
    apply(shown);
    return shown;
  }
  request.cluster.store.update(resource, before.metadata, apply);
  return find(request, resource, before.metadata);
}

function setOrDrop(
  metadata: KubernetesObject["metadata"],
  field: "labels" | "annotations",
  values: Record<string, string> | undefined,
): void {
  if (isDeepStrictEqual(metadata[field], values)) return;
  if (values === undefined) delete metadata[field];
  else metadata[field] = { ...values };
}
