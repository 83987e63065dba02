import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import type { Logger } from "pino";
import { takeLock } from "./lock.js";
import { endLeftover, type ServerProcess, spawnServer } from "./server-process.js";
import { socketIn } from "./socket.js";

/** A Redis of our own on a private socket, its data in a directory that no other bot uses. */
export interface OwnServer {
  readonly socket: string;
  /** Stops it, and lets the directory go. */
  stop(): Promise<void>;
}

export interface Watch {
  readonly log: Logger;
  /** It ends again and again: without it this process is of no use. */
  onLost(error: Error): void;
  readonly signal?: AbortSignal | undefined;
  /** Real milliseconds before each new start in a row; after the last one it is given up. */
  readonly pauses?: readonly number[];
}

const programs = ["valkey-server", "redis-server"];
const usualPlaces = ["/opt/homebrew/bin", "/usr/local/bin", "/usr/bin"];

/** The first valkey-server or redis-server that runs here (a binary may be present and not load), of version 6.2 or later. */
export async function findServer(path: string, usual = usualPlaces): Promise<string | undefined> {
  const places = [...path.split(delimiter).filter(Boolean), ...usual];
  for (const candidate of programs.flatMap((program) => places.map((place) => join(place, program)))) {
    const { stdout } = await promisify(execFile)(candidate, ["--version"], { timeout: 3_000 }).catch(() => ({
      stdout: "",
    }));
    const version = /v=(\d+)\.(\d+)/.exec(stdout);
    if (version && Number(version[1]) + Number(version[2]) / 10 >= 6.2) return candidate;
  }
  return undefined;
}

/**
 * Starts the server on a socket in `directory`, instead of one that a killed bot left running there, and again whenever
 * it ends without being asked. @throws LockTaken when another bot uses the directory
 */
export async function startServer(program: string, directory: string, watch: Watch): Promise<OwnServer> {
  const data = resolve(directory);
  await mkdir(data, { recursive: true, mode: 0o700 });
  const lock = await takeLock(data);
  const socket = socketIn(data, "redis.sock");
  const start = (signal?: AbortSignal) => spawnServer(program, socket, data, signal);
  try {
    await endLeftover(socket, watch.signal);
    const kept = keepAlive(await start(watch.signal), start, watch);
    return { socket, stop: () => kept.stop().finally(() => lock.release()) };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

const usualPauses = [0, 500, 1_000, 2_000, 4_000];
/** A server that lives so many real milliseconds begins a new row. */
const longLived = 30_000;

function keepAlive(
  first: ServerProcess,
  start: (signal: AbortSignal) => Promise<ServerProcess>,
  { log, onLost, pauses = usualPauses }: Watch,
): { stop(): Promise<void> } {
  const stopped = new AbortController();
  const { signal } = stopped;
  let current: ServerProcess | undefined = first;

  async function watchOver(): Promise<void> {
    let starts = 0;
    let last = "";
    for (;;) {
      const began = performance.now();
      if (current) last = await current.ended;
      if (signal.aborted) return;
      if (current) log.error({ said: last }, "our own Redis ended: starting it again");
      if (performance.now() - began > longLived) starts = 0;
      const pause = pauses[starts++];
      if (pause === undefined) return onLost(new Error(`Our own Redis does not stay up: ${last}`));
      await setTimeout(pause, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      current = await start(signal).catch((error: unknown) => {
        last = error instanceof Error ? error.message : String(error);
        return undefined;
      });
    }
  }

  const watching = watchOver();
  return {
    async stop() {
      stopped.abort();
      await current?.stop();
      await watching;
      // It may have come up at the very moment.
      await current?.stop();
    },
  };
}
