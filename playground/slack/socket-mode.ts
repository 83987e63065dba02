import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Courier, Delivery, EnvelopeType } from "./delivery.js";
import { field, isObject, type Json, type JsonObject, parseJson, textOf } from "./json.js";

/** An app may hold ten connections (Slack docs: using Socket Mode). */
const mostConnections = 10;
/** How long a client may take to close its end, in real milliseconds. */
const goodbye = 500;

export interface SocketModeOptions {
  readonly appId: string;
  /** How long the app may take to acknowledge, in real milliseconds. */
  readonly ackTimeout: number;
  readonly onConnections: (open: number) => void;
}

/** Slack's end of Socket Mode: hands each envelope to one open connection, any of them, and waits for its ack. */
export class SocketMode implements Courier {
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #tickets = new Set<string>();
  /** Connections that may get envelopes; one that was told to leave is no longer here. */
  readonly #open = new Set<WebSocket>();
  readonly #waiting = new Map<string, (delivery: Delivery) => void>();
  #duplicates = 0;

  constructor(private readonly options: SocketModeOptions) {}

  get connections(): number {
    return this.#open.size;
  }

  /** A ticket opens one connection. */
  issueTicket(): string {
    const ticket = randomUUID();
    this.#tickets.add(ticket);
    return ticket;
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const known = this.#tickets.delete(url.searchParams.get("ticket") ?? "");
    if (!known || this.#open.size >= mostConnections) {
      socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n");
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (connection) => this.#welcome(connection));
  }

  deliver(type: EnvelopeType, payload: JsonObject, acceptsPayload: boolean): Promise<Delivery> {
    const connection = this.#anyConnection();
    if (!connection) return Promise.resolve({ outcome: "dispatch_failed" });
    const id = randomUUID();
    const envelope = JSON.stringify({
      envelope_id: id,
      type,
      payload,
      accepts_response_payload: acceptsPayload,
      ...(type === "events_api" && { retry_attempt: 0, retry_reason: "" }),
    });
    const answered = this.#acknowledged(id);
    connection.send(envelope);
    for (; this.#duplicates > 0; this.#duplicates -= 1) this.#anyConnection()?.send(envelope);
    return answered;
  }

  /** The next envelope arrives twice, as after a lost acknowledgement. */
  duplicateNext(): void {
    this.#duplicates += 1;
  }

  /**
   * Asks connections to come again, the oldest first, as Slack does with each about hourly. One that was asked gets
   * nothing more: until its app has come back, orders go to the others.
   */
  refresh(
    reason: "warning" | "refresh_requested" | "link_disabled" = "refresh_requested",
    howMany = Number.POSITIVE_INFINITY,
  ): void {
    const message = JSON.stringify({ type: "disconnect", reason, debug_info: { host: "playground" } });
    for (const connection of [...this.#open].slice(0, howMany)) {
      if (reason !== "warning") this.#leave(connection);
      connection.send(message);
    }
  }

  /** Says something to every connection, whatever it is. */
  say(text: string): void {
    for (const connection of this.#open) connection.send(text);
  }

  /** Cuts every connection without a word. */
  drop(): void {
    for (const connection of [...this.#open]) connection.terminate();
  }

  /** Says goodbye to every connection, and hangs up on those that do not answer. */
  async close(): Promise<void> {
    for (const answer of [...this.#waiting.values()]) answer({ outcome: "dispatch_failed" });
    const connections = [...this.#sockets.clients];
    const gone = connections.map((connection) => new Promise((resolve) => connection.once("close", resolve)));
    for (const connection of connections) connection.close(1001);
    const hangUp = () => {
      for (const connection of connections) connection.terminate();
    };
    const patience = setTimeout(hangUp, goodbye);
    await Promise.all(gone);
    clearTimeout(patience);
    this.#sockets.close();
  }

  #welcome(connection: WebSocket): void {
    connection.on("message", (data) => this.#hear(parseJson(data.toString())));
    connection.on("close", () => this.#leave(connection));
    connection.on("error", () => connection.terminate());
    this.#open.add(connection);
    const hello = {
      type: "hello",
      num_connections: this.#open.size,
      connection_info: { app_id: this.options.appId },
      debug_info: { host: "playground", approximate_connection_time: 3600 },
    };
    connection.send(JSON.stringify(hello));
    this.options.onConnections(this.#open.size);
  }

  #leave(connection: WebSocket): void {
    if (this.#open.delete(connection)) this.options.onConnections(this.#open.size);
  }

  #hear(message: Json | undefined): void {
    const payload = field(message, "payload");
    const answer = this.#waiting.get(textOf(field(message, "envelope_id")));
    answer?.({ outcome: "acked", payload: isObject(payload) ? payload : {} });
  }

  /** Resolves with the first ack of the envelope, or when it is too late for one. */
  #acknowledged(id: string): Promise<Delivery> {
    return new Promise((resolve) => {
      const answer = (delivery: Delivery) => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        resolve(delivery);
      };
      const timer = setTimeout(() => answer({ outcome: "operation_timeout" }), this.options.ackTimeout);
      this.#waiting.set(id, answer);
    });
  }

  #anyConnection(): WebSocket | undefined {
    // One whose app has said goodbye is not yet closed.
    const open = [...this.#open].filter((connection) => connection.readyState === connection.OPEN);
    return open[Math.floor(Math.random() * open.length)];
  }
}
