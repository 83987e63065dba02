import { createHash, randomUUID } from "node:crypto";
import type { Logger } from "pino";
import { openAuditFile } from "./audit/file.js";
import { auditTrail } from "./audit/trail.js";
import { AuditWriter } from "./audit/writer.js";
import type { Clock } from "./clock.js";
import { canonicalJson } from "./core/audit/canonical.js";
import type { AuditEntry, AuditLine } from "./core/audit/entry.js";
import type { Unchained } from "./core/audit/line.js";
import { auditKey } from "./log.js";
import { patiently } from "./patiently.js";
import { type Redact, redactor } from "./redact.js";
import type { AuditStore } from "./redis/audit.js";

/** What to record; the time is the recorder's business. */
export type Recorded = Omit<AuditEntry, "at">;

/** Keeps the record of who did what. Never throws and never waits: what cannot be kept now is kept later, or said in the log. */
export interface Audit {
  record(entry: Recorded): void;
  /** A run's record changed: its events that are not in the audit yet are added, each once. */
  follow(runId: string): void;
  /** Resolves when all that was recorded so far is kept, or cannot be for now. */
  settled(): Promise<void>;
}

/** The record, read. Rejects when Redis does not answer. */
export interface AuditTrail {
  /** Newest first, those that fit; looks through at most `within` entries. `lookedBackTo`: the oldest looked at. */
  recent(
    fits: (line: AuditLine) => boolean,
    how: { readonly count: number; readonly within: number },
  ): Promise<{ readonly lines: readonly AuditLine[]; readonly lookedBackTo?: number }>;
}

export interface OpenAudit extends Audit, AuditTrail {
  /** Follows every run that may have told something that is not in the audit, whoever left it out. For the sweep. */
  followAll(): Promise<void>;
  /** Keeps what waits, for 1.4 s at most; what cannot be kept is still written to stdout and to the file. */
  close(): Promise<void>;
}

export interface AuditOptions {
  readonly store: AuditStore;
  readonly clock: Clock;
  /** Kept lines go to it whatever its level is, under `audit`; but where it is silent, it stays silent. */
  readonly log: Logger;
  /** Real milliseconds for which the store keeps entries (`audit.keep` of the fleet). */
  readonly keep: number;
  /** AUDIT_FILE: where lines are kept once more, outside Redis. */
  readonly file?: string;
  /** Takes secrets out of what people wrote; by default what looks like one. */
  readonly redact?: Redact;
  /** Real milliseconds before each new try while Redis is away, and how many entries wait at most. */
  readonly pauses?: readonly number[];
  readonly room?: number;
}

/** SHA-256 of a text, in hexadecimal. */
export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Real milliseconds. */
const trimEvery = 3_600_000;
const closesWithin = 1_000;
const fileClosesWithin = 400;

/** @throws ConfigError where the file cannot be written */
export async function openAudit(options: AuditOptions): Promise<OpenAudit> {
  const { store, clock, log, keep, file: path, redact = redactor(), pauses, room } = options;
  const file = path === undefined ? undefined : await openAuditFile({ path, store, log });
  const print = printer(log);
  const trimmer = regularly(trimEvery, async () => {
    await store.trim(keep);
  });
  let trimming: Promise<void> = Promise.resolve();
  const trim = () => {
    trimming = trimming
      .then(trimmer)
      .catch((error: unknown) => log.warn({ error }, "audit: old entries not removed"));
  };
  const writer = new AuditWriter({
    ...{ store, log, sha256, redact, name: randomUUID() },
    kept(lines) {
      for (const line of lines) print(line);
      file?.poke();
      trim();
    },
    lost(entries) {
      const unchained = entries.map((entry): Unchained => ({ ...entry, unchained: true }));
      for (const each of unchained) print(each);
      file?.unchained(unchained.map(canonicalJson));
    },
    ...(pauses && { pauses }),
    ...(room !== undefined && { room }),
  });
  const settled = async () => {
    await writer.settled();
    await trimming;
    await file?.settled();
  };
  file?.poke();
  return {
    ...auditTrail(store),
    record: (entry) => writer.add({ ...entry, at: clock.now() }),
    follow: (runId) => writer.follow(runId),
    settled,
    async followAll() {
      for (const id of await store.unaudited()) writer.follow(id);
      file?.poke();
      await settled();
    },
    async close() {
      await writer.close(closesWithin);
      if (file) await patiently(file.close(), fileClosesWithin);
    },
  };
}

/** A child has a level of its own: LOG_LEVEL=warn is about what the bot says of itself, and this is not. */
function printer(log: Logger): (line: AuditLine | Unchained) => void {
  if (log.level === "silent") return () => {};
  const out = log.child({}, { level: "info" });
  return (line) => out.info({ [auditKey]: line }, "audit");
}

/** At the first call, and then at the first one after so many real milliseconds; sooner where it failed. */
function regularly(every: number, act: () => Promise<void>): () => Promise<void> {
  let last = Number.NEGATIVE_INFINITY;
  return async () => {
    if (performance.now() - last < every) return;
    last = performance.now();
    await act().catch((error: unknown) => {
      last = Number.NEGATIVE_INFINITY;
      throw error;
    });
  };
}
