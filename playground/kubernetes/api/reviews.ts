import type { Access, Authorize } from "./access.js";
import { type ApiRequest, answerJson, badRequest, part } from "./http.js";

/** Everybody may ask what they may do. */
export function reviewAccess(request: ApiRequest, authorize: Authorize): void {
  const spec = part(request.body, "spec");
  const asked = accessAskedFor(spec);
  answerJson(request.response, 201, {
    kind: "SelfSubjectAccessReview",
    apiVersion: "authorization.k8s.io/v1",
    metadata: {},
    spec,
    status: { allowed: asked === "a page" || authorize(asked) },
  });
}

/** Pages that are not about an object (`/version`) are open to everybody who came in. */
function accessAskedFor(spec: unknown): Access | "a page" {
  const attributes = part(spec, "resourceAttributes");
  if (attributes === undefined && part(spec, "nonResourceAttributes") !== undefined) return "a page";
  if (attributes === undefined) throw badRequest("spec.resourceAttributes is missing");
  const read = (key: string) => String(part(attributes, key) ?? "");
  return {
    verb: read("verb"),
    group: read("group"),
    resource: read("resource"),
    ...(read("subresource") ? { subresource: read("subresource") } : {}),
    ...(read("namespace") ? { namespace: read("namespace") } : {}),
    ...(read("name") ? { name: read("name") } : {}),
  };
}
