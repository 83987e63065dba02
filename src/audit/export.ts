import { parseArgs } from "node:util";
import type { AuditLine } from "../core/audit/entry.js";
import { readLine } from "../core/audit/line.js";
import { day } from "../core/instant.js";
import type { AuditStore } from "../redis/audit.js";
import { CannotLook, exitCannotLook, reachAudit, type Variables } from "./reach.js";

export interface ExportOptions {
  readonly variables: Variables;
  /** What stands after the name of the program. */
  readonly args: readonly string[];
  /** Resolves when more may come; false: nobody reads on. */
  write(line: string): Promise<boolean>;
  complain(line: string): void;
}

const usage =
  "Usage: npm run --silent audit:export [-- --since 2026-08-01 --until 2026-08-31 --cluster <name> --run <id> --user <U…>]";

/** Prints entries as they were kept, the oldest first. Resolves with the exit code: 0, or 2 where it could not look. */
export async function exportAudit({ variables, args, write, complain }: ExportOptions): Promise<number> {
  try {
    const wanted = wantedBy(args);
    const { store, close } = await reachAudit(variables);
    try {
      for await (const text of printed(store, wanted)) if (!(await write(text))) break;
      return 0;
    } finally {
      close();
    }
  } catch (error) {
    complain(`Could not look: ${error instanceof Error ? error.message : error}`);
    return exitCannotLook;
  }
}

interface Wanted {
  fits(line: AuditLine): boolean;
  /** All from the first that fits to the last: an entry may be kept later than one that happened after it. */
  readonly asPiece: boolean;
}

async function* printed(store: AuditStore, { fits, asPiece }: Wanted): AsyncGenerator<string> {
  const fitting = (text: string) => {
    const line = readLine(text);
    return line !== undefined && fits(line);
  };
  const last = asPiece ? await lastOf(store, fitting) : undefined;
  let begun = false;
  for (let page = await store.page(); page.lines.length > 0; ) {
    for (const { position, text } of page.lines) {
      const fit = fitting(text);
      begun ||= fit;
      if (asPiece ? begun : fit) yield text;
      if (position === last) return;
    }
    page = await store.page(page.lines.at(-1)?.position);
  }
}

/** Where the newest of those stands. */
async function lastOf(store: AuditStore, fitting: (text: string) => boolean): Promise<string | undefined> {
  for (let page = await store.pageBack(); page.length > 0; ) {
    const found = page.find(({ text }) => fitting(text));
    if (found) return found.position;
    page = await store.pageBack(page.at(-1)?.position);
  }
  return undefined;
}

/** @throws CannotLook for what is not understood */
function wantedBy(args: readonly string[]): Wanted {
  const { since, until, cluster, run, user } = optionsIn(args);
  const from = since === undefined ? Number.NEGATIVE_INFINITY : momentOf("since", since);
  const to = until === undefined ? Number.POSITIVE_INFINITY : momentOf("until", until);
  return {
    fits: (line) =>
      line.at >= from &&
      line.at < to &&
      (cluster === undefined || line.cluster === cluster) &&
      (run === undefined || line.run === run) &&
      (user === undefined || line.who === user),
    asPiece: cluster === undefined && run === undefined && user === undefined,
  };
}

function optionsIn(args: readonly string[]) {
  const text = { type: "string" } as const;
  const options = { since: text, until: text, cluster: text, run: text, user: text };
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new CannotLook(`${error instanceof Error ? error.message : error}. ${usage}`);
  }
}

/** A day is meant as a whole, in UTC: until its end. */
function momentOf(option: "since" | "until", text: string): number {
  const whole = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const at = /^\d{4}-\d{2}-\d{2}(T.*)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at))
    throw new CannotLook(`--${option} ${text} is no date. Write 2026-08-01 or 2026-08-01T10:00Z`);
  return whole && option === "until" ? at + day : at;
}
