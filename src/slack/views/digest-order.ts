import type { KnownBlock } from "@slack/types";
import { type DigestRow, severities } from "../../core/scan/digest.js";
import { foreign, section } from "../text.js";
import { severityCounts } from "./digest-rows.js";

/** Which rows of a digest a message has room for, and in which order they stand there. */

/** What a message has room for. */
export interface Room {
  readonly blocks: number;
  readonly characters: number;
  readonly rows: number;
}

/** Above the rows of an environment, at most. */
const headingCharacters = 150;

/** Of all environments together; the order within a severity stays. */
export function worstFirst(rows: readonly DigestRow[]): DigestRow[] {
  return severities.flatMap((severity) => rows.filter((row) => row.severity === severity));
}

/** The worst of all environments, as many as fit, in the order in which they came; `sizeOf`: what one of them takes. */
export function fittingRows(
  rows: readonly DigestRow[],
  room: Room,
  sizeOf: (row: DigestRow) => { readonly blocks: number; readonly characters: number },
): DigestRow[] {
  const picked = new Set<DigestRow>();
  const environments = new Set<string>();
  let { blocks, characters } = room;
  for (const row of worstFirst(rows)) {
    const heading = environments.has(row.environment) ? 0 : 1;
    const size = sizeOf(row);
    blocks -= size.blocks + heading;
    characters -= size.characters + heading * headingCharacters;
    if (blocks < 0 || characters < 0 || picked.size >= room.rows) break;
    picked.add(row);
    environments.add(row.environment);
  }
  return rows.filter((row) => picked.has(row));
}

/** Rows under a heading for each environment, in the order in which those come; one alone needs none. */
export function environmentBlocks(
  rows: readonly DigestRow[],
  several: boolean,
  blocksOf: (row: DigestRow) => KnownBlock[],
): KnownBlock[] {
  const environments = [...new Set(rows.map(({ environment }) => environment))];
  return environments.flatMap((environment) => {
    const its = worstFirst(rows.filter((row) => row.environment === environment));
    return [
      ...(several ? [section([`*${foreign(environment, 60)}*: ${severityCounts(its)}`])] : []),
      ...its.flatMap(blocksOf),
    ];
  });
}
