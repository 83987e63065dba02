import { stat, unlink } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { listenerAt, socketIn } from "./socket.js";

/** A directory that one process has to itself. */
export interface Lock {
  release(): Promise<void>;
}

/** Another process has the directory. */
export class LockTaken extends Error {
  override readonly name = "LockTaken";
  constructor(owner: string) {
    super(`another bot${owner && ` (process ${owner})`} uses this directory`);
  }
}

/**
 * Takes the directory for as long as this process lives. The lock is a socket that we listen on: the system lets one
 * process bind it, and nobody answers behind it once that process is gone, however it ended. A process id in a file would
 * not do: after a restart of a container the same id is somebody else's.
 *
 * @throws LockTaken
 */
export async function takeLock(directory: string): Promise<Lock> {
  const socket = socketIn(directory, "bot.sock");
  for (;;) {
    const server = await listen(socket);
    // Another process may be behind it by the time the file is looked at again: then it is no longer the same file.
    if (server) return { release: () => new Promise((resolve) => server.close(() => resolve())) };
    const file = await idOf(socket);
    const owner = await listenerAt(socket);
    if (owner !== undefined) throw new LockTaken(owner);
    if (file !== undefined && (await idOf(socket)) === file) await unlink(socket).catch(() => {});
  }
}

/** Undefined where the socket's file is there already. It keeps no process alive. */
function listen(socket: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((connection) => connection.on("error", () => {}).end(`${process.pid}`));
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(undefined) : reject(error),
    );
    server.listen(socket, () => resolve(server.unref()));
  });
}

async function idOf(file: string): Promise<string | undefined> {
  return stat(file).then(
    ({ ino, ctimeMs }) => `${ino} ${ctimeMs}`,
    () => undefined,
  );
}
