import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";
import { describe } from "vitest";

/** A suite for a program that may not be on this machine: skipped there, and its name says why. */
export function describeWith(program: "aws" | "kubectl", tests: () => void): void {
  if (isInstalled(program)) describe(`the real ${program}`, tests);
  else describe.skip(`the real ${program} (skipped: ${program} is not installed)`, tests);
}

function isInstalled(program: string): boolean {
  try {
    execFileSync(program, program === "kubectl" ? ["version", "--client"] : ["--version"], {
      stdio: "ignore",
    });
    return true;
  } catch {
    return false;
  }
}

/** What a program prints; rejects with what it says of an error. */
export function runner(program: string, env: NodeJS.ProcessEnv) {
  const run = promisify(execFile);
  return async (...words: readonly string[]): Promise<string> =>
    (await run(program, words, { env, timeout: 100_000 })).stdout;
}
