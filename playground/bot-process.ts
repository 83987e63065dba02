import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The bot as its users run it: a process of its own, told everything through its environment. */
export interface BotProcess {
  readonly pid: number;
  /** What it wrote so far, both streams. */
  output(): string;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  kill(signal: NodeJS.Signals): void;
  /** Asks it to stop and waits; after `patience` real milliseconds it is killed. */
  stop(patience?: number): Promise<number | NodeJS.Signals>;
}

type Form = "compiled" | "sources";

/** What this file is itself. */
const ownForm: Form = import.meta.url.endsWith(".js") ? "compiled" : "sources";

/**
 * Compiled, it runs the compiled bot; from sources, the sources: 3 s slower to start, but there is nothing to build
 * first.
 */
export function startBot(environment: Readonly<Record<string, string>>, form = ownForm): BotProcess {
  const loader = form === "compiled" ? [] : ["--import", "tsx"];
  const child = spawn(process.execPath, [...loader, mainOf(form)], {
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      keepCopy(child.pid, chunk);
    });
  }
  const ended = endOf(child);
  return {
    pid: child.pid ?? 0,
    output: () => output,
    ended,
    kill: (signal) => void child.kill(signal),
    async stop(patience = 10_000) {
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), patience);
      return ended.finally(() => clearTimeout(timer));
    },
  };
}

/** Where BOT_OUTPUT names a directory, all that bots print stays there. */
function keepCopy(pid: number | undefined, chunk: Buffer): void {
  const directory = process.env.BOT_OUTPUT;
  if (directory) appendFileSync(join(directory, `bot-${pid ?? 0}.log`), chunk);
}

function mainOf(form: Form): string {
  const root = new URL(ownForm === "compiled" ? "../../" : "../", import.meta.url);
  return fileURLToPath(new URL(form === "compiled" ? "dist/src/main.js" : "src/main.ts", root));
}

function endOf(child: ChildProcess): Promise<number | NodeJS.Signals> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? signal ?? 1));
  });
}
