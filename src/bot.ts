import { randomInt } from "node:crypto";
import type { Logger } from "pino";
import type { StayingConnected } from "../commands/connection.js";
import type { Timings } from "../jobs/delivery.js";
import { openBells } from "../jobs/queues.js";
import { openRinger } from "../jobs/ringer.js";
import { newsOf } from "../jobs/tell-locks.js";
import { openWorkers } from "../jobs/workers.js";
import { openAudit, type Recorded, sha256 } from "./audit.js";
import { openRules } from "./bot/rules.js";
import { talk } from "./bot/talk.js";
import { realClock, scaledClock } from "./clock.js";
import { openClusters } from "./clusters.js";
import type { Config } from "./config.js";
import { canonicalJson } from "./core/audit/canonical.js";
import { overdueBy } from "./core/overdue.js";
import type { Run } from "./core/run.js";
import { runId } from "./core/run-id.js";
import { type DigestOptions, openDigests } from "./digests.js";
import { checkFleetInSlack } from "./fleet/check-slack.js";
import { type Checks, type Health, lately, serveHealth } from "./health.js";
import { connectOutside } from "./outside.js";
import { scan as scanFleet } from "./phases/scan/scan.js";
import { redactor } from "./redact.js";
import { redisAudit } from "./redis/audit.js";
import { connectRedis, isThere, untilReady } from "./redis/connection.js";
import { redisDigests } from "./redis/digests.js";
import { redisOrderRate } from "./redis/order-rate.js";
import { redisRuns } from "./redis/runs.js";
import { redisScans } from "./redis/scans.js";
import { loadSlots } from "./redis/slots.js";
import { redisSnoozes } from "./redis/snoozes.js";
import { openStore, type Store } from "./redis/store.js";
import { redisTurns } from "./redis/turns.js";
import { closeAll } from "./shutdown.js";
import { createSlackClient } from "./slack/client.js";
import { inspectSlack } from "./slack/inspection.js";
import { slackLogger } from "./slack/logger.js";
import { openUpgrades } from "./upgrades.js";

export interface Bot {
  /**
   * Resolves when people can talk to it, or when it was stopped before.
   * @throws ConfigError when Slack refuses the tokens, or PORT is forbidden, and no run is open that goes on without it.
   */
  start(): Promise<void>;
  /** Hands everything back for the next process to go on with, and closes what was opened. Takes 8 s at most, whoever hangs. */
  stop(): Promise<void>;
}

export interface BotOptions {
  readonly timings?: Timings;
  /** Gives up opening. */
  readonly signal?: AbortSignal;
  /** What must not be written down, beside what looks like it. */
  readonly secrets?: readonly string[];
  /** The bot has lost what it cannot be without, for good. */
  readonly onLost?: (error: Error) => void;
}

type Connections = Awaited<ReturnType<typeof connect>>;
type Wired = ReturnType<typeof wire>;

/**
 * Wires everything; nothing moves before `start`. Nothing stays open when it fails.
 * @throws ConfigError when there is no Redis fit to keep runs in; any other Error when it did not answer
 */
export async function openBot(
  config: Config,
  log: Logger,
  path: string,
  options: BotOptions = {},
): Promise<Bot> {
  const connections = await connect(config, log, path, options);
  const wired = wire(config, log, connections, options);
  connections.audit.record(configurationOf(config));
  return live(config, log, connections, wired);
}

/** With which rules the bot started: the file itself is told by its hash. */
function configurationOf({ role, fleet }: Config): Recorded {
  const environments = fleet.environments.map(({ name }) => name).join(", ");
  const more = { role, environments, fleet: sha256(canonicalJson(fleet)) };
  return { kind: "configuration", who: "bot", what: "configuration loaded", outcome: "done", more };
}

const redisWithin = 10_000;

