import { matchesGlob } from "./core/glob.js";
import { type Milliseconds, minute, second } from "./core/instant.js";
import { isTrouble, type Problem, Trouble } from "./core/problems.js";
import type { Discovery, Environment, Fleet } from "./fleet.js";
import type { Outsides } from "./phases/outside.js";
import { asProblem } from "./phases/trouble.js";

export interface FleetCluster {
  readonly environment: Environment;
  readonly name: string;
  readonly region: string;
}

export interface EnvironmentClusters {
  readonly clusters: readonly FleetCluster[];
  /** `name`: the region that could not be listed, or the cluster whose name is not unique. */
  readonly problems: readonly { readonly name: string; readonly problem: Problem }[];
}

/** The clusters of an environment: those that fleet.yaml names, and those that it discovers. */
export interface Clusters {
  /**
   * Discovered ones are kept for 5 minutes, and one call under way serves all who ask. A region that cannot be listed
   * keeps its last known clusters, is told, and is tried again behind an answer. Commands name a cluster by its name alone: where two have the same, the
   * named one wins; of discovered ones both are left out and told.
   * @param options.fresh asks again, whatever is kept
   */
  of(environment: Environment, options?: { readonly fresh?: boolean }): Promise<EnvironmentClusters>;
}

/** A region that has not answered by then is told as a problem: real time. */
const usualPatience = 15 * second;

/** `now`: real time, in milliseconds. */
export function openClusters(
  { environments }: Fleet,
  outsides: Pick<Outsides, "in">,
  now: () => number,
  patience: Milliseconds = usualPatience,
): Clusters {
  const listings = new Map<string, Listing>();

  function listed(environment: Environment, region: string, fresh: boolean): Promise<Listed> {
    // Environments of one account and region share what is listed there.
    const key = placeOf({ environment, region });
    const ask = async () => {
      const { eks } = outsides.in(environment.name).region(region);
      return within(patience, region, (signal) => eks.clusterNames(signal));
    };
    const listing = listings.get(key) ?? openListing(ask, now);
    listings.set(key, listing);
    return listing(fresh);
  }

  async function look(environment: Environment, fresh: boolean): Promise<Look> {
    const { discover } = environment;
    if (!discover) return { found: [], problems: [] };
    const regions = await Promise.all(
      discover.regions.map(async (region) => ({ region, ...(await listed(environment, region, fresh)) })),
    );
    const found = regions.flatMap(({ region, names }) =>
      names.filter(wantedBy(discover)).map((name) => ({ environment, name, region })),
    );
    return {
      found,
      problems: regions.flatMap(({ region, problem }) => (problem ? [{ name: region, problem }] : [])),
    };
  }

  const named = environments.flatMap(namedIn);
  return {
    async of(environment, { fresh = false } = {}) {
      const own = namedIn(environment);
      if (!environment.discover) return { clusters: own, problems: [] };
      const looks = await Promise.all(
        environments.map((each) => look(each, fresh && each.name === environment.name)),
      );
      const mine = looks[environments.findIndex(({ name }) => name === environment.name)];
      const all = looks.flatMap(({ found }) => found);
      const { clusters, problems } = unambiguous(mine?.found ?? [], all, named);
      return { clusters: [...own, ...clusters], problems: [...(mine?.problems ?? []), ...problems] };
    },
  };
}

interface Look {
  readonly found: readonly FleetCluster[];
  readonly problems: EnvironmentClusters["problems"];
}

function namedIn(environment: Environment): FleetCluster[] {
  return environment.clusters.map(({ name, region }) => ({ environment, name, region }));
}

/** Whether fleet.yaml counts a cluster to this environment; whether there is such a cluster is another question. */
export function isOf(
  { environments }: Pick<Fleet, "environments">,
  { clusters, discover }: Pick<Environment, "clusters" | "discover">,
  name: string,
  region: string,
): boolean {
  if (clusters.some((each) => each.name === name && each.region === region)) return true;
  const namedByAny = environments.some((each) => each.clusters.some((cluster) => cluster.name === name));
  return (
    !namedByAny && discover !== undefined && discover.regions.includes(region) && wantedBy(discover)(name)
  );
}

/** A cluster, and the environment for which something was planned there. */
interface Planned {
  readonly environment: string;
  readonly cluster: string;
  readonly region: string;
}

/**
 * Whose locks and hours hold what is under way in a cluster: its own environment's, first, as long as fleet.yaml has it, and
 * those of every other one to which the cluster belongs by now.
 */
export function environmentsOver(
  { environments }: Pick<Fleet, "environments">,
  { environment, cluster, region }: Planned,
): readonly Environment[] {
  const counts = (each: Environment) => isOf({ environments }, each, cluster, region);
  const own = environments.find(({ name }) => name === environment);
  const isOwn = own !== undefined && counts(own);
  const others = environments.filter((each) => {
    if (each === own || !counts(each)) return false;
    const same = own && inOneAccount(own, each);
    // What is its own still, another account merely has a name for. Moved, it is the same one unless that is known to be untrue.
    return isOwn ? same === true : same !== false;
  });
  return own ? [own, ...others] : others;
}

