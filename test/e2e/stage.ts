import type { Logger } from "pino";
import { freePort } from "../../playground/free-port.js";
import { openPlayground, type Playground } from "../../playground/playground.js";
import { eksWorkshop } from "../../playground/scenarios/eks-workshop.js";
import type { Scenario } from "../../playground/scenarios/types.js";
import type { JsonObject } from "../../playground/slack/json.js";
import type { Message } from "../../playground/slack/types.js";
import type { WorldClock } from "../../playground/world/clock.js";
import { expectation } from "../../playground/world/expectation.js";
import { type Bot, openBot } from "../../src/bot.js";
import { readConfig } from "../../src/config.js";
import type { RunEvent } from "../../src/core/events.js";
import { connectRedis } from "../../src/redis/connection.js";
import { redisRuns } from "../../src/redis/runs.js";
import { keptLog, mayNotLeakOf } from "../leaks/collect.js";
import { type RedisKind, startRedis } from "../redis.js";

/** A world, a Redis, and as many unmodified bots as wanted, all in one process but talking over the wire. */
export interface Stage {
  readonly playground: Playground;
  readonly runs: ReturnType<typeof redisRuns>;
  readonly redisUrl: string;
  /** A further bot, connected to Slack. */
  startBot(overrides?: Readonly<Record<string, string>>): Promise<Bot>;
  /** The operator types this. Resolves with the answer that only they see. */
  types(text: string, user?: string): Promise<Message>;
  card(): Promise<Message>;
  ephemeral(user: string, holding: string): Promise<Message>;
  worldAtEnd(): Promise<void>;
  /** The latest run and its events. */
  events(): Promise<RunEvent[]>;
  close(): Promise<void>;
}

export type Mode = "socket" | "http";

/** For tests that must pass either way. */
export const modes: readonly [name: string, Mode][] = [
  ["in Socket Mode", "socket"],
  ["in HTTP mode", "http"],
];

export interface StageOptions {
  readonly scenario?: Scenario;
  readonly speed?: number;
  /** Instead of a clock of `speed` that begins thirty days ago. */
  readonly clock?: WorldClock;
  readonly redis?: RedisKind;
  /** How Slack sends orders; with HTTP, one load balancer stands before all bots. */
  readonly mode?: Mode;
  /** What the bots write their log to. */
  readonly log?: Logger;
}

export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const playground = await openPlayground({
    scenario: options.scenario ?? eksWorkshop,
    speed: options.speed ?? 400,
    ...(options.clock && { clock: options.clock }),
    mode: options.mode ?? "socket",
  });
  const redis = await startRedis(options.redis);
  const connection = connectRedis({ url: redis.url }, "worker", () => {});
  const runs = redisRuns(connection);
  const { slack, world } = playground;
  mayNotLeakOf(playground);
  const bots: Bot[] = [];
  const listening: number[] = [];
  // The SDK reads its addresses and keys from the process's own variables.
  for (const [name, value] of Object.entries(playground.environment)) {
    if (name.startsWith("AWS_")) process.env[name] = value;
  }

  const ephemeral = (user: string, holding: string, after = 0) =>
    slack.waitFor(
      () =>
        slack.workspace
          .ephemerals(user)
          .slice(after)
          .find((message) => said(message).includes(holding)),
      { what: `an answer with "${holding}"` },
    );

  return {
    playground,
    runs,
    redisUrl: redis.url,
    async startBot(overrides = {}) {
      const own = options.mode === "http" ? { PORT: `${await freePort()}` } : {};
      const environment = { ...playground.environment, REDIS_URL: redis.url, ...own, ...overrides };
      const config = readConfig(environment);
      const bot = await openBot(config, options.log ?? keptLog(), process.env.PATH ?? "");
      bots.push(bot);
      const before = slack.socketMode.connections;
      await bot.start();
      if (config.slack.http) {
        listening.push(config.slack.http.port);
        slack.deliverTo(...listening.map(requestUrl));
      } else if (config.role !== "worker") await slack.waitFor(() => slack.socketMode.connections > before);
      return bot;
    },
    async types(text, user = slack.users.operator) {
      const before = slack.workspace.ephemerals(user).length;
      await slack.as(user).command("/eks-upgrade", text);
      return ephemeral(user, "", before);
    },
    card: () =>
      slack.waitFor(
        () =>
          slack.workspace
            .messages(slack.channel)
            .find((message) => said(message).includes("eks-upgrade:approve")),
        { what: "the approval card" },
      ),
    ephemeral: (user, holding) => ephemeral(user, holding),
    worldAtEnd: () => untilWorldIsAtEnd(playground),
    async events() {
      const [latest] = await runs.recent(1);
      return latest === undefined ? [] : runs.events(latest);
    },
    async close() {
      await Promise.all(bots.map((bot) => bot.stop()));
      mayNotLeakOf(playground);
      connection.disconnect();
      await redis.close();
      await playground.close();
      for (const name of Object.keys(playground.environment))
        if (name.startsWith("AWS_")) delete process.env[name];
      void world;
    },
  };
}

/** Where a bot takes orders in HTTP mode. */
export const requestUrl = (port: number) => `http://127.0.0.1:${port}/slack/events`;

/** Everything a message says and offers, to look for words in. */
export function said(message: { text: string; blocks: readonly JsonObject[] }): string {
  return `${message.text}\n${JSON.stringify(message.blocks)}`;
}

function untilWorldIsAtEnd({ world }: Playground): Promise<void> {
  const deadline = Date.now() + 30_000;
  return new Promise((resolve, reject) => {
    const look = () => {
      const { met, why } = expectation(world);
      if (met) return resolve();
      if (Date.now() > deadline) return reject(new Error(`The world did not come to its end: ${why}.`));
      world.clock.after(5_000, look);
    };
    look();
  });
}
