import { type Logger as BoltLogger, LogLevel } from "@slack/bolt";
import type { Logger } from "pino";

/** Bolt's log lines in ours. Debug lines are left out: they hold whole payloads. */
export function boltLogger(log: Logger): BoltLogger {
  const slack = log.child({ part: "bolt" });
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
