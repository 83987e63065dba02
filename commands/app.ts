import { App, SocketModeReceiver, webApi } from "@slack/bolt";
import type { Logger } from "pino";
import type { Config } from "../src/config.js";
import { slackLogger } from "../src/slack/logger.js";
import { register } from "./index.js";
import type { Tools } from "./tools.js";
import { keepTrack } from "./under-way.js";

/** One connection over which Slack sends commands and clicks. */
export interface Connection {
  /** Resolves when it is gone, whoever ended it. Slack ends one about hourly. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

export interface SlackApp {
  /** Resolves when Slack has said hello. Rejects when it did not, or when `signal` was first; nothing is then left open. */
  connect(signal: AbortSignal): Promise<Connection>;
  /** Resolves when every order that was taken is answered. */
  settled(): Promise<void>;
}

/** How long Slack may take to answer one call, and then to say hello. */
const answersWithin = 10_000;
const saysHelloWithin = 25_000;

/**
 * Bolt in Socket Mode. Every connection gets a receiver of its own, so that what is left of an old one can do the new
 * one no harm. None connects again by itself: in a Slack outage the library's own way ends in an unhandled rejection.
 * @throws what Slack says of the bot's token
 */
export async function openSlackApp(
  slack: Config["slack"] & { readonly appToken: string },
  tools: Tools,
  log: Logger,
): Promise<SlackApp> {
  const logger = slackLogger(log);
  const client = {
    ...(slack.apiUrl !== undefined && { slackApiUrl: slack.apiUrl }),
    timeout: answersWithin,
    logger,
  };
  const app = new App({
    token: slack.botToken,
    receiver: noReceiver,
    convoStore: false,
    deferInitialization: true,
    logger,
    clientOptions: { ...client, retryConfig: { retries: 2 } },
  });
  const underWay = keepTrack(log);
  register(app, tools, underWay.track);
  await app.init();
  return {
    settled: underWay.settled,
    connect(signal) {
      const receiver = new SocketModeReceiver({
        appToken: slack.appToken,
        logger,
        autoReconnectEnabled: false,
        // Its client learns of another Slack only in this way. Whoever asked for the connection decides when to ask again.
        installerOptions: {
          clientOptions: { ...client, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true },
        },
      });
      receiver.init(app);
      return greeted(receiver.client, signal);
    },
  };
}

/** Receivers come and go with connections; the app outlives them. */
const noReceiver = { init() {}, async start() {}, async stop() {} };

async function greeted(client: SocketModeReceiver["client"], signal: AbortSignal): Promise<Connection> {
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
  return { ended, close: () => client.disconnect() };
}

/** What Slack said, where it was Slack that said no. */
export function slackErrorOf(error: unknown): string | undefined {
  return error instanceof webApi.WebAPIPlatformError ? error.data.error : undefined;
}

/** Seconds that Slack wants us to wait. */
export function retryAfterOf(error: unknown): number | undefined {
  return error instanceof webApi.WebAPIRateLimitedError ? error.retryAfter : undefined;
}
