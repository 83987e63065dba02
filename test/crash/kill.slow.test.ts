import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { beforeAll, describe, it } from "vitest";
import { startBot } from "../../playground/bot-process.js";
import { openPlayground, type Playground } from "../../playground/playground.js";
import { seededRandom } from "../../playground/world/random.js";
import { redisRuns } from "../../src/redis/runs.js";
import { startRedis } from "../redis.js";
import { expectRightEnd } from "./checks.js";
import { People } from "./play.js";
import { allowHistory } from "./stage.js";
import { blocked, blockedThenForced, mayMissTheBlock, type Story, workshop } from "./stories.js";

const kills = 4;
/** Real milliseconds that a bot lives after it is connected: within a lease of a dead one, and well beyond. */
const longestLife = 20_000;
const patience = 240_000;

/** From the process's own start: a seed that failed is played again with CRASH_SEED. */
const seed = Number(process.env.CRASH_SEED ?? randomInt(1_000_000));

interface Row {
  readonly story: Story;
  readonly history: boolean;
}

/** At these speeds a run lasts about as long as all lives together. */
const whole = { ...workshop, speed: 60 };
const stuck = { ...mayMissTheBlock(blocked), speed: 30 };
const forced = { ...mayMissTheBlock(blockedThenForced), speed: 120 };
const rows: readonly [string, Row][] = [
  ["eks-workshop, where it may read the channel: no message comes twice", { story: whole, history: true }],
  ["eks-workshop, where it may not: at most one message for each kill", { story: whole, history: false }],
  ["pdb-blocks, where it may read the channel: no message comes twice", { story: stuck, history: true }],
  ["pdb-blocks, where it may not: at most one message for each kill", { story: stuck, history: false }],
  ["pdb-blocks, and Retry with force: no message comes twice", { story: forced, history: true }],
];

describe(`the bot's process, killed with kill -9 ${kills} times at random moments, seed ${seed}:`, () => {
  const stories = new Map<Row, Promise<void>>();
  beforeAll(() => {
    for (const [index, [, row]] of rows.entries()) {
      const story = killAtRandom(seed + index, row);
      story.catch(() => {});
      stories.set(row, story);
    }
  });

  it.each(rows)("%s", { timeout: patience }, async (_, row) => {
    await stories.get(row);
  });
});

async function killAtRandom(from: number, { story, history }: Row): Promise<void> {
  const random = seededRandom(from);
  const [playground, server] = await Promise.all([openPlayground(story), startRedis()]);
  if (history) allowHistory(playground);
  const redis = new Redis(server.url);
  const aftermath = { story, playground, redis, runs: redisRuns(redis) };
  const people = new People(aftermath);
  const environment = { ...playground.environment, REDIS_URL: server.url };
  try {
    for (let kill = 0; kill < kills; kill += 1) {
      await liveFor(random.below(longestLife), people, playground, environment);
    }
    const last = await started(playground, environment);
    await people.goOn(last.fate);
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
  people: People,
  playground: Playground,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const { bot, fate } = await started(playground, environment);
  const acts = people.goOn(fate);
  await sleep(milliseconds);
  fate.isStopped = true;
  bot.kill("SIGKILL");
  await bot.ended;
  await acts;
}

async function started(playground: Playground, environment: Readonly<Record<string, string>>) {
  const { slack } = playground;
  const bot = startBot(environment, "compiled");
  await slack.waitFor(() => slack.socketMode.connections > 0, { what: "the bot's connection" });
  return { bot, fate: { isStopped: false } };
}
