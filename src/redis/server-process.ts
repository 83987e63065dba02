import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { Redis } from "ioredis";
import { listenerAt } from "./socket.js";

/** One life of a server. */
export interface ServerProcess {
  /** Resolves with how it ended and its last words. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

/** Real milliseconds. Reading its file again may take longer than to start: of that it says that it is loading. */
const startWithin = 5_000;
const loadWithin = 120_000;
const stopWithin = 2_500;
const lookAgainAfter = 20;

/**
 * Starts the server, and resolves when it takes commands.
 * `appendfsync always`: an intent must be on disk before its act.
 */
export async function spawnServer(
  program: string,
  socket: string,
  data: string,
  signal?: AbortSignal,
): Promise<ServerProcess> {
  // Ctrl-C is for us, not for our children: the server is stopped last, after everybody has said their last word.
  const child = spawn(program, serverArguments(socket, data), {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const listen = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-2_000);
  };
  child.stdout?.on("data", listen);
  child.stderr?.on("data", listen);
  const ended = endOf(child).then((how) => `${program} ended (${how}). Its last words:\n${output.trim()}`);
  try {
    await untilAnswers(child, socket, ended, signal);
  } catch (error) {
    child.kill("SIGKILL");
    await ended;
    throw error;
  }
  child.unref();
  return { ended, stop: () => stopChild(child, ended) };
}

function serverArguments(socket: string, data: string): string[] {
  const settings = {
    port: "0",
    unixsocket: socket,
    unixsocketperm: "700",
    dir: data,
    appendonly: "yes",
    appendfsync: "always",
    save: "",
    "maxmemory-policy": "noeviction",
    daemonize: "no",
  };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}

function endOf(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(code ?? signal ?? "unknown"));
  });
}

async function untilAnswers(
  child: ChildProcess,
  socket: string,
  ended: Promise<string>,
  signal?: AbortSignal,
): Promise<void> {
  const began = Date.now();
  const over = ended.then((how) => ({ how }));
  for (;;) {
    signal?.throwIfAborted();
    const state = await Promise.race([stateAt(socket), over]);
    if (typeof state === "object") throw new Error(`${child.spawnfile} did not start: ${state.how}`);
    if (state === "ready") return;
    const patience = state === "loading" ? loadWithin : startWithin;
    if (Date.now() - began > patience) {
      throw new Error(`${child.spawnfile} did not start: no answer within ${patience / 1000} s`);
    }
    await Promise.race([pause(lookAgainAfter), over]);
  }
}

async function stateAt(socket: string): Promise<"ready" | "loading" | "absent"> {
  const probe = new Redis(socket, {
    lazyConnect: true,
    enableReadyCheck: false,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    commandTimeout: 1_000,
  });
  probe.on("error", () => {});
  try {
    await probe.connect();
    await probe.ping();
    return "ready";
  } catch (error) {
    return error instanceof Error && error.message.startsWith("LOADING") ? "loading" : "absent";
  } finally {
    probe.disconnect();
  }
}

async function stopChild(child: ChildProcess, ended: Promise<string>): Promise<void> {
  child.kill("SIGTERM");
  // Whatever it answered is on disk: it may be ended in any way.
  const timer = setTimeout(() => child.kill("SIGKILL"), stopWithin);
  await ended;
  clearTimeout(timer);
}

const leftoverWithin = 10_000;

/**
 * Ends a server that a killed bot left running on the socket: it is nobody's child, so nobody would notice its end.
 * Its file is written at every command: nothing is lost.
 */
export async function endLeftover(socket: string, signal?: AbortSignal): Promise<void> {
  const deadline = Date.now() + leftoverWithin;
  while ((await listenerAt(socket)) !== undefined) {
    signal?.throwIfAborted();
    if (Date.now() > deadline) {
      throw new Error(`a server that was left running on ${socket} does not end. End that process by hand`);
    }
    const redis = new Redis(socket, {
      enableReadyCheck: false,
      retryStrategy: () => null,
      commandTimeout: 1_000,
    });
    redis.on("error", () => {});
    await redis.shutdown("NOSAVE").catch(() => {});
    redis.disconnect();
  }
}
