import type { KubernetesObject, LabelRequirement, LabelSelector } from "./objects.js";

export type Matches = (object: KubernetesObject) => boolean;

/** A selector that cannot be read: the API answers 400. */
export class SelectorError extends Error {}

type Labels = Readonly<Record<string, string>>;

function meets(labels: Labels, { key, operator, values = [] }: LabelRequirement): boolean {
  const value = labels[key];
  switch (operator) {
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
  }
}

/** An absent selector matches nothing, an empty one everything. */
export function selects(selector: LabelSelector | undefined, labels: Labels = {}): boolean {
  if (!selector) return false;
  const wanted = Object.entries(selector.matchLabels ?? {});
  const requirements = selector.matchExpressions ?? [];
  return (
    wanted.every(([key, value]) => labels[key] === value) &&
    requirements.every((requirement) => meets(labels, requirement))
  );
}

const key = "([A-Za-z0-9][-A-Za-z0-9_./]*)";
const forms: readonly (readonly [RegExp, (match: RegExpMatchArray) => LabelRequirement])[] = [
  [
    new RegExp(String.raw`^${key}\s+(in|notin)\s*\(([^()]*)\)$`),
    ([, name = "", operator, list = ""]) => ({
      key: name,
      operator: operator === "in" ? "In" : "NotIn",
      values: list.split(",").map((value) => value.trim()),
    }),
  ],
  [new RegExp(`^${key}$`), ([, name = ""]) => ({ key: name, operator: "Exists" })],
  [new RegExp(String.raw`^!\s*${key}$`), ([, name = ""]) => ({ key: name, operator: "DoesNotExist" })],
  [
    new RegExp(String.raw`^${key}\s*!=\s*([-A-Za-z0-9_.]*)$`),
    ([, name = "", value = ""]) => ({ key: name, operator: "NotIn", values: [value] }),
  ],
  [
    new RegExp(String.raw`^${key}\s*==?\s*([-A-Za-z0-9_.]*)$`),
    ([, name = "", value = ""]) => ({ key: name, operator: "In", values: [value] }),
  ],
];

function parseRequirement(text: string): LabelRequirement {
  for (const [form, build] of forms) {
    const match = text.match(form);
    if (match) return build(match);
  }
  throw new SelectorError(`unable to parse requirement: found '${text}'`);
}

/** "app=ui,tier in (a,b),!canary": commas inside brackets belong to their list. */
export function parseLabelSelector(text: string): LabelSelector {
  const parts = text.split(/,(?![^(]*\))/).map((part) => part.trim());
  return { matchExpressions: parts.filter((part) => part !== "").map(parseRequirement) };
}

const fields: Readonly<Record<string, (object: KubernetesObject) => unknown>> = {
  "metadata.name": (object) => object.metadata.name,
  "metadata.namespace": (object) => object.metadata.namespace,
  "spec.nodeName": (object) => reach(object, "spec", "nodeName"),
  "spec.unschedulable": (object) => String(reach(object, "spec", "unschedulable") ?? false),
  "status.phase": (object) => reach(object, "status", "phase"),
  "involvedObject.kind": (object) => reach(object, "involvedObject", "kind"),
  "involvedObject.name": (object) => reach(object, "involvedObject", "name"),
  "involvedObject.namespace": (object) => reach(object, "involvedObject", "namespace"),
  "involvedObject.uid": (object) => reach(object, "involvedObject", "uid"),
};

function reach(value: unknown, ...path: readonly string[]): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return value;
  if (typeof value !== "object" || value === null) return undefined;
  return reach((value as Record<string, unknown>)[head], ...rest);
}

/** "spec.nodeName=a,status.phase!=Failed". */
export function parseFieldSelector(text: string): Matches {
  const tests = text
    .split(",")
    .filter((part) => part !== "")
    .map((part): Matches => {
      const [, field = "", operator, wanted] = part.match(/^([^!=]+)(!=|==?)(.*)$/) ?? [];
      const read = fields[field];
      if (!read) throw new SelectorError(`field label not supported: ${field || part}`);
      return (object) => (String(read(object) ?? "") === wanted) === (operator !== "!=");
    });
  return (object) => tests.every((test) => test(object));
}
