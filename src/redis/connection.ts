import { Cluster, type ClusterOptions, Redis as Connection, type RedisOptions } from "ioredis";
import type { ClusterAddress, RedisAddress, SentinelAddress } from "./address.js";
import { causeOf, whyRefused } from "./fitness.js";

/**
 * Every key of ours and of BullMQ begins with this. The braces make it a hash tag: all keys lie in one slot of a
 * Redis Cluster, so that one script may touch several of them.
 */
export const keyPrefix = "{eks-upgrade}";

/** Connected to one server, to the one that Sentinel names, or to all masters of a cluster. */
export type Redis = Connection | Cluster;

/**
 * `worker`: waits through an outage, as BullMQ's workers must. `producer`: fails at once when Redis is away, because a
 * person waits for an answer within Slack's three seconds.
 */
export type RedisUse = "worker" | "producer";

/** Real milliseconds that a producer waits for one answer. */
export const producerWaits = 2_000;

export function connectRedis(address: RedisAddress, use: RedisUse, onError: (error: Error) => void): Redis {
  const redis = "nodes" in address ? connectCluster(address, use) : connectServer(address, use);
  redis.on("error", (error: Error) => onError(causeOf(error)));
  return redis;
}

type Options = Omit<RedisOptions, "replyMapping">;

/** Of a connection to one server, whichever way that is found. */
const patience: Readonly<Record<RedisUse, Options>> = {
  worker: { maxRetriesPerRequest: null },
  // With retries, a click that failed would be carried out whenever Redis is back, long after the person was told.
  producer: { maxRetriesPerRequest: 0, commandTimeout: producerWaits },
};

const steadfast: Options = {
  // A machine that died closes no connection. BullMQ lets no command block for longer than 10 s.
  socketTimeout: 15_000,
};

function connectServer(address: Exclude<RedisAddress, ClusterAddress>, use: RedisUse): Connection {
  const options: Options = {
    ...steadfast,
    ...patience[use],
    enableOfflineQueue: use === "worker",
    // After a failover this server is the replica: the master is found by connecting anew.
    reconnectOnError: (error) => error.message.includes("READONLY"),
  };
  if ("url" in address) return new Connection(address.url, options);
  if ("socket" in address) return new Connection(address.socket, options);
  return new Connection({ ...options, ...sentinelOptions(address) });
}

function sentinelOptions({ sentinels, master, tls, ...access }: SentinelAddress): Options {
  return {
    ...access,
    sentinels: [...sentinels],
    name: master,
    ...(tls && { tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true }),
    // One Sentinel that hangs must not keep us from asking the next.
    connectTimeout: 3_000,
    sentinelCommandTimeout: 2_000,
    sentinelRetryStrategy: (times) => Math.min(times * 200, 3_000),
  };
}

function connectCluster({ nodes, tls, ...access }: ClusterAddress, use: RedisUse): Cluster {
  const retries: Readonly<Record<RedisUse, ClusterOptions>> = {
    worker: {
      // A failover takes as long as the cluster's node timeout: 15 s unless told otherwise.
      maxRedirections: Number.POSITIVE_INFINITY,
      // BullMQ connects anew in the middle of a failover, and would for ever wait for a connect whose check failed.
      enableReadyCheck: false,
    },
    producer: { retryDelayOnFailover: 0, retryDelayOnClusterDown: 0 },
  };
  const cluster = new Cluster([...nodes], {
    ...retries[use],
    enableOfflineQueue: use === "worker",
    redisOptions: { ...steadfast, ...patience[use], ...access, ...(tls && { tls: {} }) },
    // A master that died without a word sends no MOVED: the others tell who has its slots.
    slotsRefreshInterval: 5_000,
    retryDelayOnMoved: 50,
    clusterRetryStrategy: (times) => Math.min(times * 200, 3_000),
    // Names stay names: certificates are for them.
    dnsLookup: (name, done) => done(null, name),
  });
  // The cluster refuses a producer's command while its node is being connected to, though the node itself would queue it:
  // that is done ahead, for replicas too.
  cluster.on("+node", (node: Connection) =>
    setImmediate(() => {
      if (node.status === "wait") node.connect().catch(() => {});
    }),
  );
  return cluster;
}

/** Redis is there and will not have us, or cannot hold our runs: asking again is pointless. `message` is a sentence. */
export class RedisUnfit extends Error {
  override readonly name = "RedisUnfit";
}

/**
 * Resolves when the connection can be used.
 * @throws RedisUnfit as soon as Redis refuses us; an Error with a sentence when it did not answer within `timeout`
 * milliseconds; the signal's reason when that was first
 */
export async function untilReady(redis: Redis, timeout: number, signal?: AbortSignal): Promise<void> {
  if (redis.status === "ready") return untilNodesReady(redis);
  const over = new AbortController();
  let last: Error | undefined;
  await new Promise<void>((resolve, reject) => {
    const onTrouble = (error: Error) => {
      // That is what follows from another one.
      if (!last || error.message !== "Connection is closed.") last = error;
    };
    const onError = (error: Error) => {
      const cause = causeOf(error);
      onTrouble(cause);
      const refused = whyRefused(cause);
      if (refused !== undefined) reject(new RedisUnfit(refused));
    };
    const noAnswer = () => reject(new Error(`Redis did not answer within ${timeout / 1000} s${why(last)}.`));
    const timer = setTimeout(noAnswer, timeout);
    const abort = () => reject(signal?.reason);
    const onReady = () => void untilNodesReady(redis).then(resolve);
    signal?.addEventListener("abort", abort);
    if (signal?.aborted) abort();
    redis.on("error", onError);
    redis.on("node error", onTrouble);
    redis.once("ready", onReady);
    over.signal.addEventListener("abort", () => {
      clearTimeout(timer);
      redis.off("error", onError);
      redis.off("node error", onTrouble);
      redis.off("ready", onReady);
      signal?.removeEventListener("abort", abort);
    });
  }).finally(() => over.abort());
}

/** A cluster is ready when it knows its nodes; a producer needs them connected. A node that is away keeps nobody waiting. */
async function untilNodesReady(redis: Redis): Promise<void> {
  if (!(redis instanceof Cluster) || redis.options.enableOfflineQueue) return;
  await Promise.allSettled(redis.nodes("master").map((node) => node.ping()));
}

/** Rejects unless the server that has our keys answers. */
export async function isThere(redis: Redis): Promise<void> {
  await redis.exists(`${keyPrefix}:store`);
}

/** Several addresses behind one name fail together, in an error without words of its own. */
function why(error: Error | undefined): string {
  if (!error) return "";
  const words = error.message || (error instanceof AggregateError ? String(error.errors[0]?.message) : "");
  return words && ` (${words})`;
}
