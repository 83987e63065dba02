import type { AutoScalingGroupSeen, Sizes } from "../seen.js";

/** How a group was before we changed it, as the tag on it says: a receipt that outlives the record. */
export interface Before {
  readonly sizes: Sizes;
  /** Of the group's template, or its policy's. */
  readonly template?: { readonly id: string; readonly version: string };
  readonly suspended: readonly string[];
  /** How many nodes we add: written right before the sizes are. */
  readonly ours?: number;
  /** False: an older bot, which raised max only by what was missing. */
  readonly withMax?: boolean;
}

/** "min=3 max=8 desired=6 template=lt-0123:7 suspended=AZRebalance": a tag holds 256 characters. */
export function beforeText({
  sizes,
  suspended,
  template,
}: Pick<AutoScalingGroupSeen, "sizes" | "suspended" | "template">): string {
  const reference = template && template.kind !== "launch configuration" ? template.template : undefined;
  const parts = [
    `min=${sizes.min} max=${sizes.max} desired=${sizes.desired}`,
    ...(reference ? [`template=${reference.id}:${reference.version.replace("$", "")}`] : []),
    ...(suspended.length > 0 ? [`suspended=${suspended.join("+")}`] : []),
  ];
  return parts.join(" ").slice(0, longest);
}

/** The same with the number of nodes that are about to be added, and max with them: "… ours=6+max". */
export function withOurs(text: string, ours: number): string {
  return `${text.replace(/ ours=\d+(\+max)?$/, "")} ours=${ours}+max`.slice(0, longest);
}

const longest = 256;

/** Undefined for a text that this file did not write, or that was cut off. */
export function parseBefore(text: string | undefined): Before | undefined {
  if (text === undefined || text.length >= longest) return undefined;
  const words = text.split(" ").map((word) => word.split("="));
  const values = new Map(words.flatMap(([key, value]) => (key && value ? [[key, value] as const] : [])));
  const [min, max, desired] = ["min", "max", "desired"].map((key) => numberIn(values.get(key)));
  if (min === undefined || max === undefined || desired === undefined) return undefined;
  const [, id, version] = /^(lt-[0-9a-f]+):(\d+|Latest|Default)$/.exec(values.get("template") ?? "") ?? [];
  const [, count, plusMax] = /^(\d+)(\+max)?$/.exec(values.get("ours") ?? "") ?? [];
  const ours = numberIn(count);
  return {
    sizes: { min, max, desired },
    ...(id && version && { template: { id, version: /^\d/.test(version) ? version : `$${version}` } }),
    suspended: values.get("suspended")?.split("+") ?? [],
    ...(ours !== undefined && { ours, withMax: plusMax !== undefined }),
  };
}

function numberIn(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}
