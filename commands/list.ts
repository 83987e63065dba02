import type { Actor } from "../src/authority.js";
import type { FleetCluster } from "../src/clusters.js";
import { type Lock, locksOver } from "../src/core/locks.js";
import type { Run } from "../src/core/run.js";
import type { Environment } from "../src/fleet.js";
import type { View } from "../src/slack/limits.js";
import { isNew, type ListedCluster, listAnswer } from "../src/slack/views/fleet.js";
import { withLocks } from "../src/slack/views/locks.js";
import { withOpenRuns } from "../src/slack/views/status.js";
import { withUnshown } from "../src/slack/views/unshown.js";
import { nothingToShow } from "./shown.js";
import { findCluster } from "./target.js";
import type { Tools } from "./tools.js";

/** `list [cluster]`: what runs where, and what is behind, as the last scan found it. */
export async function list(cluster: string | undefined, actor: Actor, tools: Tools): Promise<View> {
  const { authority, clock } = tools;
  if (cluster !== undefined) {
    const target = await findCluster(cluster, "see", actor, tools, { doing: "list" });
    if ("refused" in target) return target.refused;
    const { environment, name } = target.found;
    const answer = listAnswer(await looked(() => lastOf([target.found], tools), tools), clock.now());
    const runs = await openIn(
      tools,
      ({ plan }) => plan.cluster === name && plan.environment === environment.name,
    );
    const over = locksOver(await knownLocks(tools), { environment: environment.name, cluster: name });
    return withOpenRuns(withLocks(answer, over, clock.now()), runs, clock.now());
  }
  const environments = await authority.visible(actor, { what: "list" });
  if (environments.length === 0) return nothingToShow;
  const answer = listAnswer(await looked(() => lastKnown(environments, tools), tools), clock.now());
  const locks = await locksIn(environments, tools);
  const names = new Set(environments.map((each) => each.name));
  const runs = await openIn(tools, ({ plan }) => names.has(plan.environment));
  const now = clock.now();
  const told = await withUnshownDigests(withLocks(answer, locks, now), environments, tools);
  return withOpenRuns(told, runs, now);
}

/** What is open there, oldest first, as far as the store tells. */
async function openIn({ upgrades }: Tools, fits: (run: Run) => boolean): Promise<Run[]> {
  const open = await upgrades.open().catch(() => []);
  return open.filter(fits).sort((one, other) => one.requestedAt - other.requestedAt);
}

/** What is locked there, as far as the store tells: without it nothing starts anyway. */
export async function locksIn(
  environments: readonly Pick<Environment, "name">[],
  tools: Pick<Tools, "locks">,
): Promise<readonly Lock[]> {
  const names = new Set(environments.map(({ name }) => name));
  return (await knownLocks(tools)).filter(({ environment }) => names.has(environment));
}

async function knownLocks({ locks }: Pick<Tools, "locks">): Promise<readonly Lock[]> {
  return locks.all().catch(() => []);
}

/** More would not fit into an answer. */
const channelsTold = 2;

/** A digest that its channel does not take is missed by nobody: whoever asks what is behind hears of it. */
export async function withUnshownDigests(
  answer: View,
  environments: readonly Pick<Environment, "name">[],
  { digests }: { readonly digests: Pick<Tools["digests"], "unshown"> },
): Promise<View> {
  const names = new Set(environments.map(({ name }) => name));
  const unshown = await digests.unshown().catch(() => []);
  return unshown
    .filter(({ record }) => record.environments.some((name) => names.has(name)))
    .slice(0, channelsTold)
    .reduce((told, { record, why }) => withUnshown(told, record.channel, why), answer);
}

/** What is known of everything in these environments, and what could not be listed. */
export async function lastKnown(
  environments: readonly Environment[],
  tools: Tools,
): Promise<ListedCluster[]> {
  const all = await Promise.all(environments.map((environment) => tools.clusters.of(environment)));
  const known = await lastOf(
    all.flatMap(({ clusters }) => clusters),
    tools,
  );
  const unlisted = all.flatMap(({ problems }, index) =>
    problems.map(
      ({ name, problem }): ListedCluster => ({
        environment: environments[index]?.name ?? "",
        name,
        region: "",
        problem,
      }),
    ),
  );
  return [...known, ...unlisted];
}

async function lastOf(
  wanted: readonly FleetCluster[],
  { digests, log }: Pick<Tools, "digests" | "log">,
): Promise<ListedCluster[]> {
  // Without the store nothing is remembered: then everything is looked at now.
  const last = await digests.last().catch((error: unknown) => {
    log.warn({ error: error instanceof Error ? error.message : error }, "last scan not read");
    return [];
  });
  const scans = new Map(last.map((each) => [placeOf(each), each]));
  return wanted.map(({ environment, name, region }) => {
    const bare: ListedCluster = { environment: environment.name, name, region };
    return scans.get(placeOf(bare)) ?? bare;
  });
}

/** What is known after what nobody has looked at yet was looked at. */
async function looked(known: () => Promise<ListedCluster[]>, tools: Tools): Promise<ListedCluster[]> {
  const clusters = await known();
  const looks = new Map((await lookAtNew(clusters, tools)).map((each) => [placeOf(each), each]));
  return clusters.map((each) => (isNew(each) ? (looks.get(placeOf(each)) ?? each) : each));
}

const placeOf = ({ environment, region, name }: ListedCluster): string =>
  JSON.stringify([environment, region, name]);

/** Looks at what nobody has looked at yet. */
export async function lookAtNew(
  clusters: readonly ListedCluster[],
  { fleet, digests }: Pick<Tools, "fleet"> & { readonly digests: Pick<Tools["digests"], "check"> },
): Promise<ListedCluster[]> {
  const fresh = clusters.filter(isNew);
  const looks = fleet.environments.flatMap((environment) => {
    const [first, ...more] = fresh.filter((each) => each.environment === environment.name);
    if (!first) return [];
    // Of many, one look at all of them asks AWS less than one at each.
    return digests.check([environment], more.length === 0 ? { only: first.name } : {});
  });
  return (await Promise.all(looks)).flat();
}
