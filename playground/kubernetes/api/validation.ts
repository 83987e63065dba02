import { isDeepStrictEqual } from "node:util";
import type { Resource } from "../objects.js";
import { isObject, part } from "./http.js";

/** What is wrong with an object, in the words of the API: undefined when nothing is. */
type Check = (before: unknown, after: unknown) => string | undefined;

const unchanged =
  (...path: readonly string[]): Check =>
  (before, after) =>
    isDeepStrictEqual(part(before, ...path), part(after, ...path))
      ? undefined
      : `${path.join(".")}: Invalid value: field is immutable`;

const replicas: Check = (_before, after) => {
  const value = part(after, "spec", "replicas");
  if (Number.isInteger(value) && Number(value) >= 0) return undefined;
  return `spec.replicas: Invalid value: ${JSON.stringify(value)}: must be greater than or equal to 0`;
};

const effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

const taints: Check = (_before, after) => {
  const list = part(after, "spec", "taints");
  if (list !== undefined && !Array.isArray(list)) return "spec.taints: Invalid value: must be a list";
  const wrong = (list ?? []).find((taint: unknown) => !effects.includes(String(part(taint, "effect"))));
  return wrong && `spec.taints.effect: Unsupported value: ${JSON.stringify(part(wrong, "effect"))}`;
};

const amount = (value: unknown) =>
  value === undefined || (Number.isInteger(value) && Number(value) >= 0) || /^\d+%$/.test(String(value));

const budget: Check = (_before, after) => {
  const minimum = part(after, "spec", "minAvailable");
  const maximum = part(after, "spec", "maxUnavailable");
  if (minimum !== undefined && maximum !== undefined)
    return "spec: Invalid value: minAvailable and maxUnavailable cannot be both set";
  if (amount(minimum) && amount(maximum)) return undefined;
  return `spec: Invalid value: ${JSON.stringify(minimum ?? maximum)}: must be a number or a percentage`;
};

const labels: Check = (_before, after) =>
  [part(after, "metadata", "labels"), part(after, "metadata", "annotations")].every(
    (values) =>
      values === undefined ||
      (isObject(values) && Object.values(values).every((value) => typeof value === "string")),
  )
    ? undefined
    : "metadata: Invalid value: labels and annotations are strings";

/** How the API tells that a patch with a uid was meant for an earlier object of the same name (422, not 409). */
const uid: Check = (before, after) => {
  const sent = part(after, "metadata", "uid");
  if (sent === part(before, "metadata", "uid")) return undefined;
  return `metadata.uid: Invalid value: ${JSON.stringify(sent)}: field is immutable`;
};

const checks: { readonly [R in Resource]?: readonly Check[] } = {
  nodes: [unchanged("spec", "providerID"), taints],
  pods: [unchanged("spec")],
  deployments: [unchanged("spec", "selector"), replicas],
  replicasets: [unchanged("spec", "selector"), unchanged("spec", "template"), replicas],
  daemonsets: [unchanged("spec", "selector")],
  statefulsets: [
    unchanged("spec", "selector"),
    unchanged("spec", "serviceName"),
    unchanged("spec", "volumeClaimTemplates"),
    replicas,
  ],
  poddisruptionbudgets: [budget],
};

/** Only what the controllers rely on is looked at. */
export function faultOf(resource: Resource, before: unknown, after: unknown): string | undefined {
  for (const check of [uid, labels, ...(checks[resource] ?? [])]) {
    const fault = check(before, after);
    if (fault) return fault;
  }
  return undefined;
}
