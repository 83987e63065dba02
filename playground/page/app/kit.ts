import type { Json } from "../protocol.js";

/** Readers of Block Kit as it comes: nothing about its shape is taken for granted. */

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function objectAt(json: Json | undefined, key: string): Json | undefined {
  const value = json?.[key];
  return isJson(value) ? value : undefined;
}

export function listAt(json: Json | undefined, key: string): readonly Json[] {
  const value = json?.[key];
  return Array.isArray(value) ? value.filter(isJson) : [];
}

/** The string there; of a text object, its text. */
export function textAt(json: Json | undefined, key: string): string {
  const value = json?.[key];
  if (typeof value === "string") return value;
  return isJson(value) && typeof value.text === "string" ? value.text : "";
}

export interface Option {
  readonly text: string;
  readonly value: string;
}

export function optionOf(json: Json): Option {
  return { text: textAt(json, "text"), value: textAt(json, "value") };
}

/** All options of a menu, those in groups too. */
export function optionsOf(element: Json): Option[] {
  const grouped = listAt(element, "option_groups").flatMap((group) => listAt(group, "options"));
  return [...listAt(element, "options"), ...grouped].map(optionOf);
}

const actsAtOnce = new Set(["button", "static_select", "external_select", "overflow"]);

export type Part =
  | { readonly kind: "shown"; readonly blocks: readonly Json[] }
  /** A row of buttons and menus. */
  | { readonly kind: "actions"; readonly elements: readonly Json[] }
  /** A section with something to use beside it. */
  | { readonly kind: "beside"; readonly block: Json; readonly element: Json }
  | { readonly kind: "input" | "data table" | "container"; readonly block: Json };

/** What is only shown is left to the library, as few pieces as possible; what is used is ours. */
export function partsOf(blocks: readonly Json[]): Part[] {
  const parts: Part[] = [];
  for (const block of blocks) {
    const part = partOf(block);
    const last = parts.at(-1);
    if (part.kind === "shown" && last?.kind === "shown") {
      parts[parts.length - 1] = { kind: "shown", blocks: [...last.blocks, ...part.blocks] };
    } else parts.push(part);
  }
  return parts;
}

function partOf(block: Json): Part {
  if (block.type === "actions") return { kind: "actions", elements: listAt(block, "elements") };
  if (block.type === "input") return { kind: "input", block };
  // The library knows no data table, and what is pressed in a container does nothing there.
  if (block.type === "data_table") return { kind: "data table", block };
  if (block.type === "container") return { kind: "container", block };
  const { accessory, ...rest } = block;
  if (isJson(accessory) && actsAtOnce.has(textAt(accessory, "type"))) {
    return { kind: "beside", block: rest, element: accessory };
  }
  return { kind: "shown", blocks: [block] };
}

/**
 * What Slack and the library read differently. A `verbatim` text is shown by the library as it stands; for Slack it only
 * means to make no links and mentions of plain words. And what stands escaped must never become a mention or a link.
 */
export function forLibrary(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(forLibrary);
  if (!isJson(value)) return value;
  const { verbatim: _, ...rest } = value;
  const cleaned = Object.fromEntries(Object.entries(rest).map(([key, inner]) => [key, forLibrary(inner)]));
  return value.type === "mrkdwn" ? { ...cleaned, text: unescaped(textAt(value, "text")) } : cleaned;
}

/** Code shows what is in it; elsewhere the library understands numbered characters. */
function unescaped(mrkdwn: string): string {
  const parts = mrkdwn.split(/(`[^`]*`)/);
  return parts
    .map((part, at) =>
      at % 2 === 1
        ? part.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&")
        : notEmoji(part.replaceAll("&lt;", "&#60;").replaceAll("&gt;", "&#62;")),
    )
    .join("");
}

/** The library takes ":00–16:" of "10:00–16:00" for an emoji. What stands in <> is an address, or a mention. */
function notEmoji(text: string): string {
  const parts = text.split(/(<[^>]*>)/);
  return parts.map((part, at) => (at % 2 === 1 ? part : part.replace(/(?<=\d):(?=\d)/g, "&#58;"))).join("");
}
