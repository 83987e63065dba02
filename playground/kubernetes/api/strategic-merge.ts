import { isDeepStrictEqual } from "node:util";
import { isObject } from "./http.js";

/** Lists whose items have a name of their own, and the field that holds it. All other lists are replaced as a whole. */
const mergeKeys: Readonly<Record<string, string>> = {
  containers: "name",
  initContainers: "name",
  env: "name",
  volumes: "name",
  volumeMounts: "mountPath",
  ports: "containerPort",
  conditions: "type",
  addresses: "type",
  ownerReferences: "uid",
};

/** Null removes, objects and named lists are merged, all else replaces. `$patch`, `$retainKeys` and the like direct it. */
export function mergeStrategically(target: unknown, patch: unknown, field = ""): unknown {
  if (patch === undefined) return target;
  if (Array.isArray(patch)) return mergeList(Array.isArray(target) ? target : [], patch, mergeKeys[field]);
  if (!isObject(patch)) return patch;
  if (patch.$patch === "replace") return withoutDirectives(patch);
  return mergeObject(isObject(target) ? target : {}, patch);
}

function mergeObject(target: Record<string, unknown>, patch: Record<string, unknown>) {
  const merged = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith("$")) continue;
    if (value === null || (isObject(value) && value.$patch === "delete")) delete merged[key];
    else merged[key] = mergeStrategically(merged[key], value, key);
  }
  for (const [directive, value] of Object.entries(patch)) direct(merged, directive, value);
  return merged;
}

/** What a directive beside the fields does to the result. */
function direct(merged: Record<string, unknown>, directive: string, value: unknown): void {
  const [verb, field = ""] = directive.split("/");
  const list = merged[field];
  if (verb === "$retainKeys" && Array.isArray(value)) {
    for (const key of Object.keys(merged)) if (!value.includes(key)) delete merged[key];
  } else if (verb === "$deleteFromPrimitiveList" && Array.isArray(value) && Array.isArray(list)) {
    merged[field] = list.filter((item) => !value.includes(item));
  } else if (verb === "$setElementOrder" && Array.isArray(value) && Array.isArray(list)) {
    merged[field] = inOrder(list, value, mergeKeys[field]);
  }
}

function mergeList(target: readonly unknown[], patch: readonly unknown[], key: string | undefined) {
  if (key === undefined) return patch;
  if (patch.some((item) => isObject(item) && item.$patch === "replace" && !(key in item)))
    return patch.filter((item) => isObject(item) && item.$patch !== "replace");
  const merged = [...target];
  for (const item of patch) {
    if (!isObject(item)) continue;
    const index = merged.findIndex((known) => isObject(known) && isDeepStrictEqual(known[key], item[key]));
    const [known] = index < 0 ? [] : merged.splice(index, 1);
    if (item.$patch !== "delete")
      merged.splice(index < 0 ? merged.length : index, 0, mergeStrategically(known, item));
  }
  return merged;
}

/** In the order of the keys given; items without a place in it keep theirs behind them. */
function inOrder(list: readonly unknown[], order: readonly unknown[], key: string | undefined) {
  const nameOf = (item: unknown) => (key && isObject(item) ? item[key] : item);
  const names = order.map(nameOf);
  const place = (item: unknown) => {
    const index = names.findIndex((name) => isDeepStrictEqual(name, nameOf(item)));
    return index < 0 ? names.length : index;
  };
  return list.toSorted((one, other) => place(one) - place(other));
}

function withoutDirectives(patch: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(patch).filter(([key]) => !key.startsWith("$")));
}
