import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { Redis } from "ioredis";
import { createRedisMock } from "js-redis-server";

/** Where the bot is to keep its runs. */
export interface OfferedRedis {
  /** Absent where the bot can start a real server of its own. */
  readonly url?: string;
  /** Stops what is left running: also the server of a bot that was killed, on the socket in its data directory. */
  close(dataDirectory: string): Promise<void>;
}

/** A machine with only Node gets a Redis in JavaScript; where a real one is installed the bot starts that, as it would anywhere. */
export async function offerRedis(pureJavaScript = false): Promise<OfferedRedis> {
  if (!pureJavaScript && (await hasRealServer())) return { close: stopLeftover };
  const server = await createRedisMock({ port: 0 });
  return { url: server.url, close: () => server.close() };
}

async function hasRealServer(): Promise<boolean> {
  const versions = ["valkey-server", "redis-server"].map((program) =>
    promisify(execFile)(program, ["--version"], { timeout: 3_000 }),
  );
  return (await Promise.allSettled(versions)).some((answer) => answer.status === "fulfilled");
}

async function stopLeftover(dataDirectory: string): Promise<void> {
  const socket = join(dataDirectory, "redis.sock");
  if (!existsSync(socket)) return;
  const redis = new Redis(socket, { retryStrategy: () => null, lazyConnect: true });
  redis.on("error", () => {});
  await redis.connect().then(
    () => redis.shutdown("NOSAVE").catch(() => {}),
    () => {},
  );
  redis.disconnect();
}
