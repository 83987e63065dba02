import { parseArgs } from "node:util";
import { type Head, type Link, linkOf, type Sha256 } from "../core/audit/chain.js";
import { readLine } from "../core/audit/line.js";
import { type ChainCheck, type ChainReport, checkChain, entries, type Fault } from "../core/audit/verify.js";
import { hour, type Milliseconds, sayDuration } from "../core/instant.js";
import { duration } from "../fleet/durations.js";
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
  /** Real time. */
  readonly now?: () => number;
  write(line: string): void;
}

const usage = "Usage: npm run audit:verify [-- --file audit.jsonl [--file …] [--keep 400d]]";

/** What stands in the files, and from which moment on nothing of it may have been removed for its age. */
interface Elsewhere {
  readonly written: Written;
  readonly keep: Milliseconds;
  readonly since: number;
}

/**
 * Looks whether the record is what was kept: the stream in Redis, files that were written beside it, and both against each
 * other. Resolves with the exit code: 0 where all is well, 1 where something was changed, 2 where it could not be looked.
 */
export async function verify(options: VerifyOptions): Promise<number> {
  const { variables, args, sha256, readyWithin, now = Date.now, write } = options;
  try {
    const { files, keep } = optionsIn(args);
    const written = files.length > 0 ? await readFiles(files, sha256) : undefined;
    const well = written ? tellFiles(written, files.join(", "), write) : true;
    const reached = await reachAudit(variables, readyWithin).catch((error: unknown) => {
      if (!written || !(error instanceof CannotLook)) throw error;
      write(`Redis: not looked at. ${error.message}`);
    });
    if (!reached) return well ? 0 : 1;
    try {
      const elsewhere = written && { written, keep, since: now() - keep + clocksDiffer };
      const seen = await lookAt(reached.store, sha256, elsewhere);
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

/** As in fleet.yaml where it says nothing else. */
const usualKeep = "400d";
/** An entry has the time of its bot, and is removed by the time of Redis. */
const clocksDiffer = hour;

function optionsIn(args: readonly string[]): { readonly files: string[]; readonly keep: Milliseconds } {
  try {
    const options = { file: { type: "string", multiple: true }, keep: { type: "string" } } as const;
    const { values } = parseArgs({ args: [...args], options });
    const keep = duration.safeParse(values.keep ?? usualKeep);
    if (keep.success) return { files: values.file ?? [], keep: keep.data };
    throw new Error(`--keep ${values.keep} ${keep.error.issues[0]?.message}`);
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
  /** Entries of the files that Redis has, too, and what differs; undefined without files. */
  readonly compared?: { readonly same: number; readonly faults: readonly Fault[] };
}

/** Old entries may be removed while it is looked: then the beginning is another one, and it is looked again. */
async function lookAt(store: AuditStore, sha256: Sha256, elsewhere: Elsewhere | undefined): Promise<Seen> {
  for (let tries = 1; ; tries += 1) {
    const seen = await lookOnce(store, sha256, elsewhere);
    const { anchor } = await store.page();
    if (anchor.seq === seen.anchor.seq || tries === 3) return seen;
  }
}

async function lookOnce(store: AuditStore, sha256: Sha256, elsewhere: Elsewhere | undefined): Promise<Seen> {
  let page = await store.page();
  const { anchor } = page;
  const check = checkChain(anchor);
  const compare = elsewhere && comparison(elsewhere, anchor);
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
  const compared = compare?.result();
  return { report: reportOf(check, page), anchor, ...(compared && { compared }) };
}

/** Whoever adds an entry writes in the same moment that it is the last: an end that nobody told of is one that was cut off. */
function reportOf(check: ChainCheck, { anchor, head }: AuditPage): ChainReport {
  const report = check.report(head);
  if (head || report.count + anchor.seq === 0) return report;
  const fault = "which entry is the last was taken away, and so may entries have been that came after these";
  return { ...report, faults: [...report.faults, fault] };
}

/** Whoever rewrites the stream gives it new hashes, or another beginning: what was written elsewhere has the old ones. */
function comparison({ written: { links }, keep, since }: Elsewhere, anchor: Head) {
  const written = new Map(links.map((link) => [link.seq, link]));
  const faults: Fault[] = [];
  let same = 0;
  const compare = ({ seq, hash }: Head) => {
    const there = written.get(seq);
    if (there?.hash === hash) return true;
    if (there) faults.push(`entry ${seq} is another one than in the file`);
    return false;
  };
  compare(anchor);
  return {
    take(link: Link) {
      if (compare(link)) same += 1;
      written.delete(link.seq);
    },
    result() {
      const missing = [...written.values()];
      const removed = missing.filter(({ seq, at }) => seq <= anchor.seq && at > since);
      const cut = missing.filter(({ seq }) => seq > anchor.seq);
      const young = `, though younger than ${sayDuration(keep)} (--keep)`;
      const lacking = (lost: readonly Link[], aside = "") =>
        rangesOf(lost.map(({ seq }) => seq)).map(
          ([from, to]) => `${entries(from, to)} in the file, and not in Redis${aside}`,
        );
      return { same, faults: [...faults, ...lacking(removed, young), ...lacking(cut)] };
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

function tellStream({ report, anchor, compared }: Seen, write: (line: string) => void): boolean {
  tell("Redis", report, write, anchor.seq > 0 ? `, older ones were removed` : "");
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
