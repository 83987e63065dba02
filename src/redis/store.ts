import type { Redis } from "ioredis";
import { ConfigError } from "../config.js";
import { connectRedis, type RedisAddress, untilReady, whyUnfit } from "./connection.js";
import { findServer, startServer } from "./server.js";

/** A Redis that is fit to keep runs in. */
export interface Store {
  readonly address: RedisAddress;
  /** A connection that waits through outages, for workers. */
  readonly redis: Redis;
  /** Closes the connection, and stops the server if it is ours. */
  close(): Promise<void>;
}

const readyWithin = 10_000;

/**
 * The Redis that was named, or one of our own with its data in the given directory.
 * @throws ConfigError when there is none, when it does not answer, or when it may throw keys away.
 */
export async function openStore(
  wanted: RedisAddress | { readonly dataDirectory: string },
  path: string,
  onError: (error: Error) => void,
  usualPlaces?: string[],
): Promise<Store> {
  const server =
    "dataDirectory" in wanted ? await ownServer(wanted.dataDirectory, path, usualPlaces) : undefined;
  const address = "dataDirectory" in wanted ? { socket: server?.socket ?? "" } : wanted;
  const redis = connectRedis(address, "worker", onError);
  const close = async () => {
    redis.disconnect();
    await server?.stop();
  };
  const unfit = await untilReady(redis, readyWithin)
    .then(() => whyUnfit(redis))
    .catch((error: Error) => error.message);
  if (unfit === undefined) return { address, redis, close };
  await close();
  throw new ConfigError([`${server ? "DATA_DIR" : "REDIS_URL"}: ${unfit}`]);
}

async function ownServer(directory: string, path: string, usualPlaces?: string[]) {
  const program = await findServer(path, usualPlaces);
  if (program === undefined) {
    throw new ConfigError([
      "REDIS_URL is not set, and there is no valkey-server or redis-server (6.2 or later) on this machine. " +
        "Set REDIS_URL to a Redis of yours, or install one: apt-get install redis-server, or brew install valkey",
    ]);
  }
  return startServer(program, directory).catch((error: Error) => {
    throw new ConfigError([`DATA_DIR ${directory}: ${error.message}`]);
  });
}
