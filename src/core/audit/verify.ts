import { beginning, type Head, type Link, linkOf, type Sha256 } from "./chain.js";
import type { AuditLine } from "./entry.js";

/** Something that is wrong with a chain, in words that name the entry: "entry 17 was changed". */
export type Fault = string;

export interface ChainReport {
  readonly count: number;
  readonly first?: number;
  readonly last?: Head;
  /** The first ones, in their order; empty: the chain is intact. */
  readonly faults: readonly Fault[];
}

/** Looks at a chain link by link, so that it need not be in memory as a whole. */
export interface ChainCheck {
  /** "unreadable": something stands there that is no entry. */
  take(link: Link | "unreadable"): void;
  /** @param head what the store says the last entry is */
  report(head?: Head): ChainReport;
}

/** After so many nobody reads on: what follows them follows from them. */
const mostFaults = 20;

/** @param from what the first link has to follow; "anywhere": a piece of a chain, such as a file that was begun later */
export function checkChain(from: Head | "anywhere" = beginning): ChainCheck {
  const after = from === "anywhere" ? undefined : from;
  const faults: Fault[] = [];
  let count = 0;
  let first: number | undefined;
  let last = after;
  let read: Head | undefined;
  const fault = (words: Fault | undefined) => {
    if (words !== undefined && faults.length < mostFaults) faults.push(words);
  };
  return {
    take(link) {
      if (link === "unreadable") {
        return fault(`what stands after entry ${last?.seq ?? 0} cannot be read`);
      }
      if (last) fault(faultBetween(last, link));
      if (!link.intact) fault(`entry ${link.seq} was changed`);
      count += 1;
      first ??= link.seq;
      last = link;
      read = link;
    },
    report(head) {
      const end = head && (read ? faultAtEnd(head, read) : faultOfNothing(head, after ?? beginning));
      const all = end === undefined ? faults : [...faults, end];
      const { seq, hash } = read ?? beginning;
      return { count, ...(first !== undefined && { first, last: { seq, hash } }), faults: all };
    },
  };
}

function faultBetween(last: Head, link: Link): Fault | undefined {
  if (link.seq > last.seq + 1) return `${entries(last.seq + 1, link.seq - 1)} missing`;
  if (link.seq === last.seq) return `entry ${link.seq} stands there twice`;
  if (link.seq < last.seq) return `entry ${link.seq} stands after ${last.seq}`;
  if (link.prev === last.hash) return undefined;
  return link.seq === 1
    ? "entry 1 does not begin the chain"
    : `entry ${link.seq} does not follow ${last.seq}`;
}

function faultAtEnd(head: Head, last: Head): Fault | undefined {
  if (head.seq > last.seq) return `${entries(last.seq + 1, head.seq)} missing at the end`;
  if (head.seq < last.seq) return `${entries(head.seq + 1, last.seq)} more than were kept`;
  return head.hash === last.hash ? undefined : `entry ${last.seq}, the last, is not the one that was kept`;
}

/** Old ones are removed when a new one was added: so there is always one, once there was one. */
function faultOfNothing(head: Head, after: Head): Fault | undefined {
  if (head.seq === 0 || head.seq !== after.seq) return faultAtEnd(head, after);
  return `all entries are missing: the last one, ${head.seq}, is never removed for its age`;
}

/** "entry 18 is", "entries 18–20 are". */
export function entries(from: number, to: number): string {
  return from === to ? `entry ${from} is` : `entries ${from}–${to} are`;
}

export interface WholeChain {
  readonly sha256: Sha256;
  /** What the first line has to follow, where older ones were removed. */
  readonly after?: Head;
  /** What the store says the last one is. */
  readonly head?: Head;
}

/** All at once, for those that are at hand. */
export function verifyChain(lines: readonly AuditLine[], { sha256, after, head }: WholeChain): ChainReport {
  const check = checkChain(after);
  for (const line of lines) check.take(linkOf(line, sha256));
  return check.report(head);
}
