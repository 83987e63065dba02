import { Redis } from "ioredis";
import type { Timings } from "../../jobs/delivery.js";
import { openPlayground, type Playground } from "../../playground/playground.js";
import { type Bot, openBot } from "../../src/bot.js";
import { readConfig } from "../../src/config.js";
import { redisRuns } from "../../src/redis/runs.js";
import { keptLog, mayNotLeakOf } from "../leaks/collect.js";
import { startRedis } from "../redis.js";
import type { Aftermath } from "./checks.js";
import { withEnvironment } from "./own-environment.js";
import { type Story, workshop } from "./stories.js";
import { openWires, type Wires, type WiresOptions } from "./wires.js";

/** A bot with wires of its own. */
export interface WiredBot {
  readonly bot: Bot;
  readonly wires: Wires;
}

/** A world, a real Redis, and unmodified bots in one process, each on its own wires. */
export interface CrashStage extends Aftermath {
  /** Resolves when people can talk to it, or at once when it was stopped before that. */
  startBot(how?: Pick<WiresOptions, "stopAt" | "stop" | "of">): Promise<WiredBot>;
  close(): Promise<void>;
}

export interface CrashStageOptions {
  readonly story?: Story;
  readonly speed?: number;
  /** Whether the bot may read the channel's history, and so find a post whose answer was lost. */
  readonly history?: boolean;
}

/** Short, so that a dead bot's work is taken over soon, yet longer than a busy machine stands still. */
export const timings: Timings = { lease: 2_000, lockDuration: 2_000, stalledInterval: 500 };

/** Well below the 30 s that Kubernetes grants. */
const stopsWithin = 15_000;

export async function openCrashStage(options: CrashStageOptions = {}): Promise<CrashStage> {
  const { story = workshop, speed = story.speed, history = true } = options;
  const { scenario } = story;
  const [playground, server] = await Promise.all([openPlayground({ scenario, speed }), startRedis()]);
  if (history) allowHistory(playground);
  mayNotLeakOf(playground);
  const redis = new Redis(server.url);
  const started: WiredBot[] = [];
  return {
    story,
    playground,
    redis,
    runs: redisRuns(redis),
    async startBot(how = {}) {
      const wires = await openWires({ playground, redisUrl: server.url, ...how });
      const environment = { ...playground.environment, ...wires.environment };
      const bot = await withEnvironment(environment, async () => {
        const opened = await openBot(readConfig(environment), keptLog(), environment.PATH ?? "", { timings });
        await Promise.race([opened.start(), wires.stopped]);
        return opened;
      });
      const wired = { bot, wires };
      started.push(wired);
      return wired;
    },
    async close() {
      await Promise.all(started.map(comeBackAndStop));
      await Promise.all(started.map(({ wires }) => wires.close()));
      redis.disconnect();
      await playground.close();
      await server.close();
    },
  };
}

/** The dead live again for a moment: whatever they still had in mind, they may do no harm with it. */
export async function comeBackAndStop({ bot, wires }: WiredBot): Promise<void> {
  wires.mend();
  await stopInTime(bot);
}

export async function stopInTime(bot: Bot): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("The bot was asked to stop and did not.")), stopsWithin);
  });
  await Promise.race([bot.stop(), tooLate]).finally(() => clearTimeout(timer));
}

/** Lets the bot read its channel: scopes that the manifest does not ask for by itself. */
export function allowHistory({ slack }: Playground): void {
  slack.scopes.add("channels:history").add("groups:history");
}
