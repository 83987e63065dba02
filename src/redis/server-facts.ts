import { Cluster } from "ioredis";
import type { Redis } from "./connection.js";

/** What a server says of itself; undefined where it does not. */
export interface ServerFacts {
  /** "7.2.4": of Redis, or the one that its kin says it is compatible with. */
  readonly version: string | undefined;
  /** Writes go to the append-only file. */
  readonly appendOnly: boolean | undefined;
  /** It takes no writes. */
  readonly replica: boolean;
}

/** Of every server that takes writes. Only reads. */
export async function serverFacts(redis: Redis): Promise<ServerFacts[]> {
  const servers = redis instanceof Cluster ? redis.nodes("master") : [redis];
  return Promise.all(
    servers.map(async (server) => {
      const info = await server.info();
      const fact = (name: string) => new RegExp(`^${name}:(\\S+)`, "m").exec(info)?.[1];
      const appendOnly = fact("aof_enabled");
      return {
        version: fact("redis_version"),
        appendOnly: appendOnly === undefined ? undefined : appendOnly === "1",
        replica: fact("role") === "slave",
      };
    }),
  );
}