async function connect(
  config: Config,
  log: Logger,
  path: string,
  { signal, secrets, onLost = () => {} }: BotOptions,
) {
  const onError = (error: Error) => log.warn({ error: error.message }, "redis");
  const store: Store = await openStore(config.redis, { path, log, signal, onLost, onError });
  const producer = connectRedis(store.address, "producer", onError);
  // What stands before an acknowledgement must not come after all that those before it asked.
  const door = config.slack.http ? connectRedis(store.address, "producer", onError) : producer;
  try {
    // A queue whose connection is not ready when it is opened stays broken: this connection queues no commands.
    await Promise.all([producer, door].map((redis) => untilReady(redis, redisWithin, signal)));
    const clock = config.clock ? scaledClock(config.clock) : realClock;
    const audit = await openAudit({
      ...{ store: redisAudit(producer), clock, log, keep: config.fleet.audit.keep },
      redact: redactor(secrets),
      ...(config.auditFile !== undefined && { file: config.auditFile }),
    });
    return { store, producer, door, audit, clock, onError };
  } catch (error) {
    for (const redis of [producer, door]) redis.disconnect();
    await store.close();
    throw error;
  }
}

function wire(
  config: Config,
  log: Logger,
  { store, producer, audit, clock, onError }: Connections,
  { timings }: BotOptions,
) {
  const { fleet } = config;
  const outsides = connectOutside(fleet, { onWrite: audit.record });
  const clusters = openClusters(fleet, outsides, Date.now);
  const client = createSlackClient(slackOf(config, log));
  const turns = redisTurns(producer);
  const bells = openBells(producer, onError);
  const ringer = openRinger({ turns, bells, clock, log });
  const runs = redisRuns(producer, "producer");
  const changed = (run: Run) => {
    audit.follow(run.id);
    return ringer.changed(run);
  };
  const tell = (environment: string) => ringer.announce(newsOf(environment));
  const rules = openRules({ fleet, redis: producer, client, audit, clock, log, changed, tell });
  const upgrades = openUpgrades({
    ...{ runs, outsides, fleet, locks: rules.locks, clock, changed },
    digest: (text) => sha256(text).slice(0, 32),
    newRunId: () => runId(randomInt),
  });
  const scans = redisScans(producer, "producer");
  // Without the store there is no history: then less is said of how far behind something is.
  const known: typeof scans.known = (listed) => scans.known(listed).catch(() => []);
  const scan: DigestOptions["scan"] = (environments, signal, only) =>
    scanFleet(environments, { outsides, clusters, known, now: clock.now }, signal, only);
  const digests = openDigests({
    ...{ digests: redisDigests(producer, "producer"), scans, snoozes: redisSnoozes(producer, "producer") },
    ...{ fleet, clock, scan, changed: ringer.digest, log },
  });
  // With the workers away, the bot's own process still says so in Slack.
  const workers = openWorkers({
    redis: store.redis,
    turns: redisTurns(store.redis),
    carriesRuns: config.role !== "bot",
    ...{ fleet, clusters, scan, bells, ringer, upgrades, outsides, client, clock, log },
    ...{ permit: rules.permit, audit, auditAll: audit.followAll },
    ...(timings && { timings }),
  });
  return { clock, client, bells, runs, upgrades, clusters, digests, rules, workers };
}

