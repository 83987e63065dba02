import { setTimeout } from "node:timers/promises";
import { SocketModeReceiver } from "@slack/bolt";
import type { Logger } from "pino";
import { z } from "zod";
import { slackLogger } from "../src/slack/logger.js";
import { callOptions } from "./app.js";
import type { Connection, Transport } from "./transport.js";

export interface SocketModeOptions {
  readonly appToken: string;
  readonly apiUrl: string | undefined;
  readonly log: Logger;
}

/** How long Slack may take to say hello. */
const saysHelloWithin = 25_000;
/** Slack gives three seconds for an acknowledgement: what takes longer has failed. */
const acknowledgedWithin = 3_000;

/**
 * The bot calls Slack, and needs no public address. Slack ends a connection about hourly. Every one gets a receiver of
 * its own, so that what is left of an old one can do the new one no harm. None connects again by itself: in a Slack
 * outage the library's own way ends in an unhandled rejection.
 */
export function socketMode({ appToken, apiUrl, log }: SocketModeOptions): Transport {
  return {
    tokens: "SLACK_BOT_TOKEN or SLACK_APP_TOKEN",
    connect(app, signal) {
      const receiver = new SocketModeReceiver({
        appToken,
        logger: slackLogger(log),
        autoReconnectEnabled: false,
        // Its client learns of another Slack only in this way. Whoever asked for the connection decides when to ask again.
        installerOptions: {
          clientOptions: {
            ...callOptions(apiUrl, log),
            retryConfig: { retries: 0 },
            rejectRateLimitedCalls: true,
          },
        },
      });
      receiver.init(app);
      const { client } = receiver;
      return greeted(client, listenWithCare(client, log), signal);
    },
  };
}

type Client = SocketModeReceiver["client"];

interface Envelope {
  readonly envelope_id: string;
}

/**
 * When Slack says goodbye, the library hangs up at once, and an order that came just before is carried out while whoever
 * gave it sees it fail. Its goodbye is held back here until every order that came is acknowledged. And what is no message
 * as Slack's are is not passed on: the library would fail at it where nobody catches it, and the process would end.
 * @returns how to wait until everything is acknowledged
 */
function listenWithCare(client: Client, log: Logger): () => Promise<void> {
  const open = new Set<string>();
  client.on("slack_event", ({ envelope_id: id }: Envelope) => open.add(id));
  // Told just before it is sent.
  client.on("outgoing_message", ({ envelope_id: id }: Envelope) => open.delete(id));
  const next = () => new Promise<void>((resolve) => client.once("outgoing_message", resolve));
  const acknowledged = async () => {
    const over = new AbortController();
    const late = setTimeout(acknowledgedWithin, undefined, { signal: over.signal }).then(
      () => open.clear(),
      () => {},
    );
    while (open.size > 0) await Promise.race([late, next()]);
    over.abort();
  };
  const hear = client.listeners("ws_message");
  client.removeAllListeners("ws_message");
  client.on("ws_message", async (data: unknown, isBinary: boolean) => {
    const type = typeof data === "string" ? typeOf(data, client) : undefined;
    if (type === undefined) return log.warn("ignored a message of slack's that is none");
    if (type === "disconnect") await acknowledged();
    for (const listener of hear) listener(data, isBinary);
  });
  return acknowledged;
}

const message = z.discriminatedUnion("type", [
  z.object({ type: z.enum(["hello", "disconnect"]) }),
  z.object({
    type: z.enum(["slash_commands", "interactive"]),
    envelope_id: z.string(),
    payload: z.looseObject({}),
  }),
  z.object({
    type: z.literal("events_api"),
    envelope_id: z.string(),
    payload: z.looseObject({ event: z.looseObject({ type: z.string() }) }),
  }),
]);

/** Undefined for what is no message. */
function typeOf(data: string, client: Client): string | undefined {
  const parsed = message.safeParse(jsonOf(data));
  if (!parsed.success) return undefined;
  const { data: found } = parsed;
  // The library passes an event on by its name: one of its own names would mean something else.
  const own = found.type === "events_api" && client.listenerCount(found.payload.event.type) > 0;
  return own ? undefined : found.type;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Resolves when Slack has said hello. */
async function greeted(
  client: Client,
  acknowledged: () => Promise<void>,
  signal: AbortSignal,
): Promise<Connection> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(saysHelloWithin)]);
  const givenUp = new Promise<never>((_, reject) => {
    const giveUp = () => reject(new Error(`Slack did not say hello within ${saysHelloWithin / 1000} s.`));
    if (limit.aborted) giveUp();
    limit.addEventListener("abort", giveUp, { once: true });
  });
  givenUp.catch(() => {});
  const ended = new Promise<void>((resolve) => client.once("disconnected", () => resolve()));
  try {
    await Promise.race([client.start(), givenUp]);
  } catch (error) {
    // Also a start that goes on in there must come to nothing.
    client.once("connected", () => void client.disconnect());
    void client.disconnect();
    // The client rejects with nothing where the socket is closed before Slack says hello.
    throw error ?? new Error("Slack closed the connection before it said hello.");
  }
  return { ended, close: () => acknowledged().then(() => client.disconnect()) };
}
