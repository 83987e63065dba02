import { type FileHandle, open } from "node:fs/promises";
import type { Logger } from "pino";
import { ConfigError } from "../config.js";
import type { Head } from "../core/audit/chain.js";
import { readLine } from "../core/audit/line.js";
import type { AuditStore, Placed } from "../redis/audit.js";

export interface AuditFileOptions {
  readonly path: string;
  readonly store: AuditStore;
  readonly log: Logger;
}

/** @throws ConfigError where the file cannot be written at its end, and read again */
export async function openAuditFile({ path, store, log }: AuditFileOptions): Promise<AuditFile> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, "a", 0o640);
    const end = await endOf(path);
    // A new file begins with what is kept from now on. One without an entry that can be read gets all there is.
    const [newest] = end.empty ? await store.pageBack() : [];
    const position = end.empty ? (newest?.position ?? theBeginning) : undefined;
    return new AuditFile({ store, log, file, ...end, ...(position !== undefined && { position }) });
  } catch (error) {
    await file?.close();
    if (!(error instanceof Error) || !("syscall" in error)) throw error;
    throw new ConfigError([
      `AUDIT_FILE ${path}: ${error.message}. Name a file that the bot's user may write`,
    ]);
  }
}

/** Before the first line of a stream. */
const theBeginning = "0-0";

interface End {
  /** Nothing was written yet, or what was is not to be read: a pipe. */
  readonly empty: boolean;
  /** It ends in the middle of a line: whoever wrote it ended then. */
  readonly midLine: boolean;
  /** The last entry that is there. */
  readonly last?: Head;
  /** Can be synced to disk, as a pipe cannot. */
  readonly regular: boolean;
}

/** Longer than any line. */
const lineBytes = 1 << 17;

async function endOf(path: string): Promise<End> {
  const file = await open(path, "r");
  try {
    const stats = await file.stat();
    if (!stats.isFile()) return { empty: true, midLine: false, regular: false };
    const { size } = stats;
    const midLine = size > 0 && (await textOf(file, size - 1, size)) !== "\n";
    const last = await lastIn(file, size);
    return { empty: size === 0, midLine, regular: true, ...(last && { last }) };
  } finally {
    await file.close();
  }
}

/** What was written while Redis was away may be as long as it likes: it is looked through back to the last entry of the chain. */
async function lastIn(file: FileHandle, size: number): Promise<Head | undefined> {
  for (let end = size; end > 0; end -= lineBytes) {
    // Of a line that does not end here, the piece before had the whole.
    const text = await textOf(file, Math.max(0, end - 2 * lineBytes), end);
    const last = text.split("\n").map(readLine).findLast(Boolean);
    if (last) return { seq: last.seq, hash: last.hash };
  }
  return undefined;
}

async function textOf(file: FileHandle, from: number, to: number): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(to - from), { position: from });
  return buffer.toString("utf8", 0, bytesRead);
}

/** What waits while the file cannot be written: stdout has had it, so it need not be all. */
const mostUnchained = 10_000;

interface Unwritten {
  readonly text: string;
  /** In the stream, if it has one. */
  readonly position?: string;
}

/**
 * AUDIT_FILE: the stream once more, line by line, outside Redis. It is written from the stream: so it has what all bots
 * kept, each line once and in order, also what was kept by one that ended before it wrote it down.
 */
export class AuditFile {
  readonly #store: AuditStore;
  readonly #log: Logger;
  readonly #file: FileHandle;
  readonly #last: Head | undefined;
  readonly #regular: boolean;
  readonly #unchained: Unwritten[] = [];
  #position: string | undefined;
  #midLine: boolean;
  #failed = false;
  #wanted = false;
  #working: Promise<void> | undefined;

  constructor(
    opened: End & {
      readonly store: AuditStore;
      readonly log: Logger;
      readonly file: FileHandle;
      readonly position?: string;
    },
  ) {
    this.#store = opened.store;
    this.#log = opened.log;
    this.#file = opened.file;
    this.#last = opened.last;
    this.#regular = opened.regular;
    this.#midLine = opened.midLine;
    this.#position = opened.position;
  }

  /** There may be more in the stream. */
  poke(): void {
    this.#wanted = true;
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
      if (this.#wanted) this.poke();
    });
  }

  /** What is not in the stream. */
  unchained(lines: readonly string[]): void {
    const room = mostUnchained - this.#unchained.length;
    this.#unchained.push(...lines.slice(0, room).map((text) => ({ text })));
    this.poke();
  }

  async settled(): Promise<void> {
    while (this.#working) await this.#working;
  }

  async close(): Promise<void> {
    await this.settled();
    await this.#file.close();
  }

  async #work(): Promise<void> {
    this.#wanted = false;
    if (!(await this.#write(this.#unchained))) return;
    for (let page = await this.#page(); page.length > 0; page = await this.#page()) {
      if (!(await this.#write([...page]))) return;
    }
  }

  /** What is to be written next; nothing while Redis is away, of which whoever keeps entries tells. */
  async #page(): Promise<readonly Placed[]> {
    try {
      this.#position ??= await this.#placeOf(this.#last);
      return (await this.#store.page(this.#position)).lines;
    } catch {
      return [];
    }
  }

  /** Where the line stands that the file ends with, or the last one before it. */
  async #placeOf(last: Head | undefined): Promise<string> {
    let page = await this.#store.pageBack();
    while (page.length > 0 && last) {
      for (const { position, text } of page) {
        const line = readLine(text);
        if (!line || line.seq > last.seq) continue;
        if (line.hash !== last.hash) {
          const detail = { file: last, stream: { seq: line.seq, hash: line.hash } };
          this.#log.error(detail, "audit: AUDIT_FILE does not end with an entry of Redis: verify it");
        }
        return position;
      }
      page = await this.#store.pageBack(page.at(-1)?.position);
    }
    return theBeginning;
  }

  /**
   * One write a line, and on disk when all are written. Takes those that are written out of `lines`. False: not all could
   * be, and they are tried again at the next occasion.
   */
  async #write(lines: Unwritten[]): Promise<boolean> {
    if (lines.length === 0) return true;
    try {
      for (let [line] = lines; line; [line] = lines) {
        await this.#file.appendFile(`${this.#midLine ? "\n" : ""}${line.text}\n`);
        this.#midLine = false;
        this.#position = line.position ?? this.#position;
        lines.shift();
      }
      if (this.#regular) await this.#file.datasync();
      if (this.#failed) this.#log.info("audit: AUDIT_FILE can be written again");
      this.#failed = false;
      return true;
    } catch (error) {
      // How much of the line is there is not known.
      this.#midLine = true;
      if (!this.#failed) this.#log.error({ error }, "audit: AUDIT_FILE cannot be written");
      this.#failed = true;
      return false;
    }
  }
}
