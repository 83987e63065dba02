import type { App } from "@slack/bolt";

/** One connection over which Slack sends commands and clicks. */
export interface Connection {
  /** Resolves when it is gone, whoever ended it. */
  readonly ended: Promise<void>;
  /** Takes no more orders, and resolves when those that were taken are acknowledged. */
  close(): Promise<void>;
}

/**
 * No order of Slack's can come, for a reason on this machine. `message` is a sentence. A port that is taken may be free
 * a moment later: whoever had it before a restart is still ending.
 */
export class CannotListen extends Error {
  override readonly name = "CannotListen";
  /** Trying again is pointless. */
  readonly hopeless: boolean;

  constructor(port: number, error: NodeJS.ErrnoException) {
    super(`PORT ${port} ${whyNot(error)}`);
    this.hopeless = error.code === "EACCES";
  }
}

function whyNot({ code, message }: NodeJS.ErrnoException): string {
  if (code === "EADDRINUSE")
    return "is taken by another process: no order of Slack's comes here until it is free";
  if (code === "EACCES") return "is one that this process may not listen on: take one above 1023";
  return `cannot be listened on: ${message}`;
}

/** A way for Slack's orders to reach Bolt. */
export interface Transport {
  /** The variables that hold what Slack may refuse, for whoever must repair it. */
  readonly tokens: string;
  /** Rejects when no connection came about, or when `signal` was first; nothing is then left open. */
  connect(app: App, signal: AbortSignal): Promise<Connection>;
}
