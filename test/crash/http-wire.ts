import { Agent, createServer, type IncomingMessage, type ServerResponse, request as send } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Wire } from "./tcp-wire.js";

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** What the wire's owner says to a request: let it pass, stop before it, or stop when it was performed, its answer lost. */
export type Fate = "pass" | "stop before" | "stop after";

export interface HttpWireOptions {
  /** http://127.0.0.1:PORT */
  readonly target: string;
  fate(request: HttpRequest): Fate;
  /** Called at the moment that `fate` named. */
  stop(): void;
  /** Changes an answer's text on its way back. */
  rewrite(answer: string, request: HttpRequest): string;
}

/** Like a wire for TCP, but one that understands requests. Frozen, it holds them back. */
export async function openHttpWire(options: HttpWireOptions): Promise<Wire> {
  const agent = new Agent({ keepAlive: true });
  const sockets = new Set<Socket>();
  let state: "whole" | "cut" | "frozen" = "whole";
  let thawed: (() => void)[] = [];
  /** Whether it may go on: at once, when thawed, or never. */
  const mayGoOn = async () => {
    if (state === "frozen") await new Promise<void>((resolve) => thawed.push(resolve));
    return state !== "cut";
  };

  async function carry(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await textOf(request);
    const asked = { method: request.method ?? "", path: request.url ?? "", body };
    const fate = options.fate(asked);
    if (fate === "stop before") options.stop();
    if (!(await mayGoOn())) return void response.destroy();
    const answer = await forward(options.target, agent, request, body);
    const text = options.rewrite(await textOf(answer), asked);
    if (fate === "stop after") options.stop();
    if (!(await mayGoOn())) return void response.destroy();
    const { "transfer-encoding": _, "content-length": __, ...headers } = answer.headers;
    response.writeHead(answer.statusCode ?? 500, headers).end(text);
  }

  const listener = createServer((request, response) => {
    carry(request, response).catch(() => response.destroy());
  });
  listener.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    if (state === "cut") socket.destroy();
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));

  const turn = (next: typeof state) => {
    state = next;
    if (next === "frozen") return;
    for (const go of thawed) go();
    thawed = [];
  };
  const cut = () => {
    turn("cut");
    for (const socket of sockets) socket.destroy();
  };
  return {
    host: `127.0.0.1:${(listener.address() as AddressInfo).port}`,
    cut,
    mend: () => turn("whole"),
    freeze: () => turn("frozen"),
    thaw: () => turn("whole"),
    close() {
      cut();
      agent.destroy();
      return new Promise((resolve) => listener.close(() => resolve()));
    },
  };
}

function forward(
  target: string,
  agent: Agent,
  request: IncomingMessage,
  body: string,
): Promise<IncomingMessage> {
  const url = new URL(request.url ?? "/", target);
  const { "transfer-encoding": _, ...headers } = request.headers;
  return new Promise((resolve, reject) => {
    const ahead = send(url, {
      agent,
      method: request.method,
      headers: { ...headers, "content-length": Buffer.byteLength(body) },
    });
    ahead.on("response", resolve).on("error", reject).end(body);
  });
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
