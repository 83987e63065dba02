import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
  request as send,
} from "node:http";
import {
  createServer as createSecureServer,
  Agent as SecureAgent,
  request as sendSecurely,
} from "node:https";
import type { AddressInfo } from "node:net";
import type { Wire, WireState } from "./tcp-wire.js";

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** What becomes of a write: it passes, or its bot is stopped before it, or when it was performed and its answer is lost. */
export type Fate = "pass" | "stop before" | "stop after";

export interface HttpWireOptions {
  /** http://127.0.0.1:PORT */
  readonly target: string;
  fate(request: HttpRequest): Fate;
  /** Called at the moment that `fate` named. */
  stop(): void;
  /** Changes an answer's text on its way back. */
  rewrite?(answer: string, request: HttpRequest): string;
  /** Of the server that it is to those who connect. What stands behind it is then an https server too. */
  readonly certificate?: { readonly certificate: string; readonly key: string };
}

/** A wire that understands requests. Cut, it answers none any more; mended, it breaks those that were lost. */
export async function openHttpWire(options: HttpWireOptions): Promise<Wire> {
  const { certificate } = options;
  const agent = certificate
    ? new SecureAgent({ keepAlive: true, rejectUnauthorized: false })
    : new Agent({ keepAlive: true });
  /** Answers that come bit by bit: who asked, and the server's end. */
  const streams = new Map<ServerResponse, IncomingMessage>();
  let state: WireState = "whole";
  const waiting = new Set<(goOn: boolean) => void>();
  const mayGoOn = async () => state === "whole" || new Promise<boolean>((resolve) => waiting.add(resolve));
  const turn = (next: WireState, goOn: boolean) => {
    state = next;
    for (const resolve of waiting) resolve(goOn);
    waiting.clear();
    if (next === "cut") for (const response of streams.keys()) response.destroy();
    if (next === "whole") for (const [response, answer] of streams) answer.pipe(response);
  };

  async function carry(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url: path = "" } = request;
    const asked = { method, path, body: await textOf(request) };
    const fate = options.fate(asked);
    if (fate === "stop before") options.stop();
    if (!(await mayGoOn())) return void response.destroy();
    const answer = await forward(options.target, agent, asked, request.headers);
    if (isWatch(asked)) return stream(answer, response);
    const text = await textOf(answer);
    if (fate === "stop after") options.stop();
    if (!(await mayGoOn())) return void response.destroy();
    const told = options.rewrite?.(text, asked) ?? text;
    response.writeHead(answer.statusCode ?? 500, withoutLength(answer.headers)).end(told);
  }

  function stream(answer: IncomingMessage, response: ServerResponse): void {
    streams.set(response, answer);
    response.on("close", () => {
      streams.delete(response);
      answer.destroy();
    });
    answer.on("error", () => response.destroy());
    response.writeHead(answer.statusCode ?? 500, withoutLength(answer.headers)).flushHeaders();
    if (state === "cut") response.destroy();
    else if (state === "whole") answer.pipe(response);
  }

  const listen = (request: IncomingMessage, response: ServerResponse) => {
    carry(request, response).catch(() => response.destroy());
  };
  const listener = certificate
    ? createSecureServer({ cert: certificate.certificate, key: certificate.key }, listen)
    : createServer(listen);
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  return {
    host: `127.0.0.1:${(listener.address() as AddressInfo).port}`,
    cut: () => turn("cut", false),
    mend: () => turn("whole", false),
    freeze() {
      state = "frozen";
      for (const [response, answer] of streams) answer.unpipe(response);
    },
    thaw: () => turn("whole", true),
    async close() {
      turn("cut", false);
      agent.destroy();
      const closed = new Promise((resolve) => listener.close(resolve));
      listener.closeAllConnections();
      await closed;
    },
  };
}

function forward(
  target: string,
  agent: Agent,
  { method, path, body }: HttpRequest,
  headers: IncomingHttpHeaders,
): Promise<IncomingMessage> {
  const length = { "content-length": Buffer.byteLength(body) };
  const request = agent instanceof SecureAgent ? sendSecurely : send;
  return new Promise((resolve, reject) => {
    request(new URL(path, target), { agent, method, headers: { ...withoutLength(headers), ...length } })
      .on("response", resolve)
      .on("error", reject)
      .end(body);
  });
}

/** Of Kubernetes: it is answered for as long as it lasts. */
function isWatch({ method, path }: HttpRequest): boolean {
  return method === "GET" && /[?&]watch=(?:true|1)\b/.test(path);
}

function withoutLength(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const { "transfer-encoding": _chunked, "content-length": _length, ...rest } = headers;
  return rest;
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
