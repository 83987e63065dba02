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
    // A new file begins with what is kept from now on.
    const [newest] = end.last ? [] : await store.pageBack();
    const position = end.last ? undefined : (newest?.position ?? theBeginning);
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
  /** It ends in the middle of a line: whoever wrote it ended then. */
  readonly midLine: boolean;
  /** The last entry that is there. */
  readonly last?: Head;
  /** Can be synced to disk, as a pipe cannot. */
  readonly regular: boolean;
}

/** Longer than any line. */
const endBytes = 1 << 17;

async function endOf(path: string): Promise<End> {
  const file = await open(path, "r");
  try {
    const stats = await file.stat();
    if (!stats.isFile()) return { midLine: false, regular: false };
    const from = Math.max(0, stats.size - endBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(stats.size - from), { position: from });
    const text = buffer.toString("utf8", 0, bytesRead);
    const last = text.split("\n").map(readLine).findLast(Boolean);
    const midLine = text !== "" && !text.endsWith("\n");
    return { midLine, regular: true, ...(last && { last: { seq: last.seq, hash: last.hash } }) };
  } finally {
    await file.close();
  }
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
  readonly #unchained: string[] = [];
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
    this.#unchained.push(...lines);
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
    const unchained = this.#unchained.splice(0).map((text) => ({ text }));
    await this.#write(unchained);
    for (let page = await this.#page(); page.length > 0; page = await this.#page()) {
      if (!(await this.#write(page))) return;
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

  /** One write a line, and on disk when all are written. False: they were not, and are tried again at the next occasion. */
  async #write(lines: readonly { readonly text: string; readonly position?: string }[]): Promise<boolean> {
    if (lines.length === 0) return true;
    try {
      for (const { text, position } of lines) {
        await this.#file.appendFile(`${this.#midLine ? "\n" : ""}${text}\n`);
        this.#midLine = false;
        this.#position = position ?? this.#position;
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
