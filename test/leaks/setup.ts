import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findLeaks, leakWords } from "./find.js";

/** Where everything goes that the suites log; the playground's bots know the variable, too. */
const variable = "BOT_OUTPUT";
/** The process that collects. */
const owner = "BOT_OUTPUT_OWNER";

/** Each project of a run sets up: the first one collects for all. */
export default function collectOnce(): (() => void) | undefined {
  if (process.env[owner] === `${process.pid}`) return undefined;
  process.env[owner] = `${process.pid}`;
  return collectLogs();
}

/** Collects what is logged from here on. At the end the run fails if there is a secret in it; the logs then stay. */
export function collectLogs(): () => void {
  const directory = mkdtempSync(join(tmpdir(), "eks-upgrade-logs-"));
  process.env[variable] = directory;
  return () => {
    const leaks = findLeaks(directory);
    if (leaks.length === 0) return rmSync(directory, { recursive: true, force: true });
    console.error(leakWords(leaks));
    // Of an error here Vitest only says that closing failed.
    process.exitCode = 1;
  };
}

/** What is printed past the log in a test's own process. */
export function keepConsole(text: string): void {
  const directory = process.env[variable];
  if (directory !== undefined) appendFileSync(join(directory, "console.log"), text);
}
