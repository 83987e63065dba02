import { type Document, isMap, isNode, isScalar, isSeq, type LineCounter } from "yaml";
import type { Issue } from "./issue.js";

/** Where something of the file stands: "fleet.yaml:12". Of what is not in it, what it would be a part of. */
export type At = (path: readonly PropertyKey[]) => string;

export function placesIn(document: Document, lines: LineCounter, file: string): At {
  return (path) => `${file}:${lineAt(lines, offsetOf(document, path))}`;
}

export function lineAt(lines: LineCounter, offset: number): number {
  return Math.max(1, lines.linePos(offset).line);
}

/** Each with its place and its key, in the order of the file. */
export function inOrder(issues: readonly Issue[], at: At): string[] {
  const line = (place: string) => Number(place.slice(place.lastIndexOf(":") + 1));
  return issues
    .map(({ path, message }) => ({ place: at(path), text: `${keyOf(path)} ${message}` }))
    .toSorted((a, b) => line(a.place) - line(b.place))
    .map(({ place, text }) => `${place}: ${text}`);
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
function keyOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "the file";
  return path
    .map((part, i) => (typeof part === "number" ? `[${part}]` : `${i > 0 ? "." : ""}${String(part)}`))
    .join("");
}
