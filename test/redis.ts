import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { createRedisMock } from "js-redis-server";
import { freePort } from "../playground/free-port.js";

/** A Redis for one test file: empty, and gone afterwards. */
export interface TestRedis {
  readonly url: string;
  close(): Promise<void>;
}

export type RedisKind = "real Redis" | "Redis in JavaScript";

const program = ["valkey-server", "redis-server"].find((name) => spawnSync(name, ["--version"]).status === 0);

/** Both where a real one is installed (CI installs it); a machine with only Node tests on the one in JavaScript. */
export const redisKinds: readonly RedisKind[] = program
  ? ["real Redis", "Redis in JavaScript"]
  : ["Redis in JavaScript"];

/** The best there is on this machine. */
export const bestRedis: RedisKind = redisKinds[0] ?? "Redis in JavaScript";

export async function startRedis(
  kind: RedisKind = bestRedis,
  settings: readonly string[] = [],
): Promise<TestRedis> {
  if (kind === "real Redis" && program) return startReal(program, settings);
  const server = await createRedisMock({ port: 0 });
  return { url: server.url, close: () => server.close() };
}

async function startReal(command: string, settings: readonly string[]): Promise<TestRedis> {
  const directory = await mkdtemp(join(tmpdir(), "redis-"));
  const port = await freePort();
  const args = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", directory, "--save", "", ...settings];
  const child = spawn(command, args, { stdio: "ignore" });
  const url = `redis://127.0.0.1:${port}`;
  const probe = new Redis(url);
  probe.on("error", () => {});
  await probe.ping();
  probe.disconnect();
  return {
    url,
    async close() {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      // False: it has ended already.
      if (child.kill("SIGKILL")) await gone;
      await rm(directory, { recursive: true, force: true });
    },
  };
}
