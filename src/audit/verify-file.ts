import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { type Link, linkOf, type Sha256 } from "../core/audit/chain.js";
import { readWritten } from "../core/audit/line.js";
import { CannotLook } from "./reach.js";

/** What files have of a chain. */
export interface Written {
  /** In their order. Of what stands there several times all that differ. */
  readonly links: readonly Link[];
  /** How many were written without a place in the chain. */
  readonly unchained: number;
  /** "audit.jsonl, line 17": what is no entry. */
  readonly unreadable: readonly string[];
}

/** Files of one chain, or of pieces of it: rotated ones, or those of several bots. @throws CannotLook */
export async function readFiles(paths: readonly string[], sha256: Sha256): Promise<Written> {
  const links = new Map<string, Link>();
  const unreadable: string[] = [];
  let unchained = 0;
  for (const path of paths) {
    let number = 0;
    for await (const text of linesOf(path)) {
      number += 1;
      if (text.trim() === "") continue;
      const line = readWritten(text);
      if (line === undefined) unreadable.push(`${path}, line ${number}`);
      else if (line === "unchained") unchained += 1;
      else {
        const link = linkOf(line, sha256);
        // What was changed differs from what was not, though both have the same hash.
        links.set(`${link.seq} ${link.hash} ${link.intact}`, link);
      }
    }
  }
  const inOrder = [...links.values()].sort((one, other) => one.seq - other.seq);
  return { links: inOrder, unchained, unreadable };
}

async function* linesOf(path: string): AsyncGenerator<string> {
  try {
    yield* createInterface({ input: createReadStream(path, "utf8"), crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    throw new CannotLook(error instanceof Error ? error.message : String(error));
  }
}
