import { LineCounter, parseDocument, type Tags, visit } from "yaml";
import { namesUsedTwice } from "./names.js";
import { orderBroken } from "./order.js";
import { type At, inOrder, lineAt, placesIn } from "./places.js";
import { type Beside, rulesBroken } from "./rules.js";
import { type FleetRead, fleet } from "./schema.js";
import { keysApart } from "./together.js";
import { apart, words } from "./words.js";

/** Reads a fleet file; every problem names its line and what to write. */
export function readFleet(
  text: string,
  file: string,
  beside: Beside,
): { fleet: FleetRead; at: At } | { problems: string[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, customTags: asWritten });
  const syntax = document.errors.map((error) => ({
    line: lineAt(lines, error.pos[0]),
    text: error.message,
  }));
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document)) return;
      const text = `*${alias.source} is no anchor of this file: put a text that begins with * in quotes`;
      syntax.push({ line: lineAt(lines, alias.range?.[0] ?? 0), text });
    },
  });
  if (syntax.length > 0) {
    const sorted = syntax.toSorted((a, b) => a.line - b.line);
    return { problems: sorted.map((each) => `${file}:${each.line}: ${each.text}`) };
  }

  const data: unknown = document.toJS();
  const parsed = fleet.safeParse(data, { error: words });
  const issues = [
    ...(parsed.error?.issues.flatMap(apart) ?? []),
    ...keysApart(data),
    ...namesUsedTwice(data),
    ...rulesBroken(data, beside),
    ...orderBroken(data),
  ];
  const at = placesIn(document, lines, file);
  return parsed.success && issues.length === 0
    ? { fleet: parsed.data, at }
    : { problems: inOrder(issues, at) };
}

/** Days and times are texts: YAML 1.1, which a file may ask for, has moments and numbers of base 60 instead. */
function asWritten(tags: Tags): Tags {
  return tags.filter(
    (tag) => typeof tag === "string" || !(tag.tag.endsWith(":timestamp") || tag.format === "TIME"),
  );
}
