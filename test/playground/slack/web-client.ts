import {
  LogLevel,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebClient,
} from "@slack/web-api";
import type { SimulatedSlack } from "../../../playground/slack/server.js";

/** The real client, without patience: every failure shows at once. */
export function clientOf(slack: SimulatedSlack, token: string | undefined = slack.botToken): WebClient {
  return new WebClient(token, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    // Refusals are expected here; the client would print each.
    logLevel: LogLevel.ERROR,
    logger: silent,
  });
}

const ignore = () => {};
const silent = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  setLevel: ignore,
  getLevel: () => LogLevel.ERROR,
  setName: ignore,
};

/** "ok", Slack's error code, or what the client made of the answer. */
export async function outcomeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "ok";
  } catch (error) {
    if (error instanceof WebAPIPlatformError) return error.data.error ?? "";
    if (error instanceof WebAPIRateLimitedError) return `retry after ${error.retryAfter}`;
    if (error instanceof WebAPIHTTPError) return `HTTP ${error.statusCode}`;
    return "no answer";
  }
}
