import { type Logger, LogLevel } from "@slack/web-api";

const nothing = () => {};

/** For tests in which calls to Slack are meant to fail. */
export const quietLogger: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  getLevel: () => LogLevel.ERROR,
  setName: nothing,
};
