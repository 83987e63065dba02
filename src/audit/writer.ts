import type { Logger } from "pino";
import { canonicalJson } from "../core/audit/canonical.js";
import { beginning, chainAll, type Head, type Sha256 } from "../core/audit/chain.js";
import type { AuditEntry, AuditLine } from "../core/audit/entry.js";
import { presentable } from "../core/audit/line.js";
import { entriesOfRun } from "../core/audit/run-entries.js";
import type { RunEvent } from "../core/events.js";
import { patiently } from "../patiently.js";
import type { AuditBatch, AuditStore, RunBehind } from "../redis/audit.js";
import { readRun } from "../redis/run-schema.js";

export interface WriterOptions {
  readonly store: AuditStore;
  readonly log: Logger;
  readonly sha256: Sha256;
  /** Tells this writer from all others, also from earlier ones of the same machine. */
  readonly name: string;
  /** Takes secrets out of a text. */
  readonly redact: (text: string) => string;
  /** They are in the store, by this writer. */
  kept(lines: readonly AuditLine[]): void;
  /** They are not, and will not be: nowhere but where this writes them. */
  lost(entries: readonly AuditEntry[]): void;
  /** How many entries wait at most while the store is away. */
  readonly room?: number;
  /** Real milliseconds before each new try in a row; the last one from then on. */
  readonly pauses?: readonly number[];
}

/** What is kept at once. Its lines stay the same until it is known what became of them: an answer may be lost. */
interface Job {
  readonly entries: readonly AuditEntry[];
  readonly run?: NonNullable<AuditBatch["run"]>;
}

const most = 100;
const usualRoom = 10_000;
const usualPauses = [250, 500, 1_000, 2_000, 5_000];

/** Keeps entries, one batch after the other, in the order in which they came. */
export class AuditWriter {
  readonly #options: WriterOptions;
  readonly #queue: AuditEntry[] = [];
  readonly #runs = new Set<string>();
  #head: Head = beginning;
  #job: Job | undefined;
  #working: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #failed = 0;
  #full = false;
  #runsTurn = false;
  #closed = false;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  add(told: AuditEntry): void {
    const entry = presentable(told, this.#options.redact);
    const { room = usualRoom, log, lost } = this.#options;
    if (!this.#closed && this.#queue.length < room) {
      this.#queue.push(entry);
      this.#begin();
      return;
    }
    if (!this.#full) log.error({ waiting: this.#queue.length }, "audit: no room for more, not chained");
    this.#full = true;
    lost([entry]);
  }

  follow(runId: string): void {
    if (this.#closed) return;
    this.#runs.add(runId);
    this.#begin();
  }

  /** Resolves when nothing waits, or what waits cannot be kept for now. */
  async settled(): Promise<void> {
    while (this.#working) await this.#working;
  }

  /** Keeps what waits within so many real milliseconds, and gives the rest up. What runs told is found by the next bot. */
  async close(within: number): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#begin();
    await patiently(this.settled(), within);
    const current = this.#job && !this.#job.run ? this.#job.entries : [];
    const left = [...current, ...this.#queue.splice(0)];
    this.#job = undefined;
    this.#runs.clear();
    if (left.length === 0) return;
    this.#options.log.error({ entries: left.length }, "audit: not all entries could be kept before the end");
    this.#options.lost(left);
  }

  #begin(): void {
    if (this.#retry !== undefined || this.#working) return;
    this.#working = this.#work().finally(() => {
      this.#working = undefined;
    });
  }

  async #work(): Promise<void> {
    try {
      for (;;) {
        this.#job ??= await this.#next();
        const job = this.#job;
        if (!job) return;
        const lines = await this.#keep(job);
        // Given up meanwhile: it was told as lost.
        if (this.#job !== job) return;
        this.#job = undefined;
        this.#recovered();
        if (lines.length > 0) this.#options.kept(lines);
      }
    } catch (error) {
      this.#pause(error);
    }
  }

  /** Entries and runs by turns, so that neither waits for the other to end. */
  async #next(): Promise<Job | undefined> {
    this.#runsTurn = !this.#runsTurn;
    if (this.#runsTurn || this.#queue.length === 0) {
      for (const id of this.#runs) {
        const job = await this.#ofRun(id);
        if (job) return job;
      }
    }
    const entries = this.#queue.splice(0, most);
    return entries.length > 0 ? { entries } : undefined;
  }

  /** What the run has told that is not in the audit yet. */
  async #ofRun(id: string): Promise<Job | undefined> {
    const { store, log, redact } = this.#options;
    // From here on it may tell more: then it is followed again.
    this.#runs.delete(id);
    try {
      const behind = await store.behind(id);
      if (!behind || behind.events.length === 0) {
        await store.forget(id);
        return undefined;
      }
      if (behind.events.length > most) this.#runs.add(id);
      const entries = entriesBehind(behind, log, id);
      const { audited: from } = behind;
      if (!entries) return undefined;
      const run = { id, from, to: from + entries.length };
      return { entries: entries.map((each) => presentable(each, redact)), run };
    } catch (error) {
      this.#runs.add(id);
      throw error;
    }
  }

  /** The lines as they are kept; none where another bot has kept them. */
  async #keep({ entries, run }: Job): Promise<AuditLine[]> {
    const { store, sha256, name, log } = this.#options;
    for (;;) {
      const lines = chainAll(this.#head, entries, sha256);
      const to = lines.at(-1) ?? this.#head;
      const texts = lines.map(canonicalJson);
      const batch = { writer: name, from: this.#head, to, lines: texts, ...(run && { run }) };
      const answer = await store.append(batch);
      if (answer.outcome === "followed") return [];
      if (answer.outcome === "kept") {
        this.#head = { seq: to.seq, hash: to.hash };
        return lines;
      }
      const { head } = answer;
      if (head.seq < this.#head.seq) {
        const detail = { had: this.#head.seq, has: head.seq };
        log.error(detail, "audit: the chain went back: Redis lost entries, or somebody took them away");
      }
      this.#head = head;
    }
  }

  #pause(error: unknown): void {
    const { log, pauses = usualPauses } = this.#options;
    if (this.#failed === 0) {
      const why = error instanceof Error ? error.message : error;
      log.warn({ error: why }, "audit: Redis does not take entries, they wait");
    }
    const pause = pauses[Math.min(this.#failed, pauses.length - 1)] ?? 0;
    this.#failed += 1;
    if (this.#closed) return;
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#begin();
    }, pause).unref();
  }

  #recovered(): void {
    if (this.#failed > 0) this.#options.log.info({ tries: this.#failed }, "audit: Redis takes entries again");
    this.#failed = 0;
    this.#full = false;
  }
}

/** Undefined where they cannot be read: another version of the bot wrote them, and will follow the run. */
function entriesBehind(behind: RunBehind, log: Logger, run: string): AuditEntry[] | undefined {
  const read = (texts: readonly string[]) => texts.map((text) => JSON.parse(text) as RunEvent);
  try {
    const events = read(behind.events.slice(0, most));
    const { earlier } = behind;
    return entriesOfRun(readRun(behind.record), { events, ...(earlier && { earlier: read(earlier) }) });
  } catch (error) {
    log.error({ run, error }, "audit: run not readable");
    return undefined;
  }
}
