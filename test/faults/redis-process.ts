import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { freePort } from "../../playground/free-port.js";

const program = "redis-server";

/** One redis-server process among several, without data from before. */
export interface RedisProcess {
  readonly port: number;
  /** A connection to it alone, past Sentinels and cluster. */
  readonly admin: Redis;
  /** Without a word, as when its process dies. */
  kill(): void;
  /** It keeps its connections and answers nothing, as when its machine dies. */
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
}

export interface ProcessOptions {
  /** Lines of its configuration. */
  readonly lines: readonly string[];
  readonly sentinel?: boolean;
  readonly password?: string;
}

/** Resolves when it answers. */
export async function openProcess({ lines, sentinel, password }: ProcessOptions): Promise<RedisProcess> {
  const [port, directory] = await Promise.all([freePort(), mkdtemp(join(tmpdir(), "redis-"))]);
  const file = join(directory, "redis.conf");
  const own = [`port ${port}`, "bind 127.0.0.1", `dir ${directory}`, ...(sentinel ? [] : ['save ""'])];
  await writeFile(file, [...own, ...lines, ""].join("\n"));
  const child: ChildProcess = spawn(program, [file, ...(sentinel ? ["--sentinel"] : [])], {
    stdio: "ignore",
  });
  const gone = new Promise((resolve) => child.once("exit", resolve));
  const admin = new Redis(port, { ...(password && { password }), maxRetriesPerRequest: null });
  admin.on("error", () => {});
  await admin.ping();
  return {
    port,
    admin,
    kill: () => void child.kill("SIGKILL"),
    freeze: () => void child.kill("SIGSTOP"),
    thaw: () => void child.kill("SIGCONT"),
    async close() {
      admin.disconnect();
      // False: it has ended already.
      if (child.kill("SIGKILL")) await gone;
      await rm(directory, { recursive: true, force: true });
    },
  };
}
