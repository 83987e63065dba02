import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Playground } from "../playground.js";
import { actsOf, type Perform } from "./acts.js";
import type { Bundle } from "./bundle.js";
import type { Conductor } from "./conductor.js";
import { Live } from "./live.js";
import type { Outcome } from "./protocol.js";

export interface PageOptions {
  readonly playground: Playground;
  readonly conductor: Conductor;
  readonly bundle: Bundle;
  /** 0: any that is free. */
  readonly port: number;
}

export interface Page {
  /** "http://127.0.0.1:4004" */
  readonly url: string;
  close(): Promise<void>;
}

/** More than any act takes. */
const longestBody = 100_000;

const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>EKS upgrade playground</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/app.css">
</head>
<body>
<div id="root"></div>
<script type="module" src="/app.js"></script>
</body>
</html>
`;

/** Nothing from elsewhere: the page works without a network, and what the bot writes cannot load or run anything. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Serves the page on 127.0.0.1. @throws where the port is taken */
export async function servePage({ playground, conductor, bundle, port }: PageOptions): Promise<Page> {
  const live = new Live(playground, conductor);
  const perform = actsOf(conductor);
  const server = createServer((request, response) => {
    answer(request, response, { live, perform, bundle }).catch(() => response.destroy());
  });
  try {
    await listen(server, port);
  } catch (error) {
    live.stop();
    throw error;
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      live.stop();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Behind {
  readonly live: Live;
  readonly perform: Perform;
  readonly bundle: Bundle;
}

async function answer(request: IncomingMessage, response: ServerResponse, behind: Behind): Promise<void> {
  const { method, headers } = request;
  if (!isOurs(headers.host))
    return refuse(response, 403, "Open this page as http://127.0.0.1 or http://localhost.");
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
  const act = /^\/api\/(\w+)$/.exec(pathname)?.[1];
  if (method === "GET" || method === "HEAD") {
    if (act === "live" && method === "GET") behind.live.watch(searchParams.get("as") ?? "", response);
    else serveFile(pathname, behind.bundle, response);
  } else if (method === "POST" && act) {
    // A form on another site cannot send JSON, nor this header with our origin.
    if (!/^application\/json\b/.test(headers["content-type"] ?? ""))
      return refuse(response, 415, "Send JSON.");
    if (headers.origin !== undefined && headers.origin !== `http://${headers.host}`)
      return refuse(response, 403, "Another site may not do this.");
    send(response, await behind.perform(act, await readJson(request)));
  } else refuse(response, 405, "Only GET and POST are understood here.");
}

/** A name that somebody made point to 127.0.0.1 is not ours (DNS rebinding). */
function isOurs(host = ""): boolean {
  return /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host);
}

function serveFile(path: string, { script, style }: Bundle, response: ServerResponse): void {
  const files: Readonly<Record<string, readonly [type: string, content: string]>> = {
    "/": ["text/html", html],
    "/app.js": ["text/javascript", script],
    "/app.css": ["text/css", style],
  };
  const [type, content] = files[path] ?? [];
  if (content === undefined) {
    refuse(response, 404, "There is nothing here.");
    return;
  }
  response.writeHead(200, {
    "content-type": `${type}; charset=utf-8`,
    "cache-control": "no-store",
    "content-security-policy": policy,
    "x-content-type-options": "nosniff",
  });
  response.end(content);
}

/** Undefined where it is no JSON, or too much of it. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    // It is read to its end all the same, so that the answer reaches who sent it.
    if (length <= longestBody) chunks.push(chunk);
  }
  if (length > longestBody) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, outcome: Outcome): void {
  response.writeHead(200, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" });
  response.end(JSON.stringify(outcome));
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
  response.end(`${why}\n`);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? new Error(`Port ${port} is in use: choose another with --port, or 0 for any.`)
          : error,
      ),
    );
    server.listen(port, "127.0.0.1", resolve);
  });
}
