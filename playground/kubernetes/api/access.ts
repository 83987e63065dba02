import { groupVersions } from "../resources.js";
import { failure, qualified, type Status } from "../status.js";
import { badRequest } from "./http.js";

/** What a request wants, in the words of RBAC. */
export interface Access {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** Whether the caller may: the cluster's RBAC, as a function. */
export type Authorize = (access: Access) => boolean;

const objectPath = new RegExp(
  [
    "^/(?:api|apis/(?<group>[a-z0-9.]+))/(?<version>v[0-9]+)",
    "(?:/namespaces/(?<namespace>[^/]+)(?=/))?",
    "/(?<resource>[a-z]+)(?:/(?<name>[^/]+)(?:/(?<subresource>[a-z]+))?)?$",
  ].join(""),
);

/** The request about objects that a method and a path stand for; undefined when the path is of another kind. */
export function accessOf(method: string, path: string, query: URLSearchParams): Access | undefined {
  const {
    group = "",
    version,
    namespace,
    resource,
    name,
    subresource,
  } = path.match(objectPath)?.groups ?? {};
  if (!resource || (groupVersions.get(group) ?? "v1") !== version) return undefined;
  const watching = query.get("watch") === "true" || query.get("watch") === "1";
  const reading = name ? "get" : watching ? "watch" : "list";
  const verbs: Record<string, string> = {
    GET: reading,
    POST: "create",
    PATCH: "patch",
    DELETE: "delete",
    PUT: "update",
  };
  return {
    verb: verbs[method] ?? method.toLowerCase(),
    group,
    resource,
    ...(namespace ? { namespace: decode(namespace) } : {}),
    ...(name ? { name: decode(name) } : {}),
    ...(subresource ? { subresource } : {}),
  };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badRequest(`${segment} cannot be decoded`);
  }
}

export const fullName = ({ resource, subresource }: Access) =>
  subresource ? `${resource}/${subresource}` : resource;

/** What RBAC says where no role allows it. */
export function forbidden(access: Access): Status {
  const { verb, group, name, namespace } = access;
  const resource = fullName(access);
  const subject = name ? `${qualified(resource, group)} "${name}"` : qualified(resource, group);
  const scope = namespace ? `in the namespace "${namespace}"` : "at the cluster scope";
  const why = `User "eks-upgrade-bot" cannot ${verb} resource "${resource}" in API group "${group}" ${scope}`;
  return failure(403, "Forbidden", `${subject} is forbidden: ${why}`, {
    ...(name ? { name } : {}),
    kind: access.resource,
  });
}
