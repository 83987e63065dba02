import { keyOf, type ObjectName } from "../collection.js";
import { withHeartbeat } from "../heartbeats.js";
import type { KubernetesObject, Resource } from "../objects.js";
import { apiVersionOf, resources } from "../resources.js";
import {
  type Matches,
  parseFieldSelector,
  parseLabelSelector,
  SelectorError,
  selects,
} from "../selectors.js";
import { expired, notFound } from "../status.js";
import { ApiError, type ApiRequest, answerJson, badRequest } from "./http.js";
import { asTable, wantsTable } from "./tables.js";

/** What a request's namespace and selectors let through. */
export function filterOf(query: URLSearchParams, namespace: string | undefined): Matches {
  try {
    const labels = parseLabelSelector(query.get("labelSelector") ?? "");
    const fields = parseFieldSelector(query.get("fieldSelector") ?? "");
    return (object) =>
      (namespace === undefined || object.metadata.namespace === namespace) &&
      selects(labels, object.metadata.labels) &&
      fields(object);
  } catch (error) {
    if (error instanceof SelectorError) throw badRequest(error.message);
    throw error;
  }
}

export function find<R extends Resource>(
  { cluster }: Pick<ApiRequest, "cluster">,
  resource: R,
  name: ObjectName,
) {
  const object = cluster.store.get(resource, name);
  if (!object) throw new ApiError(notFound(resource, resources[resource].group, name.name));
  return object;
}

export function getObject(request: ApiRequest, resource: Resource, name: ObjectName): void {
  const object = withHeartbeat(request.cluster.store, resource, find(request, resource, name));
  const table = wantsTable(request.headers.accept);
  answerJson(request.response, 200, table ? asTable(request, resource, [object], object.metadata) : object);
}

/** All pages of one list show the collection as it was when the first was asked for. */
interface Page {
  readonly version: number;
  readonly after: string;
}

function pageOf(request: ApiRequest): Page {
  const token = request.query.get("continue");
  if (!token) return { version: firstVersionOf(request), after: "" };
  const [version = "", after] = Buffer.from(token, "base64url").toString("utf8").split("\n");
  if (!/^\d+$/.test(version) || after === undefined) throw badRequest("continue key is not valid");
  return { version: Number(version), after };
}

/** A version is a lower bound, which the newest satisfies, unless it must be met exactly. */
function firstVersionOf({ query, cluster }: ApiRequest): number {
  const exact = query.get("resourceVersionMatch") === "Exact" && query.get("resourceVersion");
  return exact ? Number(exact) : cluster.store.version;
}

/** Of what a list is made. Pods of one node are not looked for among all others. */
function candidates({ cluster, query }: ApiRequest, resource: Resource, version: number) {
  const { store } = cluster;
  const [, node] = query.get("fieldSelector")?.match(/^spec\.nodeName==?([^,]+)$/) ?? [];
  if (resource === "pods" && node !== undefined && version === store.version) return store.podsOn(node);
  const all: readonly KubernetesObject[] | undefined = store.listAt(resource, version);
  if (all) return all;
  const what = query.get("continue") ? "continue parameter" : "resource version";
  throw new ApiError(expired(`The provided ${what} is too old to display a consistent list result.`));
}

export function listObjects(request: ApiRequest, resource: Resource, namespace?: string): void {
  const { version, after } = pageOf(request);
  const matches = filterOf(request.query, namespace);
  const remaining = candidates(request, resource, version).filter(
    (object) => keyOf(object.metadata) > after && matches(object),
  );
  const limit = Number(request.query.get("limit")) || Number.POSITIVE_INFINITY;
  const items = remaining
    .slice(0, limit)
    .map((object) => withHeartbeat(request.cluster.store, resource, object));
  const last = items.at(-1);
  const metadata = {
    resourceVersion: `${version}`,
    ...(last && remaining.length > items.length
      ? {
          continue: Buffer.from(`${version}\n${keyOf(last.metadata)}`).toString("base64url"),
          ...remainingCount(request.query, remaining.length - items.length),
        }
      : {}),
  };
  if (wantsTable(request.headers.accept)) {
    answerJson(request.response, 200, asTable(request, resource, items, metadata));
  } else {
    const { kind } = resources[resource];
    const apiVersion = apiVersionOf(resources[resource]);
    answerJson(request.response, 200, { kind: `${kind}List`, apiVersion, metadata, items });
  }
}

/** The API counts what remains only for lists without selectors. */
function remainingCount(query: URLSearchParams, remainingItemCount: number) {
  return query.get("labelSelector") || query.get("fieldSelector") ? {} : { remainingItemCount };
}
