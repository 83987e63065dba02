import { LogLevel, type Logger as SlackLogger } from "@slack/web-api";
import type { Logger } from "pino";

/** Slack's libraries write into our log. Their debug lines are left out: they hold whole payloads. */
export function slackLogger(log: Logger): SlackLogger {
  const slack = log.child({ part: "slack" });
  const text = (parts: unknown[]) =>
    parts.map((part) => (part instanceof Error ? part.message : String(part))).join(" ");
  return {
    debug: () => {},
    info: (...parts) => slack.debug(text(parts)),
    warn: (...parts) => slack.warn(text(parts)),
    error: (...parts) => slack.error(text(parts)),
    getLevel: () => LogLevel.INFO,
    setLevel: () => {},
    setName: () => {},
  };
}
