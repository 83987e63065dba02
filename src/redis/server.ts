import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { promisify } from "node:util";
import { Redis } from "ioredis";

/** A Redis of our own on a private socket, its data in a directory of ours. */
export interface OwnServer {
  readonly socket: string;
  /** Stops the server if we started it; one that we found running is ours too, from an earlier life. */
  stop(): Promise<void>;
}

const programs = ["valkey-server", "redis-server"];
const usualPlaces = ["/opt/homebrew/bin", "/usr/local/bin", "/usr/bin"];
/** Unix sockets have short names: 104 bytes on macOS, 108 on Linux. */
const longestSocket = 100;
const startWithin = 5_000;
const stopWithin = 5_000;

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
 * Starts the server on a socket in `directory`, or takes over one that a killed bot left running there.
 * `appendfsync always`: an intent must be on disk before its act.
 */
export async function startServer(program: string, directory: string): Promise<OwnServer> {
  const data = resolve(directory);
  await mkdir(data, { recursive: true, mode: 0o700 });
  const socket = socketIn(data);
  if (await answers(socket)) return { socket, stop: () => shutDown(socket) };

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
  await untilAnswers(child, socket, () => output);
  // The server must not keep us alive, nor die with us: it is stopped last, after everybody has said their last word.
  child.unref();
  return { socket, stop: () => stopChild(child) };
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

function socketIn(directory: string): string {
  const socket = join(directory, "redis.sock");
  if (Buffer.byteLength(socket) <= longestSocket) return socket;
  const name = createHash("sha256").update(directory).digest("hex").slice(0, 16);
  return join(tmpdir(), `eks-upgrade-${name}.sock`);
}

async function answers(socket: string): Promise<boolean> {
  const probe = new Redis(socket, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  probe.on("error", () => {});
  try {
    await probe.connect();
    return (await probe.ping()) === "PONG";
  } catch {
    return false;
  } finally {
    probe.disconnect();
  }
}

async function untilAnswers(child: ChildProcess, socket: string, output: () => string): Promise<void> {
  const deadline = Date.now() + startWithin;
  const failed = new Promise<never>((_, reject) => child.once("error", reject));
  failed.catch(() => {});
  while (!(await Promise.race([answers(socket), failed]))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill("SIGKILL");
      throw new Error(`${child.spawnfile} did not start. Its last words:\n${output().trim()}`);
    }
  }
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), stopWithin);
  await gone;
  clearTimeout(timer);
}

/** For a server that is not our child any more. Its append-only file is written at every command: nothing is lost. */
async function shutDown(socket: string): Promise<void> {
  const redis = new Redis(socket, { retryStrategy: () => null });
  redis.on("error", () => {});
  await redis.shutdown("NOSAVE").catch(() => {});
  redis.disconnect();
}
