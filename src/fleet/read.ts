import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit } from "yaml";
import { namesUsedTwice } from "./names.js";
import { type FleetRead, fleet } from "./schema.js";
import { keysApart } from "./together.js";
import { apart, words } from "./words.js";

/** Reads a fleet file; every problem names its line and what to write. */
export function readFleet(text: string, file: string): { fleet: FleetRead } | { problems: string[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => Math.max(1, lines.linePos(offset).line);
  const syntax = document.errors.map((error) => ({ line: at(error.pos[0]), text: error.message }));
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document)) return;
      const text = `*${alias.source} is no anchor of this file: put a text that begins with * in quotes`;
      syntax.push({ line: at(alias.range?.[0] ?? 0), text });
    },
  });
  if (syntax.length > 0) return { problems: inOrder(syntax, file) };

  const data: unknown = document.toJS();
  const parsed = fleet.safeParse(data, { error: words });
  const issues = [
    ...(parsed.error?.issues.flatMap(apart) ?? []),
    ...keysApart(data),
    ...namesUsedTwice(data),
  ];
  if (parsed.success && issues.length === 0) return { fleet: parsed.data };
  const problems = issues.map(({ path, message }) => ({
    line: at(offsetOf(document, path)),
    text: `${where(path)} ${message}`,
  }));
  return { problems: inOrder(problems, file) };
}

function inOrder(problems: readonly { line: number; text: string }[], file: string): string[] {
  return [...problems].sort((a, b) => a.line - b.line).map(({ line, text }) => `${file}:${line}: ${text}`);
}

/** The offset of the key or list item that the path names, or of the deepest one that is in the file. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
      if (!isScalar(pair?.key)) return offset;
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else {
      node = isSeq(node) ? node.items[Number(part)] : undefined;
      if (!isNode(node)) return offset;
      offset = node.range?.[0] ?? offset;
    }
  }
  return offset;
}

/** environments[0].clusters[1].name */
function where(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "the file";
  return path
    .map((part, i) => (typeof part === "number" ? `[${part}]` : `${i > 0 ? "." : ""}${String(part)}`))
    .join("");
}
