import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { beforeAll, describe, it } from "vitest";
import { startBot } from "../../playground/bot-process.js";
import { openPlayground, type Playground } from "../../playground/playground.js";
import { eksWorkshop } from "../../playground/scenarios/eks-workshop.js";
import { seededRandom } from "../../playground/world/random.js";
import { redisRuns } from "../../src/redis/runs.js";
import { startRedis } from "../redis.js";
import { expectRightEnd } from "./checks.js";
import { persist } from "./people.js";
import { untilOver } from "./play.js";
import { allowHistory } from "./stage.js";

const kills = 4;
/** Real milliseconds that a bot lives after it is connected: within a lease of a dead one, and well beyond. */
const longestLife = 20_000;
const patience = 170_000;

/** From the process's own start: a seed that failed is played again with CRASH_SEED. */
const seed = Number(process.env.CRASH_SEED ?? randomInt(1_000_000));
const rows: readonly [string, number, boolean][] = [
  [`seed ${seed}: where it may read the channel, no message comes twice`, seed, true],
  [`seed ${seed + 1}: and again, at other moments`, seed + 1, true],
  [`seed ${seed + 2}: where it may not, at most one message for each kill`, seed + 2, false],
];

describe(`the bot's process, killed with kill -9 ${kills} times at random moments`, () => {
  const stories = new Map<number, Promise<void>>();
  beforeAll(() => {
    for (const [, each, history] of rows) {
      const story = killAtRandom(each, history);
      story.catch(() => {});
      stories.set(each, story);
    }
  });

  it.each(rows)("%s", { timeout: patience }, async (_, each) => {
    await stories.get(each);
  });
});

async function killAtRandom(from: number, history: boolean): Promise<void> {
  const random = seededRandom(from);
  const [playground, server] = await Promise.all([
    openPlayground({ scenario: eksWorkshop, speed: 60 }),
    startRedis(),
  ]);
  if (history) allowHistory(playground);
  const redis = new Redis(server.url);
  const environment = { ...playground.environment, REDIS_URL: server.url };
  try {
    for (let kill = 0; kill < kills; kill += 1) {
      await liveFor(random.below(longestLife), playground, environment);
    }
    const last = await started(playground, environment);
    await persist(playground, last.fate);
    const aftermath = { playground, redis, runs: redisRuns(redis) };
    await untilOver(aftermath, last.fate);
    await last.bot.stop();
    await expectRightEnd(aftermath, history ? 0 : kills);
  } finally {
    redis.disconnect();
    await playground.close();
    await server.close();
  }
}

/** This is a test of moments, so for once time is what is waited for. */
async function liveFor(
  milliseconds: number,
  playground: Playground,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const { bot, fate } = await started(playground, environment);
  const acts = persist(playground, fate);
  await sleep(milliseconds);
  fate.isStopped = true;
  bot.kill("SIGKILL");
  await bot.ended;
  await acts;
}

async function started(playground: Playground, environment: Readonly<Record<string, string>>) {
  const { slack } = playground;
  const bot = startBot(environment);
  await slack.waitFor(() => slack.socketMode.connections > 0, {
    timeoutMs: 30_000,
    what: "the bot's connection",
  });
  return { bot, fate: { isStopped: false } };
}
