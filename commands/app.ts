import { App, webApi } from "@slack/bolt";
import type { Logger } from "pino";
import type { Config } from "../src/config.js";
import { slackLogger } from "../src/slack/logger.js";
import { register } from "./index.js";
import type { Tools } from "./tools.js";
import type { Connection, Transport } from "./transport.js";
import { keepTrack } from "./under-way.js";

export interface SlackApp {
  /** Resolves when orders can come. Rejects when they cannot, or when `signal` was first; nothing is then left open. */
  connect(signal: AbortSignal): Promise<Connection>;
  /** Resolves when every order that was taken is answered. */
  settled(): Promise<void>;
  /** Records what was only counted so far. */
  flush(): void;
}

/** How long Slack may take to answer one call, in real milliseconds. */
const answersWithin = 10_000;

/**
 * Bolt with everything that people say and click. Connections come and go; the app outlives them.
 * @throws what Slack says of the bot's token
 */
export async function openSlackApp(
  slack: Pick<Config["slack"], "botToken" | "apiUrl">,
  transport: Transport,
  tools: Tools,
  log: Logger,
): Promise<SlackApp> {
  const app = new App({
    token: slack.botToken,
    receiver: noReceiver,
    convoStore: false,
    deferInitialization: true,
    logger: slackLogger(log),
    clientOptions: { ...callOptions(slack.apiUrl, log), retryConfig: { retries: 2 } },
  });
  const underWay = keepTrack(log);
  const { flush } = register(app, tools, underWay.track);
  await app.init();
  return {
    ...{ settled: underWay.settled, flush },
    connect: (signal) => transport.connect(app, signal),
  };
}

/** Each connection brings a receiver of its own. */
const noReceiver = { init() {}, async start() {}, async stop() {} };

/** For Bolt's clients; a new object each time, because the libraries write into it. */
export function callOptions(apiUrl: string | undefined, log: Logger) {
  return {
    ...(apiUrl !== undefined && { slackApiUrl: apiUrl }),
    timeout: answersWithin,
    logger: slackLogger(log),
  };
}

/** What Slack said, where it was Slack that said no. */
export function slackErrorOf(error: unknown): string | undefined {
  return error instanceof webApi.WebAPIPlatformError ? error.data.error : undefined;
}

/** Seconds that Slack wants us to wait. */
export function retryAfterOf(error: unknown): number | undefined {
  return error instanceof webApi.WebAPIRateLimitedError ? error.retryAfter : undefined;
}
