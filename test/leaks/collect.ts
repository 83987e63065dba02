import { randomUUID } from "node:crypto";
import { appendFileSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "pino";
import type { Playground } from "../../playground/playground.js";
import { openLog } from "../../src/log.js";

/**
 * Everything that the suites log is kept until they are over, and then looked through for secrets (`setup.ts`). The
 * directory is named by a variable, which the playground's bots know, too.
 */
const variable = "BOT_OUTPUT";

/** One file for each process; without a directory nothing is kept. */
let file: number | undefined;

export function keep(text: string): void {
  const directory = process.env[variable];
  if (directory === undefined) return;
  file ??= openSync(join(directory, `tests-${process.pid}-${randomUUID()}.log`), "a");
  writeSync(file, text.endsWith("\n") ? text : `${text}\n`);
}

/** For bots that run in a test's own process: all that they log is kept. With TEST_LOG=debug it is shown, too. */
export function keptLog(): Logger {
  const shown = process.env.TEST_LOG;
  return openLog(shown ?? "trace", {
    write(line: string) {
      keep(line);
      if (shown !== undefined) process.stdout.write(line);
    },
  });
}

const known = new Set<string>();

/** From now on none of these may be in anything that is logged. */
export function mayNotLeak(...secrets: readonly (string | undefined)[]): void {
  const directory = process.env[variable];
  for (const secret of secrets) {
    if (directory === undefined || !secret || known.has(secret)) continue;
    known.add(secret);
    appendFileSync(join(directory, `tests-${process.pid}.secrets`), `${secret}\n`);
  }
}

type Told = Pick<Playground, "environment"> & { readonly world: Pick<Playground["world"], "sessions"> };

/** What a bot is told, and the credentials that roles gave it so far. */
export function mayNotLeakOf({ environment, world }: Told): void {
  for (const [name, value] of Object.entries(environment)) if (/TOKEN|SECRET/.test(name)) mayNotLeak(value);
  for (const { secretAccessKey, sessionToken } of world.sessions.values())
    mayNotLeak(secretAccessKey, sessionToken);
}
