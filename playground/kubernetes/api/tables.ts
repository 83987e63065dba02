import type { KubernetesObject, Resource } from "../objects.js";
import { age } from "./age.js";
import { type Column, columns, onlyAge } from "./columns.js";
import type { ApiRequest } from "./http.js";

/** kubectl asks for tables so that the server decides what `get` shows. */
export const wantsTable = (accept = "") => /application\/json;\s*as=Table/.test(accept.split(",")[0] ?? "");

const name: Column<KubernetesObject> = { name: "Name", read: ({ metadata }) => metadata.name };

/** Ages are as of now, in world time. */
export function asTable(
  { cluster, query }: ApiRequest,
  resource: Resource,
  objects: readonly KubernetesObject[],
  metadata: object,
) {
  const own = (columns[resource] ?? onlyAge) as readonly Column<KubernetesObject>[];
  const shown = resource === "events" ? own : [name, ...own];
  const now = Date.parse(cluster.store.timestamp());
  const cell = (column: Column<KubernetesObject>, object: KubernetesObject) => {
    const value = column.read(object);
    return column.type === "moment" ? age(now - Date.parse(String(value))) : value;
  };
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata,
    columnDefinitions: shown.map(definition),
    rows: objects.map((object) => ({
      cells: shown.map((column) => cell(column, object)),
      object: query.get("includeObject") === "Object" ? object : metadataOnly(object),
    })),
  };
}

function definition({ name, type = "string", priority = 0 }: Column<KubernetesObject>) {
  return {
    name,
    type: type === "moment" ? "string" : type,
    format: name === "Name" ? "name" : "",
    description: "",
    priority,
  };
}

const metadataOnly = ({ metadata }: KubernetesObject) => ({
  kind: "PartialObjectMetadata",
  apiVersion: "meta.k8s.io/v1",
  metadata,
});
