import { setTimeout } from "node:timers/promises";
import type { Logger } from "pino";
import { ConfigError } from "../src/config.js";
import { isSlackTrouble } from "../src/slack/trouble.js";
import { retryAfterOf, slackErrorOf } from "./app.js";
import { CannotListen, type Connection } from "./transport.js";

/** Slack will not take these tokens, however often they are tried: a person must repair them. */
const hopelessErrors = new Set([
  "invalid_auth",
  "not_authed",
  "account_inactive",
  "user_removed_from_team",
  "team_disabled",
  "token_revoked",
  "token_expired",
  "not_allowed_token_type",
  "missing_scope",
]);

/** Real milliseconds before the next try, by how many ended badly in a row. Slack's own refresh is none of these. */
const pauses = [0, 0, 1_000, 2_000, 4_000, 8_000, 15_000];
/** A connection that ends sooner than this has failed, too: or connecting might turn in a circle. */
const shortLived = 10_000;
/** For what a person must repair: done seldom, and nothing but a new start may help. */
const slowly = 60_000;

export interface StayOptions {
  /** The variables that hold what Slack may refuse: "SLACK_BOT_TOKEN". */
  readonly tokens: string;
  connect(signal: AbortSignal): Promise<Connection>;
  /** When the very first try fails for good (tokens that Slack refuses): whether this process is of use without Slack. */
  usefulAlone(): Promise<boolean>;
  readonly log: Logger;
  readonly slowly?: number;
}

export interface StayingConnected {
  /**
   * Resolves when the first connection is there, or when it was stopped.
   * @throws ConfigError when Slack refuses the tokens, or the port is forbidden.
   */
  readonly first: Promise<void>;
  connected(): boolean;
  stop(): Promise<void>;
}

/** Connects, and connects again whenever the connection ends, until it is stopped. */
export function stayConnected(options: StayOptions): StayingConnected {
  const stopped = new AbortController();
  const { signal } = stopped;
  let current: Connection | undefined;
  let first = { resolve() {}, reject(_: unknown) {} };
  const firstly = new Promise<void>((resolve, reject) => {
    first = { resolve, reject };
  });

  /** Resolves when a connection was there and has ended. */
  async function connectOnce(): Promise<void> {
    const connecting = options.connect(signal);
    // Who stops does not wait for this; a connection that comes too late is closed.
    connecting.then((late) => (signal.aborted ? late.close() : undefined)).catch(() => {});
    const connection = await Promise.race([connecting, untilAborted(signal)]);
    if (!connection || signal.aborted) return;
    current = connection;
    first.resolve();
    await connection.ended.finally(() => {
      current = undefined;
    });
  }

  async function forEver(): Promise<void> {
    let everConnected = false;
    for (let failures = 0; !signal.aborted; ) {
      const began = performance.now();
      const error = await connectOnce().then(
        () => undefined,
        (failure: unknown) => ({ failure }),
      );
      if (signal.aborted) return;
      everConnected ||= error === undefined;
      failures = !error && performance.now() - began > shortLived ? 0 : failures + 1;
      if (error && !everConnected) await refuse(error.failure, options);
      if (!error) options.log.info("the connection to slack ended: connecting again");
      const pause = error ? pauseAfter(error.failure, failures, options) : pauseOf(failures);
      await setTimeout(pause, undefined, { signal }).catch(() => {});
    }
  }

  const running = forEver().then(first.resolve, first.reject);
  return {
    first: firstly,
    connected: () => current !== undefined,
    async stop() {
      stopped.abort();
      await current?.close();
      await running;
    },
  };
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** @throws ConfigError when there is no use in going on. */
async function refuse(error: unknown, { tokens, usefulAlone }: StayOptions): Promise<void> {
  const why = whyHopeless(error, tokens);
  if (why === undefined || (await usefulAlone())) return;
  throw error instanceof ConfigError ? error : new ConfigError([why]);
}

/** What a person must repair. Undefined where another try may come to something. */
function whyHopeless(error: unknown, tokens: string): string | undefined {
  if (error instanceof CannotListen) return error.hopeless ? error.message : undefined;
  if (error instanceof ConfigError) return error.problems.join("; ");
  const code = codeOf(error);
  return code !== undefined && hopelessErrors.has(code) ? `${tokens}: Slack refuses it (${code})` : undefined;
}

/** Says what went wrong, and how long to wait. */
function pauseAfter(error: unknown, failures: number, options: StayOptions): number {
  const { tokens, log, slowly: slow = slowly } = options;
  const why = whyHopeless(error, tokens);
  if (why !== undefined) {
    log.fatal(
      { again: slow },
      `nobody can talk to the bot. ${why}. Repair it and start the bot again; upgrades go on meanwhile`,
    );
    return slow;
  }
  const pause = Math.max(pauseOf(failures), 1_000 * (secondsAsked(error) ?? 0));
  if (error instanceof CannotListen) log.error({ again: pause }, error.message);
  else
    log.warn(
      { error: error instanceof Error ? error.message : codeOf(error), again: pause },
      "slack not reached yet",
    );
  return pause;
}

/** Somewhat random, so that many bots do not come back all at once. */
function pauseOf(failures: number): number {
  const full = failures === 0 ? 0 : (pauses[Math.min(failures, pauses.length) - 1] ?? 0);
  return full * (0.5 + Math.random() / 2);
}

function codeOf(error: unknown): string | undefined {
  return isSlackTrouble(error) ? error.code : slackErrorOf(error);
}

function secondsAsked(error: unknown): number | undefined {
  return isSlackTrouble(error) ? error.retryAfter : retryAfterOf(error);
}
