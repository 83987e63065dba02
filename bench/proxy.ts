import { createSecureServer, type Http2ServerRequest } from "node:http2";
import { Agent, request as askUpstream } from "node:https";
import type { AddressInfo } from "node:net";
import { createCertificates } from "../playground/kubernetes/certificates.js";

/** An API server, and how to be let in. Who comes through the proxy comes as this. */
export interface Upstream {
  readonly endpoint: string;
  readonly ca?: Tls;
  readonly cert?: Tls;
  readonly key?: Tls;
  readonly authorization?: string;
}

type Tls = string | Buffer;

/** Stands before an API server, speaks HTTP/2 and HTTP/1.1, and counts what passes. */
export interface CountingProxy {
  readonly endpoint: string;
  /** Base64 of a PEM. */
  readonly certificateAuthority: string;
  /** Counts anew from now on. */
  reset(): void;
  count(): number;
  /** By method and last word of the path: "POST eviction". */
  kinds(): Readonly<Record<string, number>>;
  /** When the first request since the last reset came, as `performance.now()` has it. */
  firstAt(): number | undefined;
  close(): Promise<void>;
}

export async function startProxy(upstream: Upstream): Promise<CountingProxy> {
  const { endpoint, authorization, ...tls } = upstream;
  const certificates = createCertificates();
  const agent = new Agent({ keepAlive: true, ...tls });
  const { protocol, hostname, port } = new URL(endpoint);
  const kinds = new Map<string, number>();
  let first: number | undefined;
  const count = (kind: string) => {
    first ??= performance.now();
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  };

  const options = { key: certificates.key, cert: certificates.certificate, allowHTTP1: true };
  const server = createSecureServer(options, (request, response) => {
    count(kindOf(request));
    const { method, url: path } = request;
    const { authorization: _, ...rest } = endToEnd(request.headers);
    const headers = { ...rest, ...(authorization && { authorization }) };
    const passed = askUpstream({ protocol, hostname, port, method, path, agent, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
      // A watch may be silent for long. Both kinds of answer have this; only one of the types knows it.
      if ("flushHeaders" in response && typeof response.flushHeaders === "function") response.flushHeaders();
      answer.pipe(response);
    });
    passed.on("error", () => response.destroy());
    response.on("close", () => passed.destroy());
    request.pipe(passed);
  });
  const clients = new Set<{ destroy(): void }>();
  server.on("secureConnection", (socket) => clients.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    certificateAuthority: Buffer.from(certificates.authority).toString("base64"),
    reset() {
      kinds.clear();
      first = undefined;
    },
    count: () => [...kinds.values()].reduce((sum, each) => sum + each, 0),
    kinds: () => Object.fromEntries(kinds),
    firstAt: () => first,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const client of clients) client.destroy();
      agent.destroy();
      await closed;
    },
  };
}

/** Names of objects are left out; a watch is one, however long it lasts. */
function kindOf({ method, url }: Http2ServerRequest): string {
  const { pathname, searchParams } = new URL(url, "https://proxy");
  if (searchParams.get("watch") === "true") return `WATCH ${pathname.split("/").at(-1)}`;
  const [, resource = pathname, name, subresource] =
    /\/(pods|nodes|poddisruptionbudgets|daemonsets)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(pathname) ?? [];
  return `${method} ${subresource ?? (name ? `one of ${resource}` : resource)}`;
}

/** What is about one connection is not passed on to another. */
const hopByHop = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
  "host",
]);

function endToEnd<Value>(headers: Readonly<Record<string, Value>>): Record<string, Value> {
  const kept = Object.entries(headers).filter(([name]) => !name.startsWith(":") && !hopByHop.has(name));
  return Object.fromEntries(kept);
}
