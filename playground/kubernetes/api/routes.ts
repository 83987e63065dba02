import { resourceNames, resources } from "../resources.js";
import { failure, qualified, type Status } from "../status.js";
import type { ApiRequest } from "./http.js";
import { ApiError, answerJson, badRequest, part } from "./http.js";
import { getObject, listObjects } from "./read.js";
import { watchObjects } from "./watch.js";
import { createEviction, deletePodObject, patchNode } from "./write.js";

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
    "^/(?:api/v1|apis/(?<group>[a-z0-9.]+)/v1)",
    "(?:/namespaces/(?<namespace>[^/]+)(?=/))?",
    "/(?<resource>[a-z]+)(?:/(?<name>[^/]+)(?:/(?<subresource>[a-z]+))?)?$",
  ].join(""),
);

/** The request about objects that a method and a path stand for; undefined when the path is of another kind. */
export function accessOf(method: string, path: string, query: URLSearchParams): Access | undefined {
  const { group = "", namespace, resource, name, subresource } = path.match(objectPath)?.groups ?? {};
  if (!resource) return undefined;
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

export interface Route {
  /** "pods", "pods/eviction". */
  readonly resource: string;
  readonly group: string;
  readonly verb: string;
  answer(request: ApiRequest, access: Access, authorize: Authorize): void;
}

const reading: readonly Route[] = resourceNames.flatMap((resource): Route[] => {
  const route = { resource, group: resources[resource].group };
  const where = ({ namespace, name = "" }: Access) => (namespace ? { namespace, name } : { name });
  return [
    { ...route, verb: "get", answer: (request, access) => getObject(request, resource, where(access)) },
    { ...route, verb: "list", answer: (request, access) => listObjects(request, resource, access.namespace) },
    {
      ...route,
      verb: "watch",
      answer: (request, access) => watchObjects(request, resource, access.namespace),
    },
  ];
});

/** Everything that can be done with objects over the wire. */
export const routes: readonly Route[] = [
  ...reading,
  {
    resource: "nodes",
    group: "",
    verb: "patch",
    answer: (request, { name = "" }) => patchNode(request, name),
  },
  {
    resource: "pods",
    group: "",
    verb: "delete",
    answer: (request, { namespace = "", name = "" }) => deletePodObject(request, { namespace, name }),
  },
  {
    resource: "pods/eviction",
    group: "",
    verb: "create",
    answer: (request, { namespace = "", name = "" }) => createEviction(request, { namespace, name }),
  },
  {
    resource: "selfsubjectaccessreviews",
    group: "authorization.k8s.io",
    verb: "create",
    answer: (request, _access, authorize) => reviewAccess(request, authorize),
  },
];

const fullName = ({ resource, subresource }: Access) =>
  subresource ? `${resource}/${subresource}` : resource;

export function route(request: ApiRequest, access: Access, authorize: Authorize): void {
  const known = routes.filter(
    ({ resource, group }) => resource === fullName(access) && group === access.group,
  );
  if (known.length === 0) {
    throw new ApiError(failure(404, "NotFound", "the server could not find the requested resource"));
  }
  if (access.verb !== "create" || access.group !== "authorization.k8s.io") assertAllowed(access, authorize);
  const found = known.find(({ verb }) => verb === access.verb);
  if (!found || needsName(access) !== (access.name !== undefined)) {
    const message = "the server does not allow this method on the requested resource";
    throw new ApiError(failure(405, "MethodNotAllowed", message));
  }
  found.answer(request, access, authorize);
}

const needsName = ({ verb, subresource }: Access) =>
  subresource !== undefined || !["list", "watch", "create"].includes(verb);

function assertAllowed(access: Access, authorize: Authorize): void {
  if (!authorize(access)) throw new ApiError(forbidden(access));
}

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

/** Everybody may ask what they may do. */
function reviewAccess(request: ApiRequest, authorize: Authorize): void {
  const attributes = part(request.body, "spec", "resourceAttributes");
  const read = (key: string) => String(part(attributes, key) ?? "");
  if (attributes === undefined) throw badRequest("spec.resourceAttributes is missing");
  const allowed = authorize({
    verb: read("verb"),
    group: read("group"),
    resource: read("resource"),
    ...(read("subresource") ? { subresource: read("subresource") } : {}),
    ...(read("namespace") ? { namespace: read("namespace") } : {}),
    ...(read("name") ? { name: read("name") } : {}),
  });
  answerJson(request.response, 201, {
    kind: "SelfSubjectAccessReview",
    apiVersion: "authorization.k8s.io/v1",
    metadata: {},
    spec: part(request.body, "spec"),
    status: { allowed },
  });
}