/** Opens what people talk to, once Slack has said who the bot is, and that what fleet.yaml names is there. */
function stayInSlack(
  config: Config,
  log: Logger,
  { producer, door, audit }: Connections,
  { client, runs, upgrades, clusters, digests, clock, rules }: Wired,
): StayingConnected {
  const { fleet, fleetAt: at, role } = config;

  /** The live message once there is one, the card before. */
  async function linkTo(id: string): Promise<string | undefined> {
    const { live, card } = await loadSlots(producer, id);
    const { channel, ts } = live ?? card ?? {};
    return channel && ts ? client.permalink({ channel, ts }).catch(() => undefined) : undefined;
  }

  return talk({
    ...{ config, redis: [door, producer], audit, log },
    async tools() {
      const authority = await rules.authority();
      await checkFleetInSlack({ fleet, at, slack: inspectSlack(slackOf(config, log)), log });
      const orderRate = redisOrderRate(producer, Date.now);
      return {
        ...{ fleet, clusters, upgrades, digests, authority, audit, trail: audit, locks: rules.locking },
        ...{ orderRate, clock, log, linkTo },
      };
    },
    // Whether runs are open is not known while Redis is away: then they are.
    usefulAlone: async () =>
      role === "all" &&
      (await runs
        .open()
        .then((open) => open.length > 0)
        .catch(() => true)),
  });
}

function slackOf({ slack }: Config, log: Logger) {
  const { botToken: token, apiUrl } = slack;
  return { token, logger: slackLogger(log), ...(apiUrl !== undefined && { slackApiUrl: apiUrl }) };
}

/** Real milliseconds for which an answer of Slack's counts: probes ask far more often than Slack likes to be asked. */
const slackAnsweredLately = 30_000;

/**
 * What of this process's work cannot be done now, for /readyz. Where a load balancer sends it orders, only a port that
 * nobody listens on keeps it out of that: with anything else amiss it is the bot that says so to whoever asks.
 */
function checksOf(
  { slack, role }: Config,
  { producer }: Connections,
  wired: Wired,
  inSlack: () => boolean,
): [needed: Checks, told: Checks] {
  const { client, upgrades, clock } = wired;
  // An open port, or a worker's silence, says nothing of Slack itself.
  const answers = lately(async () => void (await client.team()), slackAnsweredLately);
  const rest: Checks = {
    redis: async () => void (await isThere(producer)),
    async runs() {
      const late = (await upgrades.open()).filter((run) => overdueBy(run, clock.now()) !== undefined);
      return late.length > 0 ? `nobody looks at ${late.map((run) => run.id).join(", ")}` : undefined;
    },
  };
  if (role === "worker") return [{ ...rest, slack: answers }, {}];
  if (!slack.http) return [{ ...rest, slack: async () => (inSlack() ? answers() : "not connected") }, {}];
  const unheard = `not on port ${slack.http.port}`;
  return [{ listening: async () => (inSlack() ? undefined : unheard) }, { ...rest, slack: answers }];
}

/** Real milliseconds that a stop gives: to orders and runs under way, to the queues, and to our own Redis. */
const lastWords = 4_000;
const lastBells = 1_500;
const lastWrites = 2_500;

function live(config: Config, log: Logger, connections: Connections, wired: Wired): Bot {
  const { store, producer, door, audit } = connections;
  const { workers, bells } = wired;
  let slack: StayingConnected | undefined;
  let health: Health | undefined;
  let stopping: Promise<void> | undefined;

  async function stop(): Promise<void> {
    const endings = { health: () => health?.close(), slack: () => slack?.stop(), workers: workers.stop };
    const hanging = await closeAll(endings, lastWords, log);
    if (hanging.includes("workers")) workers.abandon();
    await closeAll({ queues: bells.close, audit: audit.close }, lastBells, log);
    for (const redis of [producer, door]) redis.disconnect();
    // Last, because everybody still writes: what is on disk by now is all there is for the next process.
    await closeAll({ redis: store.close }, lastWrites, log);
  }

  return {
    async start() {
      if (config.healthPort !== undefined) {
        const inSlack = () => slack?.connected() === true;
        health = await serveHealth(config.healthPort, ...checksOf(config, connections, wired, inSlack));
        if (stopping) return health.close();
      }
      if (stopping) return;
      // Runs go on whether or not Slack can be reached.
      workers.start();
      if (config.role !== "worker") {
        slack = stayInSlack(config, log, connections, wired);
        await slack.first;
      }
      if (!stopping) log.info({ role: config.role }, "ready");
    },
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}
