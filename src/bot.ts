import { createHash, randomInt } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { Logger } from "pino";
import { hopelessErrors, openSlackApp, type SlackApp, slackErrorOf } from "../commands/app.js";
import { createAuthority } from "../commands/authorize.js";
import type { Timings } from "../jobs/delivery.js";
import { openBells } from "../jobs/queues.js";
import { openRinger } from "../jobs/ringer.js";
import { openWorkers } from "../jobs/workers.js";
import { realClock, scaledClock } from "./clock.js";
import { type Config, ConfigError } from "./config.js";
import { overdueBy } from "./core/overdue.js";
import { runId } from "./core/run-id.js";
import { type Checks, type Health, serveHealth } from "./health.js";
import { connectOutside } from "./outside.js";
import { connectRedis, untilReady } from "./redis/connection.js";
import { redisRuns } from "./redis/runs.js";
import { loadSlots } from "./redis/slots.js";
import { openStore } from "./redis/store.js";
import { redisTurns } from "./redis/turns.js";
import { createSlackClient } from "./slack/client.js";
import { slackLogger } from "./slack/logger.js";
import { createPeople } from "./slack/people.js";
import { isSlackTrouble } from "./slack/trouble.js";
import { openUpgrades } from "./upgrades.js";

export interface Bot {
  /** Resolves when people can talk to it. @throws ConfigError when Slack will never take the tokens. */
  start(): Promise<void>;
  /** Hands everything back for the next process to go on with, and closes what was opened. */
  stop(): Promise<void>;
}

const redisWithin = 10_000;
/** Real milliseconds between two tries to reach Slack. */
const slackAgainAfter = 5_000;

/** Wires everything; nothing moves before `start`. @throws ConfigError when there is no Redis fit to keep runs in. */
export async function openBot(
  config: Config,
  log: Logger,
  path: string,
  options: { readonly timings?: Timings } = {},
): Promise<Bot> {
  const onError = (error: Error) => log.warn({ error: error.message }, "redis");
  const store = await openStore(config.redis, path, onError);
  const producer = connectRedis(store.address, "producer", onError);
  // A queue whose connection is not ready when it is opened stays broken: this connection queues no commands.
  await untilReady(producer, redisWithin);

  const clock = config.clock ? scaledClock(config.clock) : realClock;
  const outside = connectOutside();
  const client = createSlackClient({
    token: config.slack.botToken,
    logger: slackLogger(log),
    ...(config.slack.apiUrl !== undefined && { slackApiUrl: config.slack.apiUrl }),
  });
  const turns = redisTurns(producer);
  const bells = openBells(producer, onError);
  const ringer = openRinger({ turns, bells, clock, log });
  const upgrades = openUpgrades({
    runs: redisRuns(producer),
    outside,
    clock,
    digest: (text) => createHash("sha256").update(text).digest("hex").slice(0, 32),
    newRunId: () => runId(randomInt),
    changed: (run) => ringer.changed(run),
  });

  // With the workers away, the bot's own process still says so in Slack.
  const workers = openWorkers({
    redis: store.redis,
    turns: redisTurns(store.redis),
    carriesRuns: config.role !== "bot",
    ...{ bells, ringer, upgrades, outside, client, clock, log },
    ...options,
  });

  /** The live message once there is one, the card before. */
  async function linkTo(id: string): Promise<string | undefined> {
    const { live, card } = await loadSlots(producer, id);
    const { channel, ts } = live ?? card ?? {};
    return channel && ts ? client.permalink({ channel, ts }).catch(() => undefined) : undefined;
  }

  async function connectSlack(): Promise<SlackApp> {
    const { teamId } = await client.team();
    const authority = createAuthority(config.fleet, createPeople(client, Date.now), teamId);
    const app = openSlackApp(
      config.slack,
      { fleet: config.fleet, upgrades, authority, clock, log, linkTo },
      log,
    );
    await app.start();
    return app;
  }

  /** What of this process's work cannot be done now, for /readyz. */
  const checks: Checks = {
    redis: async () => void (await producer.ping()),
    slack: async () => (config.role === "worker" || app?.connected() ? undefined : "not connected"),
    async runs() {
      const late = (await upgrades.open()).filter((run) => overdueBy(run, clock.now()) !== undefined);
      return late.length > 0 ? `nobody looks at ${late.map((run) => run.id).join(", ")}` : undefined;
    },
  };

  const ended = new AbortController();
  let app: SlackApp | undefined;
  let health: Health | undefined;
  return {
    async start() {
      if (config.healthPort !== undefined) health = await serveHealth(config.healthPort, checks);
      // Runs go on whether or not Slack can be reached.
      workers.start();
      if (config.role !== "worker") app = await persist(connectSlack, log, ended.signal);
      log.info({ role: config.role }, "ready");
    },
    async stop() {
      ended.abort();
      await health?.close();
      await app?.stop();
      await workers.stop();
      await bells.close();
      producer.disconnect();
      await store.close();
    },
  };
}

/** Tries until Slack is reached. A token that Slack refuses is refused for ever: that is said at once. */
async function persist(
  connect: () => Promise<SlackApp>,
  log: Logger,
  signal: AbortSignal,
): Promise<SlackApp | undefined> {
  for (;;) {
    try {
      return await connect();
    } catch (error) {
      const code = isSlackTrouble(error) ? error.code : slackErrorOf(error);
      if (code !== undefined && hopelessErrors.has(code)) {
        throw new ConfigError([`SLACK_BOT_TOKEN or SLACK_APP_TOKEN: Slack refuses it (${code})`]);
      }
      log.warn({ error: error instanceof Error ? error.message : error }, "slack not reached yet");
    }
    const aborted = await setTimeout(slackAgainAfter, false, { signal }).catch(() => true);
    if (aborted) return undefined;
  }
}
