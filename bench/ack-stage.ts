import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fleetFile } from "../playground/fleet-file.js";
import { freePort } from "../playground/free-port.js";
import { offerRedis } from "../playground/redis.js";
import { connectRedis } from "../src/redis/connection.js";
import { type Runs, redisRuns } from "../src/redis/runs.js";
import { socketIn } from "../src/redis/socket.js";
import { startWatchedBot, type WatchedBot } from "./ack-bot.js";
import { type AckFleet, type AckFleetSize, ackFleet } from "./ack-fleet.js";
import { openGateway } from "./ack-gateway.js";
import { type BusySlack, openBusySlack } from "./ack-slack.js";
import type { OpenWorld, WorldOrder } from "./ack-world.js";
import { until } from "./until.js";

/** "HTTP": over connections that a gateway keeps, as before a bot that listens. Or each order comes over its own. */
export type Mode = "Socket Mode" | "HTTP" | "HTTP, a connection each";

/** AWS and the clusters, the bot, its Redis and Slack, with a process each; Slack's is this one, where the clock is read. */
export interface Stage {
  readonly busy: BusySlack;
  readonly fleet: AckFleet;
  readonly runs: Runs;
  /** People can talk to it in this way. One bot at a time. */
  startBot(mode: Mode): Promise<WatchedBot>;
  /** From now on Slack calls the bot in this way: one that listens. */
  reach(mode: Exclude<Mode, "Socket Mode">): void;
  close(): Promise<void>;
}

export interface StageOptions extends AckFleetSize {
  /** Milliseconds that a call to AWS takes, and a request to a cluster's API. */
  readonly latency: number;
  /** A folder for processor profiles of the bots. */
  readonly profile?: string;
}

const path = "/slack/events";

export async function openStage({ profile, ...size }: StageOptions): Promise<Stage> {
  const fleet = ackFleet(size);
  const world = fork(fileURLToPath(new URL("./ack-world.js", import.meta.url)));
  const [{ env, origin }, busy, gateway] = await Promise.all([
    openWorld(world, size),
    openBusySlack(),
    openGateway(),
  ]);
  const { slack } = busy;
  const folder = mkdtempSync(join(tmpdir(), "bench-ack-"));
  const [data, file] = [join(folder, "data"), join(folder, "fleet.yaml")];
  writeFileSync(file, fleetFile(fleet.scenario, slack, origin));
  const redis = await offerRedis();
  const address = redis.url === undefined ? { socket: socketIn(data, "redis.sock") } : { url: redis.url };
  const connection = connectRedis(address, "worker", () => {});
  const common = {
    ...{ ...env, FLEET_FILE: file, DATA_DIR: data, LOG_LEVEL: "warn", PATH: process.env.PATH ?? "" },
    ...(redis.url !== undefined && { REDIS_URL: redis.url }),
    ...{ SLACK_API_URL: slack.apiUrl, SLACK_BOT_TOKEN: slack.botToken },
  };
  let bot: WatchedBot | undefined;

  const reach: Stage["reach"] = (mode) =>
    slack.deliverTo(mode === "HTTP" ? gateway.url + path : `http://127.0.0.1:${gateway.port}${path}`);

  async function startListening(): Promise<WatchedBot> {
    gateway.port = await freePort();
    const http = { SLACK_SIGNING_SECRET: slack.signingSecret, PORT: `${gateway.port}` };
    const started = startWatchedBot({ ...common, ...http }, profile);
    await until("the bot to listen", () => slack.httpMode.verify(gateway.url + path));
    return started;
  }

  async function startConnected(): Promise<WatchedBot> {
    slack.deliverTo();
    const started = startWatchedBot({ ...common, SLACK_APP_TOKEN: slack.appToken }, profile);
    await until("the bot's connection", () => slack.socketMode.connections > 0);
    return started;
  }

  return {
    ...{ busy, fleet, reach, runs: redisRuns(connection) },
    async startBot(mode) {
      bot = await (mode === "Socket Mode" ? startConnected() : startListening());
      if (mode !== "Socket Mode") reach(mode);
      return bot;
    },
    async close() {
      connection.disconnect();
      await bot?.stop().catch(() => {});
      await Promise.all([slack.close(), gateway.close(), redis.close(data)]);
      world.disconnect();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function openWorld(world: ChildProcess, order: WorldOrder): Promise<OpenWorld> {
  const ended = once(world, "exit").then(([code]) => {
    throw new Error(`The world ended with ${code}.`);
  });
  ended.catch(() => {});
  const opened = once(world, "message").then(([said]) => said as OpenWorld);
  world.send(order);
  return Promise.race([opened, ended]);
}