/** Where a lock has to stand to hold what is under way there. */
export function placesOver(
  fleet: Pick<Fleet, "environments">,
  planned: Planned,
): readonly { readonly environment: string; readonly cluster: string }[] {
  const { cluster } = planned;
  return environmentsOver(fleet, planned).map(({ name }) => ({ environment: name, cluster }));
}

/** Undefined: not known, for whose credentials are used where there is no role the file does not say. */
function inOneAccount(one: Environment, other: Environment): boolean | undefined {
  const [account, another] = [one, other].map(({ roleArn }) => roleArn?.split(":")[4]);
  if (account === undefined && another === undefined) return true;
  return account === undefined || another === undefined ? undefined : account === another;
}

/** Two clusters of one name and place are one. */
function placeOf({ environment, region }: Pick<FleetCluster, "environment" | "region">): string {
  return JSON.stringify([environment.roleArn, environment.externalId, region]);
}

/** Those of `mine` that no other cluster of the fleet shares its name with. */
function unambiguous(
  mine: readonly FleetCluster[],
  all: readonly FleetCluster[],
  named: readonly FleetCluster[],
): EnvironmentClusters {
  const clusters: FleetCluster[] = [];
  const problems = new Map<string, Problem>();
  for (const cluster of mine) {
    const winner = named.find(({ name }) => name === cluster.name);
    const same = all.filter(({ name }) => name === cluster.name);
    if (winner && placeOf(winner) === placeOf(cluster)) continue;
    if (winner) problems.set(cluster.name, namedElsewhere(cluster, winner));
    else if (same.length > 1) problems.set(cluster.name, notUnique(cluster.name, same));
    else clusters.push(cluster);
  }
  return { clusters, problems: [...problems].map(([name, problem]) => ({ name, problem })) };
}

const code = "ClusterNameNotUnique";

function namedElsewhere(cluster: FleetCluster, winner: FleetCluster): Problem {
  return {
    code,
    what: `Two clusters are called ${cluster.name}: fleet.yaml names the one in ${where(winner)}, so the one in ${where(cluster)} is left out`,
    next: `Exclude it in ${cluster.environment.name}.`,
  };
}

function notUnique(name: string, same: readonly FleetCluster[]): Problem {
  const places = new Set(same.map(placeOf));
  const among = list.format(same.map(where));
  if (places.size === 1) {
    const what = `Cluster ${name} is discovered more than once: ${among}`;
    return { code, what, next: "Exclude it in all environments but one." };
  }
  const what = `${same.length === 2 ? "Two" : same.length} clusters are called ${name}: ${among}`;
  const others = same.length === 2 ? "the other" : "the others";
  return { code, what, next: `Name one of them in fleet.yaml and exclude ${others}.` };
}

const list = new Intl.ListFormat("en-GB", { type: "conjunction" });

const where = ({ environment, region }: FleetCluster): string => `${region} in ${environment.name}`;

/** Whether a name is to be discovered: what is excluded is out, whatever includes it. */
function wantedBy({ include, exclude }: Discovery) {
  const isIn = (patterns: readonly string[], name: string) =>
    patterns.some((pattern) => matchesGlob(pattern, name));
  return (name: string): boolean => isIn(include, name) && !isIn(exclude, name);
}

/** What a region's clusters are called, as far as is known. */
interface Listed {
  readonly names: readonly string[];
  /** Why it could not be listed: then the names are the last known. */
  readonly problem?: Problem;
}

/** The signal alone would not do: credentials that are being got do not mind it. */
async function within(
  patience: Milliseconds,
  region: string,
  list: (signal: AbortSignal) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const signal = AbortSignal.timeout(patience);
  const late = new Promise<never>((_, reject) => {
    const next = "Check the bot's way to AWS: DNS, proxy, firewall, VPC endpoint.";
    const trouble = new Trouble("unreachable", `list the clusters in ${region}`, "NoAnswer", next);
    signal.addEventListener("abort", () => reject(trouble));
  });
  return Promise.race([late, list(signal)]);
}

type Listing = (fresh: boolean) => Promise<Listed>;

const keptFor = 5 * minute;
/** A region that failed is tried again behind the answer: nobody waits for an unreachable account twice. */
const retriedAfter = 30 * second;

function openListing(ask: () => Promise<readonly string[]>, now: () => number): Listing {
  let kept: { readonly listed: Listed; readonly at: number } | undefined;
  let underWay: Promise<Listed> | undefined;

  async function read(): Promise<Listed> {
    try {
      return { names: await ask() };
    } catch (error) {
      if (!isTrouble(error)) throw error;
      return { names: kept?.listed.names ?? [], problem: asProblem(error) };
    }
  }

  function refresh(): Promise<Listed> {
    underWay ??= read()
      .then((listed) => {
        kept = { listed, at: now() };
        return listed;
      })
      .finally(() => {
        underWay = undefined;
      });
    return underWay;
  }

  return async (fresh) => {
    const age = kept ? now() - kept.at : Number.POSITIVE_INFINITY;
    const trouble = kept?.listed.problem !== undefined;
    if (fresh || !kept || (age >= keptFor && !trouble)) return refresh();
    // Its outcome is for those who ask next; a fault of ours is met by whoever waits for one.
    if (trouble && age >= retriedAfter) refresh().catch(() => undefined);
    return kept.listed;
  };
}
