import type { Logger } from "pino";
import type { Clusters } from "../src/clusters.js";
import type { Environment, Fleet } from "../src/fleet.js";
import type { Outside, Outsides } from "../src/phases/outside.js";
import { keyPrefix, type Redis } from "../src/redis/connection.js";
import type { Runs } from "../src/redis/runs.js";
import type { SlackClient } from "../src/slack/client.js";
import { forgottenNotice, type Unfollowed } from "../src/slack/views/forgotten.js";

export interface MemoryOptions {
  readonly redis: Redis;
  readonly runs: Pick<Runs, "recent">;
  readonly fleet: Fleet;
  readonly clusters: Clusters;
  readonly outsides: Outsides;
  readonly client: Pick<SlackClient, "post">;
  readonly log: Logger;
}

/** There as long as the store has its data: whoever has to write it has found an empty one. */
const marker = `${keyPrefix}:store`;

/**
 * A store without its marker is new, or was emptied. What it held cannot be known; what is under way at EKS can, and is
 * said in the channel of its environment, because nobody follows it. A notice that could not be given is tried again at the
 * next start.
 */
export async function tellIfForgotten(options: MemoryOptions): Promise<void> {
  const { redis, runs, fleet, log } = options;
  if ((await redis.set(marker, "1", "NX")) !== "OK") return;
  // Runs without a marker were written by a bot that knew of none.
  if ((await runs.recent(1)).length > 0) return;
  log.warn("the store is empty: a new installation, or its data is lost");
  const told = await Promise.allSettled(fleet.environments.map((environment) => tell(environment, options)));
  for (const each of told) {
    if (each.status === "fulfilled") continue;
    log.error({ error: each.reason }, "could not tell what is under way");
    await redis.del(marker);
  }
}

async function tell(environment: Environment, options: MemoryOptions): Promise<void> {
  const { client, log } = options;
  const outside = options.outsides.in(environment.name);
  const { clusters, problems } = await options.clusters.of(environment);
  for (const { name, problem } of problems) log.warn({ name, ...problem }, "clusters not listed");
  const found = await Promise.all(clusters.map((cluster) => unfollowed(outside, cluster)));
  const updates = found.flat();
  log.info(
    { environment: environment.name, updates: updates.length },
    "updates under way that no run follows",
  );
  if (updates.length === 0) return;
  const origin = { run: "store", slot: "forgotten" };
  await client.post({ channel: environment.channel, origin, ...forgottenNotice(updates) });
}

async function unfollowed(
  outside: Outside,
  { name, region }: { name: string; region: string },
): Promise<Unfollowed[]> {
  const { eks } = outside.region(region);
  const groups = await eks.nodeGroupNames(name);
  const updates = await Promise.all(
    groups.map(async (nodeGroup) => {
      const running = await eks.updatesInProgress(name, nodeGroup);
      const update = running.find((each) => each.type === "VersionUpdate");
      const release = update?.params.ReleaseVersion;
      return update ? [{ cluster: name, nodeGroup, ...(release !== undefined && { release }) }] : [];
    }),
  );
  return updates.flat();
}
