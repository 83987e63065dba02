import { App, SocketModeReceiver, webApi } from "@slack/bolt";
import type { Logger } from "pino";
import type { Config } from "../src/config.js";
import { slackLogger } from "../src/slack/logger.js";
import { register } from "./index.js";
import type { Tools } from "./tools.js";

export interface SlackApp {
  /** Resolves when Slack has said hello. */
  start(): Promise<void>;
  /** Slack can reach us now. */
  connected(): boolean;
  /** Takes no more orders, and waits for those under way (not for ever). */
  stop(): Promise<void>;
}

/** How long a shutdown waits for answers that are still being worked out. */
const lastWords = 5_000;

/** Slack will not take these tokens, however often they are tried. */
export const hopelessErrors = new Set([
  "invalid_auth",
  "not_authed",
  "account_inactive",
  "user_removed_from_team",
  "team_disabled",
  "not_allowed_token_type",
]);

/**
 * Bolt in Socket Mode. The receiver is built here and not by `App`, because only then can its socket be closed for
 * certain; its own client then learns of another Slack only through `installerOptions`.
 */
export function openSlackApp(slack: Config["slack"], tools: Tools, log: Logger): SlackApp {
  const logger = slackLogger(log);
  const clientOptions = () => ({
    ...(slack.apiUrl !== undefined && { slackApiUrl: slack.apiUrl }),
    // Explicit and separate: the socket's client writes its own retry policy into the object it is given.
    retryConfig: { retries: 2 },
    timeout: 10_000,
    logger,
  });
  const receiver = new SocketModeReceiver({
    appToken: slack.appToken,
    logger,
    installerOptions: { clientOptions: clientOptions() },
  });
  const app = new App({
    token: slack.botToken,
    receiver,
    convoStore: false,
    deferInitialization: true,
    logger,
    clientOptions: clientOptions(),
  });
  let connected = false;
  receiver.client.on("connected", () => {
    connected = true;
  });
  for (const event of ["reconnecting", "disconnecting", "disconnected"]) {
    receiver.client.on(event, () => {
      connected = false;
    });
  }
  const underWay = new Set<Promise<void>>();
  register(app, tools, (work) => {
    const tracked = work.finally(() => underWay.delete(tracked));
    underWay.add(tracked);
  });
  return {
    async start() {
      await app.init();
      await app.start();
    },
    connected: () => connected,
    async stop() {
      await receiver.client.disconnect();
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, lastWords);
      });
      await Promise.race([Promise.allSettled(underWay), patience]);
      clearTimeout(timer);
    },
  };
}

/** What Slack said, where it was Slack that said no. */
export function slackErrorOf(error: unknown): string | undefined {
  return error instanceof webApi.WebAPIPlatformError ? error.data.error : undefined;
}
