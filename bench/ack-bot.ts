import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Busy } from "./ack-busy.js";
import type { ToProbe } from "./ack-probe.js";

/** The compiled bot in a process of its own, with a probe beside it that tells how busy that process is. */
export interface WatchedBot {
  /** Since this was called last. */
  busy(): Promise<Busy>;
  /** @throws with its last words, where it ended by itself before */
  stop(): Promise<void>;
}

type Variables = Readonly<Record<string, string>>;

/** @param profile a folder for a processor profile of its whole life */
export function startWatchedBot(environment: Variables, profile?: string): WatchedBot {
  const [main, probe] = ["../src/main.js", "./ack-probe.js"].map((file) => new URL(file, import.meta.url));
  const profiled = profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}`];
  const child = fork(fileURLToPath(main ?? ""), {
    execArgv: ["--no-warnings", ...profiled, "--import", `${probe}`],
    env: { ...environment },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    // The audit is printed whatever the level: its end alone is of interest.
    stream?.on("data", (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-4_000);
    });
  }
  let stopping = false;
  const ended = once(child, "exit").then(([code, signal]) => {
    if (!stopping) throw new Error(`The bot ended (${code ?? signal}). Its last words:\n${output}`);
  });
  ended.catch(() => {});
  return {
    async busy() {
      const answer = once(child, "message").then(([busy]) => busy as Busy);
      child.send("tell" satisfies ToProbe);
      await Promise.race([answer, ended]);
      return answer;
    },
    async stop() {
      stopping = true;
      child.kill("SIGTERM");
      await ended;
    },
  };
}
