import type { TestContext } from "vitest";
import { parseRedisUrl } from "../../src/redis/address.js";
import { connectRedis, type Redis } from "../../src/redis/connection.js";
import { redisRuns } from "../../src/redis/runs.js";
import { type Night, openNight } from "./night.js";
import { openServer, type Server } from "./server.js";

type Test = Pick<TestContext, "onTestFinished">;

/** A night whose bots keep their runs where REDIS_URL says. */
export interface NightOn extends Night {
  /** A connection past the bots. */
  readonly redis: Redis;
}

export async function openNightOn(test: Test, url: string, speed: number): Promise<NightOn> {
  const redis = connectTo(url);
  test.onTestFinished(() => redis.disconnect());
  const night = await openNight(test, { speed, redis: "Redis in JavaScript" });
  const runs = redisRuns(redis);
  const events = async () => {
    const [latest] = await runs.recent(1);
    return latest === undefined ? [] : runs.events(latest);
  };
  return {
    ...night,
    redis,
    runs,
    events,
    eventTypes: async () => (await events()).map((event) => event.type),
    startBot: (overrides) => night.startBot({ REDIS_URL: url, ...overrides }),
    get updates() {
      return night.updates;
    },
  };
}

function connectTo(url: string): Redis {
  const parsed = parseRedisUrl(url);
  if ("problem" in parsed) throw new Error(parsed.problem);
  return connectRedis(parsed.address, "worker", () => {});
}

export interface RedisNight extends NightOn {
  readonly server: Server;
  /** Sends one command past the bots. */
  call(command: string, ...args: string[]): Promise<unknown>;
}

/** A night whose bots keep their runs in one real Redis that can be ill-treated. */
export async function openRedisNight(
  test: Test,
  options: { speed: number; settings?: readonly string[] },
): Promise<RedisNight> {
  const server = await openServer(options.settings);
  test.onTestFinished(() => server.close());
  const night = await openNightOn(test, server.url, options.speed);
  return {
    ...night,
    server,
    call: (command, ...args) => night.redis.call(command, ...args),
    get updates() {
      return night.updates;
    },
  };
}
