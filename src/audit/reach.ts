import { resolve } from "node:path";
import { parseRedisUrl, type RedisAddress } from "../redis/address.js";
import { type AuditStore, redisAudit } from "../redis/audit.js";
import { connectRedis, untilReady } from "../redis/connection.js";
import { listenerAt, socketIn } from "../redis/socket.js";

export type Variables = Readonly<Record<string, string | undefined>>;

/** It could not be looked, or what to look at was not understood: that says nothing of the audit. Ends with code 2. */
export class CannotLook extends Error {
  override readonly name = "CannotLook";
}

export const exitCannotLook = 2;

/** Real milliseconds for Redis to answer. */
const usualPatience = 8_000;

/**
 * The audit of REDIS_URL, or of the bot that runs with its own server in DATA_DIR.
 * @throws CannotLook
 */
export async function reachAudit(
  variables: Variables,
  readyWithin = usualPatience,
): Promise<{ store: AuditStore; close(): void }> {
  const address = await addressIn(variables);
  const redis = connectRedis(address, "producer", () => {});
  try {
    await untilReady(redis, readyWithin);
    return { store: redisAudit(redis), close: () => redis.disconnect() };
  } catch (error) {
    redis.disconnect();
    throw new CannotLook(error instanceof Error ? error.message : String(error));
  }
}

async function addressIn({
  REDIS_URL: url,
  DATA_DIR: directory = "./data",
}: Variables): Promise<RedisAddress> {
  if (url) {
    const parsed = parseRedisUrl(url);
    if ("address" in parsed) return parsed.address;
    throw new CannotLook(`REDIS_URL ${parsed.problem}`);
  }
  const socket = socketIn(resolve(directory), "redis.sock");
  if ((await listenerAt(socket).catch(() => undefined)) !== undefined) return { socket };
  throw new CannotLook(
    `REDIS_URL is not set, and no bot of this user runs in ${directory} (DATA_DIR): a Redis of its own is there while it runs. Start it, or set REDIS_URL`,
  );
}
