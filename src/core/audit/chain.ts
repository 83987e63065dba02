import type { Instant } from "../instant.js";
import { canonicalJson } from "./canonical.js";
import type { AuditEntry, AuditLine } from "./entry.js";

/** Where a chain stands: the number and the hash of its last entry. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

/** Before the first entry. */
export const beginning: Head = { seq: 0, hash: "0".repeat(64) };

/** SHA-256 of a text's UTF-8 bytes, in hexadecimal. */
export type Sha256 = (text: string) => string;

/** Ties an entry to the one before it. */
export function chain(prev: Head, entry: AuditEntry, sha256: Sha256): AuditLine {
  const numbered = { ...entry, seq: prev.seq + 1, prev: prev.hash };
  return { ...numbered, hash: sha256(canonicalJson(numbered)) };
}

/** Ties entries to each other, the first one to `prev`. */
export function chainAll(prev: Head, entries: readonly AuditEntry[], sha256: Sha256): AuditLine[] {
  const lines: AuditLine[] = [];
  for (const entry of entries) lines.push(chain(lines.at(-1) ?? prev, entry, sha256));
  return lines;
}

/** What the hash of an entry says of it, and of its place. */
export interface Link extends Head {
  readonly prev: string;
  readonly at: Instant;
  /** Its hash is that of what it says. */
  readonly intact: boolean;
}

export function linkOf({ hash, ...said }: AuditLine, sha256: Sha256): Link {
  const { seq, prev, at } = said;
  return { seq, prev, hash, at, intact: sha256(canonicalJson(said)) === hash };
}
