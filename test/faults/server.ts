import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { freePort } from "../../playground/free-port.js";
import { redisKinds } from "../redis.js";

export const hasRealRedis = redisKinds.includes("real Redis");
const program = "redis-server";

/** A real Redis that can be ill-treated: it keeps its address and its data over everything that is done to it. */
export interface Server {
  readonly url: string;
  /** Without a word, as when its machine dies. */
  kill(): Promise<void>;
  /** Resolves when it answers. */
  start(): Promise<void>;
  /** It keeps its connections and answers nothing. */
  freeze(): void;
  thaw(): void;
  /** Cuts the last bytes off its append-only file, as a full disk or a crash does. @returns how long it was */
  cutShort(bytes: number): Promise<number>;
  /** Cuts off the write that first says this, and all that came after, as a failover to a replica that lagged behind does. */
  cutFrom(words: string): Promise<void>;
  close(): Promise<void>;
}

/** A port that was free a moment ago may be another test's by now: then on another one. */
export async function openServer(settings: readonly string[] = [], tries = 5): Promise<Server> {
  try {
    return await openOnSomePort(settings);
  } catch (error) {
    if (!(error instanceof PortTaken) || tries <= 1) throw error;
    return openServer(settings, tries - 1);
  }
}

class PortTaken extends Error {}

async function openOnSomePort(settings: readonly string[]): Promise<Server> {
  const directory = await mkdtemp(join(tmpdir(), "redis-"));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const files = ["--dir", directory, "--save", "", "--appendonly", "yes", "--appendfsync", "always"];
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    child = spawn(program, ["--port", `${port}`, "--bind", "127.0.0.1", ...files, ...settings], {
      stdio: "ignore",
    });
    const probe = new Redis(url, { maxRetriesPerRequest: null });
    probe.on("error", () => {});
    const answered = await probe.info("server").finally(() => probe.disconnect());
    if (!answered.includes(`process_id:${child.pid}\r`))
      throw new PortTaken(`Another server has port ${port}.`);
  }
  async function kill(): Promise<void> {
    const gone = new Promise((resolve) => child?.once("exit", resolve));
    if (child?.kill("SIGKILL")) await gone;
    child = undefined;
  }

  async function log(): Promise<{ file: string; size: number }> {
    const folder = join(directory, "appendonlydir");
    const name = (await readdir(folder)).find((each) => each.endsWith(".incr.aof")) ?? "";
    const file = join(folder, name);
    return { file, size: (await stat(file)).size };
  }

  await start();
  return {
    url,
    start,
    kill,
    freeze: () => void child?.kill("SIGSTOP"),
    thaw: () => void child?.kill("SIGCONT"),
    async cutShort(bytes) {
      const { file, size } = await log();
      await truncate(file, size - bytes);
      return size;
    },
    async cutFrom(words) {
      const { file } = await log();
      const at = (await readFile(file)).indexOf(words);
      if (at === -1) throw new Error(`Nothing was written that says ${words}.`);
      await truncate(file, at);
    },
    async close() {
      await kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
