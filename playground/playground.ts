import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AwsServer, serveAws } from "./aws/server.js";
import { fleetFile } from "./fleet-file.js";
import { freePort } from "./free-port.js";
import { type KubernetesServer, serveKubernetes } from "./kubernetes/server.js";
import type { Keys } from "./kubernetes/token.js";
import { type OfferedRedis, offerRedis } from "./redis.js";
import type { Scenario } from "./scenarios/types.js";
import { type SimulatedSlack, serveSlack } from "./slack/server.js";
import { startClock, type WorldClock } from "./world/clock.js";
import { sessionOf } from "./world/sessions.js";
import type { Cluster, World } from "./world/state.js";
import { lastTime, lastWeekTime } from "./world/time.js";
import { createWorld } from "./world/world.js";

/** A simulated AWS, Kubernetes and Slack on the loopback, with one world behind them. */
export interface Playground {
  readonly world: World;
  readonly aws: AwsServer;
  /** The clusters' APIs by name. */
  readonly kubernetes: ReadonlyMap<string, KubernetesServer>;
  readonly slack: SimulatedSlack;
  readonly redis: OfferedRedis;
  /** What an unmodified bot needs to live in this world, and nothing else: no variable of the host leaks in. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export interface PlaygroundOptions {
  readonly scenario: Scenario;
  /** World seconds per real second. */
  readonly speed: number;
  /** Instead of a clock of `speed`. */
  readonly clock?: WorldClock;
  /** How Slack sends orders to the bot; Socket Mode unless told otherwise. */
  readonly mode?: "socket" | "http";
  /** Use the Redis in JavaScript even where a real one is installed. */
  readonly pureJavaScript?: boolean;
}

/** So far in the past that no client ever meets the future, however fast the world runs. */
const worldIsBehind = 30 * 24 * 3600 * 1000;

const credentials = { accessKeyId: "AKIAPLAYGROUND000000", secretAccessKey: "playground-secret" };

export async function openPlayground(options: PlaygroundOptions): Promise<Playground> {
  const { scenario, speed } = options;
  const now = Date.now();
  const worldOrigin = originOf(scenario, speed, now - worldIsBehind);
  const clock = options.clock ?? startClock({ speed, worldOrigin, realOrigin: now });
  const world = createWorld({ scenario, clock });
  const directory = await mkdtemp(join(tmpdir(), "eks-upgrade-"));
  const [aws, slack, redis] = await Promise.all([
    serveAws(world),
    serveSlack(),
    offerRedis(options.pureJavaScript),
  ]);
  const clusters = await Promise.all(
    [...world.clusters.values()].map(async (cluster) => {
      const api = await serveKubernetes(cluster.kubernetes, {
        region: cluster.region,
        credentials: (id) => keysFor(world, cluster, id),
      });
      world.setKubernetesAccess(cluster.name, api);
      return [cluster.name, api] as const;
    }),
  );
  const fleet = join(directory, "fleet.yaml");
  await writeFile(fleet, fleetFile(scenario, slack, world.origin));
  return {
    world,
    aws,
    kubernetes: new Map(clusters),
    slack,
    redis,
    environment: {
      PATH: process.env.PATH ?? "",
      HOME: directory,
      SLACK_API_URL: slack.apiUrl,
      SLACK_BOT_TOKEN: slack.botToken,
      ...(options.mode === "http" ? await httpMode(slack) : { SLACK_APP_TOKEN: slack.appToken }),
      AWS_ENDPOINT_URL: aws.url,
      AWS_REGION: scenario.region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_EC2_METADATA_DISABLED: "true",
      ...(redis.url !== undefined && { REDIS_URL: redis.url }),
      DATA_DIR: join(directory, "data"),
      FLEET_FILE: fleet,
      CLOCK: clock.variable,
      LOG_LEVEL: "warn",
    },
    async close() {
      world.stop();
      await Promise.all([
        aws.close(),
        slack.close(),
        redis.close(join(directory, "data")),
        ...clusters.map(([, api]) => api.close()),
      ]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Real milliseconds that the bot is given to start in, before a story that begins at a time of day. */
const startingTime = 8_000;

/** At `latest`, or where the story begins at a certain time, before that time by as much as the bot takes to start. */
function originOf({ startsAt }: Scenario, speed: number, latest: number): number {
  if (startsAt === undefined) return latest;
  const begins = typeof startsAt === "string" ? lastTime(startsAt, latest) : lastWeekTime(startsAt, latest);
  return begins - startingTime * speed;
}

/** A free port for the bot to listen on. */
async function httpMode(slack: SimulatedSlack): Promise<Readonly<Record<string, string>>> {
  const port = await freePort();
  slack.deliverTo(`http://127.0.0.1:${port}/slack/events`);
  return { SLACK_SIGNING_SECRET: slack.signingSecret, PORT: `${port}` };
}

/** A cluster lets in whom its own account knows: the keys that everybody has, or a session of a role of it. */
function keysFor({ scenario, sessions }: World, { account }: Cluster, id: string): Keys | undefined {
  const isCommon = id === credentials.accessKeyId && account === scenario.account;
  return isCommon ? credentials : sessionOf(sessions, id, account);
}
