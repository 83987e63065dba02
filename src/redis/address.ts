/** Where Redis is: one server, the Sentinels that know which server it is, some nodes of a cluster, or a socket. */
export type RedisAddress =
  | { readonly url: string }
  | { readonly socket: string }
  | SentinelAddress
  | ClusterAddress;

export interface SentinelAddress extends Access {
  readonly sentinels: readonly Host[];
  /** As the Sentinels call it: the first word of `sentinel monitor`. */
  readonly master: string;
  readonly db: number;
  /** For the Sentinels themselves; `username` and `password` are for Redis. */
  readonly sentinelUsername?: string;
  readonly sentinelPassword?: string;
}

export interface ClusterAddress extends Access {
  /** Some nodes are enough: they name the others. */
  readonly nodes: readonly Host[];
}

interface Access {
  readonly tls: boolean;
  readonly username?: string;
  readonly password?: string;
}

export interface Host {
  readonly host: string;
  readonly port: number;
}

/** `problem` says what is wrong and what to write. Nothing of the text is in it: any part may be a piece of a password. */
type Parsed = { readonly address: RedisAddress } | { readonly problem: string };

const forms = {
  "": "redis://user:password@host:6379/0",
  "-sentinel": "redis-sentinel://user:password@host:26379,host:26379/master-name?db=0",
  "-cluster": "redis-cluster://user:password@host:6379,host:6379",
};
const encode =
  "In a user name or password write %40 for @, %2F for /, %3A for :, %3F for ?, %23 for #, %26 for &, %25 for %";

/** A text that is no address of the form; its message is a `problem`. */
class Unreadable extends Error {}

export function parseRedisUrl(text: string): Parsed {
  const [, secure, kind = "", rest = ""] = /^redis(s?)(-sentinel|-cluster)?:\/\/(.*)$/s.exec(text) ?? [];
  if (secure === undefined || !isForm(kind)) {
    return {
      problem: `must begin with redis:// (one server), redis-sentinel:// or redis-cluster://, or with rediss, rediss-sentinel or rediss-cluster for TLS; for example redis://127.0.0.1:6379`,
    };
  }
  try {
    const parts = partsOf(rest);
    const tls = secure === "s";
    if (kind === "-sentinel") return { address: { tls, ...sentinelAddress(parts) } };
    if (kind === "-cluster") return { address: { tls, ...clusterAddress(parts) } };
    checkSingle(parts);
    return { address: { url: text } };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const scheme = `redis${secure}${kind}`;
    return { problem: `${error.message}: write it like ${forms[kind].replace(/^[^:]+/, scheme)}. ${encode}` };
  }
}

function isForm(kind: string): kind is keyof typeof forms {
  return kind in forms;
}

interface Parts {
  readonly access: { readonly username?: string; readonly password?: string };
  /** With undefined for what is no host, or host and port. */
  readonly hosts: readonly ({ host: string; port?: number } | undefined)[];
  /** Without its slash. */
  readonly path: string;
  /** Without its question mark, and as it was written. */
  readonly query: string;
}

function partsOf(rest: string): Parts {
  const [, authority = "", path = "", query = "", fragment] =
    /^([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?(#.*)?$/s.exec(rest) ?? [];
  if (fragment !== undefined) throw new Unreadable("has a #, which no address has");
  const at = authority.lastIndexOf("@");
  return {
    access: accessOf(authority.slice(0, Math.max(0, at))),
    hosts: authority
      .slice(at + 1)
      .split(",")
      .map(hostOf),
    path,
    query,
  };
}

function accessOf(text: string): Parts["access"] {
  const [username = "", password = "", ...rest] = text.split(":");
  if (rest.length > 0 || text.includes("@")) {
    throw new Unreadable("has a user name or password that cannot be read");
  }
  return {
    ...(username && { username: decoded(username) }),
    ...(password && { password: decoded(password) }),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Unreadable("has a % in its user name or password that stands for nothing");
  }
}

function hostOf(text: string): { host: string; port?: number } | undefined {
  const [, ipv6, name, port] = /^(?:\[([0-9a-f:.]+)\]|([\w.-]+))(?::(\d{1,5}))?$/i.exec(text) ?? [];
  const host = ipv6 ?? name;
  if (host === undefined || Number(port ?? 1) < 1 || Number(port ?? 1) > 65_535) return undefined;
  return { host, ...(port !== undefined && { port: Number(port) }) };
}

function hostsOf({ hosts }: Parts, usualPort: number): Host[] {
  return hosts.map((each, index) => {
    if (each) return { port: usualPort, ...each };
    const which = hosts.length > 1 ? `server ${index + 1} of ${hosts.length}` : "the server";
    throw new Unreadable(`names no server that can be read (${which})`);
  });
}

function sentinelAddress(parts: Parts): Omit<SentinelAddress, "tls"> {
  const { path, access } = parts;
  const query = wordsOf(parts.query);
  const sentinels = hostsOf(parts, 26_379);
  if (!/^[\w.-]+$/.test(path)) {
    throw new Unreadable("does not end with the name that the Sentinels have for the master");
  }
  const known = ["db", "sentinelUsername", "sentinelPassword"];
  if ([...query.keys()].some((key) => !known.includes(key))) {
    throw new Unreadable(`may have ${known.join(", ")} after the ?, and nothing else`);
  }
  const sentinelUsername = query.get("sentinelUsername");
  const sentinelPassword = query.get("sentinelPassword");
  return {
    sentinels,
    master: path,
    db: dbOf(query.get("db") ?? ""),
    ...access,
    ...(sentinelUsername && { sentinelUsername }),
    ...(sentinelPassword && { sentinelPassword }),
  };
}

/** URLSearchParams reads a + as a space: in a password it is a +, as before the @. */
function wordsOf(query: string): ReadonlyMap<string, string> {
  const words = query === "" ? [] : query.split("&");
  return new Map(
    words.map((word) => {
      const [, key = "", value = ""] = /^([^=]*)=?(.*)$/s.exec(word) ?? [];
      return [key, decoded(value)];
    }),
  );
}

function dbOf(text: string): number {
  if (!/^\d{0,5}$/.test(text)) throw new Unreadable("has a database that is no number");
  return Number(text);
}

function clusterAddress(parts: Parts): Omit<ClusterAddress, "tls"> {
  const nodes = hostsOf(parts, 6379);
  if (parts.path !== "") throw new Unreadable("names a database, and a cluster has one alone");
  if (parts.query !== "") throw new Unreadable("has a ?, and nothing can be set there");
  return { nodes, ...parts.access };
}

/** ioredis reads this form itself, also what it is told after a question mark. */
function checkSingle(parts: Parts): void {
  if (parts.hosts.length > 1) {
    throw new Unreadable(
      `names several servers: for Sentinels write ${forms["-sentinel"]}, for a cluster ${forms["-cluster"]}, for a single server name one`,
    );
  }
  hostsOf(parts, 6379);
  dbOf(parts.path);
}
