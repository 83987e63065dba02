import type { TestContext } from "vitest";
import { connectRedis } from "../../src/redis/connection.js";
import { redisRuns } from "../../src/redis/runs.js";
import { type Night, openNight } from "./night.js";
import { openServer, type Server } from "./server.js";

export interface RedisNight extends Night {
  readonly server: Server;
  /** Sends one command past the bots. */
  call(command: string, ...args: string[]): Promise<unknown>;
}

/** A night whose bots keep their runs in a real Redis that can be ill-treated. */
export async function openRedisNight(
  test: Pick<TestContext, "onTestFinished">,
  options: { speed: number; settings?: readonly string[] },
): Promise<RedisNight> {
  const server = await openServer(options.settings);
  test.onTestFinished(() => server.close());
  const redis = connectRedis({ url: server.url }, "worker", () => {});
  test.onTestFinished(() => redis.disconnect());
  const night = await openNight(test, { speed: options.speed, redis: "Redis in JavaScript" });
  const runs = redisRuns(redis);
  const events = async () => {
    const [latest] = await runs.recent(1);
    return latest === undefined ? [] : runs.events(latest);
  };
  return {
    ...night,
    server,
    runs,
    events,
    eventTypes: async () => (await events()).map((event) => event.type),
    startBot: (overrides) => night.startBot({ REDIS_URL: server.url, ...overrides }),
    call: (command, ...args) => redis.call(command, ...args),
    get updates() {
      return night.updates;
    },
  };
}
