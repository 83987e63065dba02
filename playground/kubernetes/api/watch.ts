import type { Change } from "../collection.js";
import type { KubernetesObject, Resource } from "../objects.js";
import { apiVersionOf, resources } from "../resources.js";
import type { Matches } from "../selectors.js";
import { expired } from "../status.js";
import type { ApiRequest } from "./http.js";
import { filterOf } from "./read.js";
import { asTable, wantsTable } from "./tables.js";

/** Real time: a watch is a connection, and lives by the wall's clock. */
const defaultTimeout = 30 * 60_000;
const bookmarkEvery = 60_000;

/**
 * Streams changes until the time is up or the client leaves. Without a resource version, or with 0, everything that exists is
 * told first; a version that the history no longer reaches gets one ERROR event with code 410.
 */
export function watchObjects(request: ApiRequest, resource: Resource, namespace?: string): void {
  const { cluster, query, response } = request;
  const matches = filterOf(query, namespace);
  const send = sender(request, resource);
  response.writeHead(200, { "content-type": "application/json" });
  response.flushHeaders();

  const since = Number(query.get("resourceVersion") || 0);
  if (since === 0) {
    for (const object of cluster.store.list(resource)) if (matches(object)) send("ADDED", object);
    if (query.get("sendInitialEvents") === "true") sendBookmark(request, resource, initialEventsEnd);
  } else {
    const missed = cluster.store.changesSince(resource, since);
    if (!missed) {
      const status = expired(`too old resource version: ${since}`);
      response.end(`${JSON.stringify({ type: "ERROR", object: status })}\n`);
      return;
    }
    for (const change of missed) tell(send, change, matches);
  }
  follow(request, resource, (change) => tell(send, change, matches));
}

/** How a client that watches instead of listing first (client-go's WatchList) learns that it knows everything. */
const initialEventsEnd = { "k8s.io/initial-events-end": "true" };

/** Tells how far the watch is, to clients that asked for it. */
function sendBookmark(
  { cluster, query, response }: ApiRequest,
  resource: Resource,
  annotations?: Readonly<Record<string, string>>,
): void {
  if (query.get("allowWatchBookmarks") !== "true") return;
  const { kind } = resources[resource];
  const resourceVersion = `${cluster.store.version}`;
  const metadata = { resourceVersion, creationTimestamp: null, ...(annotations && { annotations }) };
  const object = { kind, apiVersion: apiVersionOf(resources[resource]), metadata };
  response.write(`${JSON.stringify({ type: "BOOKMARK", object })}\n`);
}

type Send = (type: string, object: KubernetesObject) => void;

function sender(request: ApiRequest, resource: Resource): Send {
  const table = wantsTable(request.headers.accept);
  return (type, object) => {
    const body = table ? asTable(request, resource, [object], object.metadata) : object;
    request.response.write(`${JSON.stringify({ type, object: body })}\n`);
  };
}

/** To a watcher with selectors, an object that starts to match is new and one that stops is gone. */
function tell(send: Send, { type, object, previous }: Change, matches: Matches): void {
  const before = previous !== undefined && matches(previous);
  const now = type !== "DELETED" && matches(object);
  if (now) send(before ? "MODIFIED" : "ADDED", object);
  else if (before) send("DELETED", object);
}

function follow(request: ApiRequest, resource: Resource, onChange: (change: Change) => void): void {
  const { cluster, query, response } = request;
  const unsubscribe = cluster.store.onChange((change) => {
    if (change.resource === resource) onChange(change);
  });
  const bookmark = () => sendBookmark(request, resource);
  const bookmarks = setInterval(bookmark, bookmarkEvery);
  const seconds = Number(query.get("timeoutSeconds"));
  const timeout = setTimeout(
    () => {
      bookmark();
      response.end();
    },
    seconds > 0 ? seconds * 1000 : defaultTimeout,
  );
  response.on("close", () => {
    unsubscribe();
    clearInterval(bookmarks);
    clearTimeout(timeout);
  });
}
