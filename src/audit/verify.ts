import { parseArgs } from "node:util";
import { type Link, linkOf, type Sha256 } from "../core/audit/chain.js";
import { readLine } from "../core/audit/line.js";
import { type ChainReport, checkChain, entries, type Fault } from "../core/audit/verify.js";
import type { AuditPage, AuditStore } from "../redis/audit.js";
import { CannotLook, exitCannotLook, reachAudit, type Variables } from "./reach.js";
import { readFiles, type Written } from "./verify-file.js";

export interface VerifyOptions {
  readonly variables: Variables;
  /** What stands after the name of the program. */
  readonly args: readonly string[];
  readonly sha256: Sha256;
  /** Real milliseconds for Redis to answer. */
  readonly readyWithin?: number;
  write(line: string): void;
}

const usage = "Usage: npm run audit:verify [-- --file audit.jsonl [--file …]]";

/**
 * Looks whether the record is what was kept: the stream in Redis, files that were written beside it, and both against each
 * other. Resolves with the exit code: 0 where all is well, 1 where something was changed, 2 where it could not be looked.
 */
export async function verify(options: VerifyOptions): Promise<number> {
  const { variables, args, sha256, readyWithin, write } = options;
  try {
    const files = filesIn(args);
    const written = files.length > 0 ? await readFiles(files, sha256) : undefined;
    const well = written ? tellFiles(written, files.join(", "), write) : true;
    const reached = await reachAudit(variables, readyWithin).catch((error: unknown) => {
      if (!written || !(error instanceof CannotLook)) throw error;
      write(`Redis: not looked at. ${error.message}`);
    });
    if (!reached) return well ? 0 : 1;
    try {
      const seen = await lookAt(reached.store, sha256, written);
      const streamWell = tellStream(seen, write);
      return well && streamWell ? 0 : 1;
    } finally {
      reached.close();
    }
  } catch (error) {
    // Whatever else happens on the way to Redis is none of the audit's doing either.
    write(`Could not look: ${error instanceof Error ? error.message : error}`);
    return exitCannotLook;
  }
}

function filesIn(args: readonly string[]): string[] {
  try {
    const { values } = parseArgs({ args: [...args], options: { file: { type: "string", multiple: true } } });
    return values.file ?? [];
  } catch (error) {
    throw new CannotLook(`${error instanceof Error ? error.message : error}. ${usage}`);
  }
}

function tellFiles(written: Written, name: string, write: (line: string) => void): boolean {
  const check = checkChain("anywhere");
  const { links, unchained, unreadable } = written;
  for (const link of links) check.take(link);
  const report = check.report();
  tell(name, report, write);
  if (unchained > 0) write(`${name}: ${count(unchained)} more without a place in the chain: Redis was away`);
  // Of an entry that is missing, the chain tells: this may be a last line that was not written to its end.
  for (const each of unreadable) write(`${each}: cannot be read`);
  return report.faults.length === 0;
}

interface Seen {
  readonly report: ChainReport;
  readonly anchor: AuditPage["anchor"];
  readonly headKnown: boolean;
  /** Entries of the files that Redis has, too, and what differs; undefined without files. */
  readonly compared?: { readonly same: number; readonly faults: readonly Fault[] };
}

/** Old entries may be removed while it is looked: then the beginning is another one, and it is looked again. */
async function lookAt(store: AuditStore, sha256: Sha256, written: Written | undefined): Promise<Seen> {
  for (let tries = 1; ; tries += 1) {
    const seen = await lookOnce(store, sha256, written);
    const { anchor } = await store.page();
    if (anchor.seq === seen.anchor.seq || tries === 3) return seen;
  }
}

async function lookOnce(store: AuditStore, sha256: Sha256, written: Written | undefined): Promise<Seen> {
  let page = await store.page();
  const { anchor } = page;
  const check = checkChain(anchor);
  const compare = written && comparison(written.links);
  compare?.take(anchor);
  for (;;) {
    for (const { text } of page.lines) {
      const line = readLine(text);
      const link = line ? linkOf(line, sha256) : "unreadable";
      check.take(link);
      if (link !== "unreadable") compare?.take(link);
    }
    const last = page.lines.at(-1);
    if (!last) break;
    page = await store.page(last.position);
  }
  const report = check.report(page.head);
  const compared = compare?.result(anchor.seq);
  return { report, anchor, headKnown: page.head !== undefined, ...(compared && { compared }) };
}

/** Whoever rewrites the stream gives it new hashes: what was written elsewhere has the old ones. */
function comparison(links: readonly Link[]) {
  const written = new Map(links.map(({ seq, hash }) => [seq, hash]));
  const faults: Fault[] = [];
  let same = 0;
  return {
    take({ seq, hash }: Pick<Link, "seq" | "hash">) {
      const there = written.get(seq);
      written.delete(seq);
      if (there === hash) same += 1;
      else if (there !== undefined) faults.push(`entry ${seq} is another one than in the file`);
    },
    /** @param removed the last entry that Redis has not any more for its age */
    result(removed: number) {
      const missing = rangesOf([...written.keys()].filter((seq) => seq > removed));
      const lacking = missing.map(([from, to]) => `${entries(from, to)} in the file, and not in Redis`);
      return { same, faults: [...faults, ...lacking] };
    },
  };
}

function rangesOf(numbers: readonly number[]): [from: number, to: number][] {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges;
}

function tellStream({ report, anchor, headKnown, compared }: Seen, write: (line: string) => void): boolean {
  tell("Redis", report, write, anchor.seq > 0 ? `, older ones were removed` : "");
  if (!headKnown && report.count > 0) write("Redis: does not say which entry is the last");
  if (!compared) return report.faults.length === 0;
  for (const fault of compared.faults) write(`Redis: ${fault}`);
  if (compared.faults.length === 0) write(`Redis and the file have ${count(compared.same)} in common`);
  return report.faults.length + compared.faults.length === 0;
}

function tell(where: string, report: ChainReport, write: (line: string) => void, aside = ""): void {
  const { first, last, faults } = report;
  const range = first === undefined ? "" : `, ${first}…${last?.seq}`;
  const all = `${count(report.count)}${range}${aside}`;
  for (const fault of faults) write(`${where}: ${fault}`);
  if (faults.length > 0) write(`${where}: ${all}, chain broken`);
  else write(`${where}: ${all}, chain intact${last ? `, head ${last.hash}` : ""}`);
}

function count(entries: number): string {
  return entries === 1 ? "1 entry" : `${entries} entries`;
}
