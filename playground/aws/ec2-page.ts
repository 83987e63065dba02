import { Refusal } from "../world/state.js";
import { number, text, texts } from "./input.js";
import { page } from "./paging.js";
import type { Input } from "./skin.js";

export const ec2Filters = { list: "Filter", values: "Value" } as const;

export function ec2Page<T>(items: readonly T[], input: Input) {
  return page(items, {
    size: number(input, "MaxResults"),
    token: text(input, "NextToken"),
    most: 1000,
    code: "InvalidParameterValue",
  });
}

/** Those asked for by id, or all. EC2 refuses the whole call where one id does not exist, and calls it `what`. */
export function byId<T>(
  items: readonly T[],
  input: Input,
  parameter: string,
  idOf: (item: T) => string,
  { code, what }: { readonly code: string; readonly what: string },
): T[] {
  const ids = texts(input, parameter);
  const missing = ids?.filter((id) => !items.some((item) => idOf(item) === id)) ?? [];
  if (missing.length > 0) {
    const [subject, verb] = missing.length > 1 ? [`${what}s`, "do"] : [what, "does"];
    throw new Refusal(code, `The ${subject} '${missing.join(", ")}' ${verb} not exist`);
  }
  return items.filter((item) => !ids || ids.includes(idOf(item)));
}
