import { isDeepStrictEqual } from "node:util";
import { failure } from "../status.js";
import { ApiError, badRequest, isObject, part, unknownFormat } from "./http.js";
import { mergeStrategically } from "./strategic-merge.js";

/** Changes a value as the patch says; makes a new one. */
export type Patch = (target: unknown) => unknown;

/** RFC 7396: null removes, objects are merged, all else replaces. */
function merge(target: unknown, patch: unknown): unknown {
  if (patch === undefined) return target;
  if (!isObject(patch)) return patch;
  const merged: Record<string, unknown> = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = merge(merged[key], value);
  }
  return merged;
}

const invalid = (why: string) => new ApiError(failure(422, "Invalid", why));

/** One operation of RFC 6902, of those that need one path only: add, remove, replace, test. */
function operate(target: unknown, operation: unknown): unknown {
  const path = part(operation, "path");
  if (typeof path !== "string" || !path.startsWith("/")) throw badRequest("a JSON patch needs a path");
  const keys = path
    .slice(1)
    .split("/")
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  const result = structuredClone(target);
  const last = keys.pop() ?? "";
  const parent = keys.reduce((value: unknown, key) => part(value, key), result);
  if (!isObject(parent) && !Array.isArray(parent)) throw invalid(`${path} does not exist`);
  apply(parent, last, part(operation, "op"), part(operation, "value"), path);
  return result;
}

function apply(
  parent: Record<string, unknown> | unknown[],
  key: string,
  verb: unknown,
  value: unknown,
  path: string,
): void {
  const known = part(parent, key);
  if (verb !== "add" && known === undefined) throw invalid(`${path} does not exist`);
  if (verb === "test") {
    if (!isDeepStrictEqual(known, value)) throw invalid(`testing value ${path} failed`);
    return;
  }
  if (verb !== "add" && verb !== "replace" && verb !== "remove") throw badRequest(`cannot ${String(verb)}`);
  if (!Array.isArray(parent)) {
    if (verb === "remove") delete parent[key];
    else parent[key] = value;
    return;
  }
  const index = key === "-" ? parent.length : Number(key);
  const inserted = verb === "remove" ? [] : [value];
  parent.splice(index, verb === "add" ? 0 : 1, ...inserted);
}

const asOperations = (body: unknown): readonly unknown[] => {
  if (!Array.isArray(body)) throw badRequest("a JSON patch is a list of operations");
  return body;
};

const kinds: Readonly<Record<string, (body: unknown) => Patch>> = {
  "application/merge-patch+json": (body) => (target) => merge(target, body),
  "application/strategic-merge-patch+json": (body) => (target) => mergeStrategically(target, body),
  "application/json-patch+json": (body) => (target) => asOperations(body).reduce(operate, target),
};

export function patchOf(contentType: string, body: unknown): Patch {
  const kind = kinds[contentType.split(";")[0] ?? ""];
  if (kind) return kind(body);
  throw unknownFormat(contentType);
}
