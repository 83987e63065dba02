import type { App } from "@slack/bolt";

/** One connection over which Slack sends commands and clicks. */
export interface Connection {
  /** Resolves when it is gone, whoever ended it. */
  readonly ended: Promise<void>;
  /** Takes no more orders, and resolves when those that were taken are acknowledged. */
  close(): Promise<void>;
}

/** A way for Slack's orders to reach Bolt. */
export interface Transport {
  /** The variables that hold what Slack may refuse, for whoever must repair it. */
  readonly tokens: string;
  /** Rejects when no connection came about, or when `signal` was first; nothing is then left open. */
  connect(app: App, signal: AbortSignal): Promise<Connection>;
}
