import { ConfigError } from "../config.js";
import type { RedisAddress } from "./address.js";
import { connectRedis, type Redis, RedisUnfit, untilReady } from "./connection.js";
import { whyRefused, whyUnfit } from "./fitness.js";
import { LockTaken } from "./lock.js";
import { findServer, type OwnServer, startServer, type Watch } from "./server.js";

/** A Redis that is fit to keep runs in. */
export interface Store {
  readonly address: RedisAddress;
  /** A connection that waits through outages, for workers. */
  readonly redis: Redis;
  /** Closes the connection, and stops the server if it is ours. */
  close(): Promise<void>;
}

export interface StoreOptions extends Watch {
  /** Where programs are looked for. */
  readonly path: string;
  /** And where else. */
  readonly usualPlaces?: string[];
  onError(error: Error): void;
  /** Real milliseconds for a server to answer. */
  readonly readyWithin?: number;
}

/**
 * The Redis that was named, or one of our own with its data in the given directory.
 * @throws ConfigError when there is none, when it refuses us, or when it may throw keys away: nothing helps but a
 * person; any other Error when it does not answer: it may later. Nothing is then left open.
 */
export async function openStore(
  wanted: RedisAddress | { readonly dataDirectory: string },
  options: StoreOptions,
): Promise<Store> {
  const server = "dataDirectory" in wanted ? await ownServer(wanted.dataDirectory, options) : undefined;
  const address = "dataDirectory" in wanted ? { socket: server?.socket ?? "" } : wanted;
  const redis = connectRedis(address, "worker", options.onError);
  const close = async () => {
    redis.disconnect();
    await server?.stop();
  };
  try {
    await untilReady(redis, options.readyWithin ?? 10_000, options.signal);
    const unfit = await whyUnfit(redis);
    if (unfit !== undefined) throw new RedisUnfit(unfit);
    return { address, redis, close };
  } catch (error) {
    await close();
    options.signal?.throwIfAborted();
    throw inWords(error, server ? "DATA_DIR" : "REDIS_URL");
  }
}

function inWords(error: unknown, variable: string): unknown {
  if (!(error instanceof Error)) return error;
  const refused = error instanceof RedisUnfit ? error.message : whyRefused(error);
  if (refused !== undefined) return new ConfigError([`${variable}: ${refused}`]);
  return new Error(`${variable}: ${error.message}`);
}

async function ownServer(directory: string, options: StoreOptions): Promise<OwnServer> {
  const program = await findServer(options.path, options.usualPlaces);
  if (program === undefined) {
    throw new ConfigError([
      "REDIS_URL is not set, and there is no valkey-server or redis-server (6.2 or later) on this machine. " +
        "Set REDIS_URL to a Redis of yours, or install one: apt-get install redis-server, or brew install valkey",
    ]);
  }
  return startServer(program, directory, options).catch((error: Error) => {
    options.signal?.throwIfAborted();
    const next = error instanceof LockTaken ? ". Stop that one, or give this one a directory of its own" : "";
    throw new ConfigError([`DATA_DIR ${directory}: ${error.message}${next}`]);
  });
}
