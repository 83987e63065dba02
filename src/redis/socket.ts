import { createHash } from "node:crypto";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Unix sockets have short names: 104 bytes on macOS, 108 on Linux. */
const longestSocket = 100;

/** A socket of that name in the directory, or elsewhere under a name that follows from both where that is too long. */
export function socketIn(directory: string, name: string): string {
  const socket = join(directory, name);
  if (Buffer.byteLength(socket) <= longestSocket) return socket;
  const digest = createHash("sha256").update(directory).digest("hex").slice(0, 16);
  return join(tmpdir(), `eks-upgrade-${digest}-${name}`);
}

/** Real milliseconds. */
const saysWithin = 200;
const nobody = new Set(["ECONNREFUSED", "ENOENT"]);

/**
 * What whoever listens there says at once (empty where it says nothing), or undefined when nobody does: a socket's file
 * outlives its process, but nothing answers behind it. Rejects where that cannot be told.
 */
export function listenerAt(socket: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    let heard = "";
    let there = false;
    const connection = connect(socket, () => {
      there = true;
      connection.setTimeout(saysWithin, () => connection.destroy());
    });
    connection.setEncoding("utf8").on("data", (text: string) => {
      heard += text;
    });
    connection.on("error", (error: NodeJS.ErrnoException) => {
      if (!there && !nobody.has(error.code ?? "")) reject(error);
    });
    connection.on("close", () => resolve(there ? heard : undefined));
  });
}
