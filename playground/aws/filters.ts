import { Refusal } from "../world/state.js";
import { structures, text, texts } from "./input.js";
import type { Input } from "./skin.js";

/** What can be filtered by: a filter's name → an item's value for it. */
export type FilterFields<T> = Readonly<Record<string, (item: T) => string | undefined>>;

/**
 * Keeps what matches every filter in one of its values; `*` and `?` are wildcards, as everywhere in EC2. Where items have
 * tags, `tag-key`, `tag-value` and `tag:<key>` work too.
 */
export function filtered<T>(
  items: readonly T[],
  input: Input,
  parameter: { readonly list: string; readonly values: string },
  fields: FilterFields<T>,
  tagsOf: (item: T) => Readonly<Record<string, string>> = () => ({}),
): T[] {
  const checks = structures(input, parameter.list).map((filter) => {
    const read = reader(text(filter, "Name") ?? "", fields, tagsOf);
    const patterns = (texts(filter, parameter.values) ?? []).map(wildcard);
    return (item: T) => read(item).some((value) => patterns.some((pattern) => pattern.test(value)));
  });
  return items.filter((item) => checks.every((check) => check(item)));
}

function reader<T>(
  name: string,
  fields: FilterFields<T>,
  tagsOf: (item: T) => Readonly<Record<string, string>>,
): (item: T) => string[] {
  if (name === "tag-key") return (item) => Object.keys(tagsOf(item));
  if (name === "tag-value") return (item) => Object.values(tagsOf(item));
  const key = /^tag:(.+)$/.exec(name)?.[1];
  const field = key === undefined ? fields[name] : (item: T) => tagsOf(item)[key];
  if (!field) throw new Refusal("InvalidParameterValue", `The filter '${name}' is invalid`);
  return (item) => [field(item)].filter((value) => value !== undefined);
}

function wildcard(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`);
}
