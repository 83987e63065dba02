import type { Resource } from "../objects.js";
import { resourceNames, resources } from "../resources.js";
import { failure } from "../status.js";
import { type Access, type Authorize, forbidden, fullName } from "./access.js";
import { patchObject } from "./change.js";
import { ApiError, type ApiRequest } from "./http.js";
import { getObject, listObjects } from "./read.js";
import { reviewAccess } from "./reviews.js";
import { changeScale, getScale, scalable } from "./scale.js";
import { watchObjects } from "./watch.js";
import { createEviction, deleteBudget, deletePodObject } from "./write.js";

export interface Route {
  /** "pods", "pods/eviction". */
  readonly resource: string;
  readonly group: string;
  readonly verb: string;
  answer(request: ApiRequest, access: Access, authorize: Authorize): void;
}

const where = ({ namespace, name = "" }: Access) => (namespace ? { namespace, name } : { name });
const within = ({ namespace = "", name = "" }: Access) => ({ namespace, name });

/** What each verb of the resources' table does. Only what can be deleted over the wire has a deletion of its own. */
const answers: Readonly<Record<string, (resource: Resource) => Route["answer"]>> = {
  get: (resource) => (request, access) => getObject(request, resource, where(access)),
  list: (resource) => (request, access) => listObjects(request, resource, access.namespace),
  watch: (resource) => (request, access) => watchObjects(request, resource, access.namespace),
  patch: (resource) => (request, access) => patchObject(request, resource, where(access)),
  delete: (resource) => (request, access) =>
    resource === "pods" ? deletePodObject(request, within(access)) : deleteBudget(request, within(access)),
};

const ofObjects: readonly Route[] = resourceNames.flatMap((resource) => {
  const { group, verbs } = resources[resource];
  return verbs.flatMap((verb) => {
    const answer = answers[verb]?.(resource);
    return answer ? [{ resource, group, verb, answer }] : [];
  });
});

const ofScales: readonly Route[] = scalable.flatMap((resource) => {
  const route = { resource: `${resource}/scale`, group: resources[resource].group };
  const change: Route["answer"] = (request, access) => changeScale(request, resource, where(access));
  return [
    { ...route, verb: "get", answer: (request, access) => getScale(request, resource, where(access)) },
    { ...route, verb: "patch", answer: change },
    { ...route, verb: "update", answer: change },
  ];
});

/** Everything that can be done with objects over the wire. */
export const routes: readonly Route[] = [
  ...ofObjects,
  ...ofScales,
  {
    resource: "pods/eviction",
    group: "",
    verb: "create",
    answer: (request, access) => createEviction(request, within(access)),
  },
  {
    resource: "selfsubjectaccessreviews",
    group: "authorization.k8s.io",
    verb: "create",
    answer: (request, _access, authorize) => reviewAccess(request, authorize),
  },
];

/** What answers a request, or why nothing does: known before its body is read. */
export function routeOf(access: Access, authorize: Authorize): Route {
  const known = routes.filter(
    ({ resource, group }) => resource === fullName(access) && group === access.group,
  );
  if (known.length === 0) throw new ApiError(unknown(access));
  if (access.verb !== "create" || access.group !== "authorization.k8s.io") assertAllowed(access, authorize);
  const found = known.find(({ verb }) => verb === access.verb);
  if (!found || needsName(access) !== (access.name !== undefined)) {
    const message = "the server does not allow this method on the requested resource";
    throw new ApiError(failure(405, "MethodNotAllowed", message));
  }
  return found;
}

/** What would need containers that run. */
const ofContainers = ["log", "exec", "attach", "portforward", "ephemeralcontainers"];

function unknown({ resource, subresource = "" }: Access) {
  if (resource !== "pods" || !ofContainers.includes(subresource))
    return failure(404, "NotFound", "the server could not find the requested resource");
  const why = `this cluster is simulated and runs no containers, so its pods have no ${subresource}`;
  return failure(501, "NotImplemented", why);
}

const needsName = ({ verb, subresource }: Access) =>
  subresource !== undefined || !["list", "watch", "create"].includes(verb);

function assertAllowed(access: Access, authorize: Authorize): void {
  if (!authorize(access)) throw new ApiError(forbidden(access));
}
