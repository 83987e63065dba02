import pMap from "p-map";
import type { Clusters, FleetCluster } from "../../clusters.js";
import type { Instant } from "../../core/instant.js";
import { isTrouble, type Problem } from "../../core/problems.js";
import { judgeGroup } from "../../core/scan/judge.js";
import type { ScannedCluster, ScannedGroup } from "../../core/scan/scanned.js";
import type { Environment } from "../../fleet.js";
import type { Outsides } from "../outside.js";
import { asProblem } from "../trouble.js";
import { type ClusterLook, type GroupLook, lookAtCluster } from "./look.js";
import { type RegionFacts, regionFacts } from "./regions.js";

export interface ScanOptions {
  readonly outsides: Pick<Outsides, "scanning">;
  readonly clusters: Clusters;
  /** Releases that earlier scans saw as the newest. */
  readonly known: (listed: Omit<NewestRelease, "release">) => Promise<readonly string[]>;
  readonly now: () => Instant;
}

/** A release that AWS lists as the newest of its amiType and Kubernetes minor in a region: they do not come everywhere at once. */
export interface NewestRelease {
  readonly region: string;
  readonly amiType: string;
  readonly minor: string;
  readonly release: string;
}

export interface Scan {
  readonly clusters: readonly ScannedCluster[];
  readonly newest: readonly NewestRelease[];
}

/** Clusters looked at side by side: most of a look is waiting for AWS. */
const clustersAtOnce = 16;

/**
 * Looks at every cluster of these environments, or at those that are named. What cannot be looked at is told by its name, and hides nothing
 * else. Releases and support calendars are asked for once a region, whatever the number of groups.
 */
export async function scan(
  environments: readonly Environment[],
  options: ScanOptions,
  signal?: AbortSignal,
  only?: string,
): Promise<Scan> {
  const fleets = await Promise.all(
    environments.map(async (environment) => ({
      environment,
      ...(await options.clusters.of(environment, { fresh: true })),
    })),
  );
  const wanted = fleets.flatMap(({ clusters }) => clusters.filter(({ name }) => !only || name === only));
  const looks = await pMap(wanted, (each) => tryLook(each, options, signal), { concurrency: clustersAtOnce });
  const regions = await regionFacts(looks, options.outsides, signal);
  const unlisted = only
    ? []
    : fleets.flatMap(({ environment, problems }) =>
        toldOnce(problems).map((each) => unlistedCluster(environment.name, each, options.now())),
      );
  const known = once(options.known);
  const clusters = await Promise.all(looks.map((look) => judge(look, regions, { ...options, known })));
  const unknown = unknownRegions(looks, regions, options.now());
  return { clusters: [...clusters, ...unknown, ...unlisted], newest: newestOf(looks, regions) };
}

/** Each history is read once, however many groups it is the history of. */
function once(known: ScanOptions["known"]): ScanOptions["known"] {
  const read = new Map<string, ReturnType<ScanOptions["known"]>>();
  return (listed) => {
    const key = JSON.stringify(listed);
    const history = read.get(key) ?? known(listed);
    read.set(key, history);
    return history;
  };
}

type Unlisted = { readonly name: string; readonly problem: Problem };

/** A role that is refused is refused in every region: that is one problem. */
function toldOnce(problems: readonly Unlisted[]): Unlisted[] {
  const byWords = new Map<string, Unlisted>();
  for (const { name, problem } of problems) {
    const other = byWords.get(problem.what);
    byWords.set(problem.what, { name: other ? `${other.name} and ${name}` : name, problem });
  }
  return [...byWords.values()];
}

/** A cluster that was looked at, or why it could not be. */
export interface Looked {
  readonly where: FleetCluster;
  readonly look?: ClusterLook;
  readonly problem?: Problem;
}

async function tryLook(
  where: FleetCluster,
  { outsides }: ScanOptions,
  signal: AbortSignal | undefined,
): Promise<Looked> {
  try {
    const outside = outsides.scanning(where.environment.name);
    return { where, look: await lookAtCluster(outside, where, signal) };
  } catch (error) {
    if (!isTrouble(error)) throw error;
    return { where, problem: asProblem(error) };
  }
}

function unlistedCluster(
  environment: string,
  { name, problem }: Unlisted,
  scannedAt: Instant,
): ScannedCluster {
  return { environment, name, region: "", scannedAt, problem };
}

/** Said once for each environment: it is the same for all of its clusters there. */
function unknownRegions(
  looks: readonly Looked[],
  regions: ReadonlyMap<string, RegionFacts>,
  scannedAt: Instant,
): ScannedCluster[] {
  const places = looks.flatMap(({ where, look }) =>
    look ? [`${where.environment.name}\n${where.region}`] : [],
  );
  return [...new Set(places)].flatMap((place) => {
    const [environment = "", region = ""] = place.split("\n");
    const problem = regions.get(region)?.problem;
    return problem ? [unlistedCluster(environment, { name: region, problem }, scannedAt)] : [];
  });
}

async function judge(
  { where, look, problem }: Looked,
  regions: ReadonlyMap<string, RegionFacts>,
  { known, now }: ScanOptions,
): Promise<ScannedCluster> {
  const { environment, name, region } = where;
  const scanned = { environment: environment.name, name, region, scannedAt: now() };
  if (!look) return { ...scanned, ...(problem && { problem }) };
  const { cluster, leftAlone, unseen, ageless } = look;
  const facts = regions.get(region);
  const groups = await Promise.all(look.groups.map((group) => judged(group, region, facts, known)));
  const support = facts?.support.get(cluster.version);
  const policy = cluster.upgradePolicy;
  return {
    ...scanned,
    found: {
      version: cluster.version,
      status: cluster.status,
      ...(support && { support: { ...support, ...(policy !== undefined && { policy }) } }),
      groups: groups.sort((one, other) => one.name.localeCompare(other.name)),
      leftAlone,
      ...(unseen && { unseen }),
    },
    ...(ageless && { problem: ageless }),
  };
}

async function judged(
  { facts, newest: wanted, pinned }: GroupLook,
  region: string,
  listed: RegionFacts | undefined,
  known: ScanOptions["known"],
): Promise<ScannedGroup> {
  const newest = wanted && listed?.release(wanted);
  const current = pinned && listed?.release(pinned);
  return judgeGroup({
    ...facts,
    // Where the release does not tell its day, AWS' own listing of it does.
    current: facts.current.publishedAt === undefined ? { ...facts.current, ...current } : facts.current,
    ...(newest && { newest }),
    known: wanted ? await known({ region, amiType: wanted.amiType, minor: wanted.minor }) : [],
  });
}

function newestOf(
  looks: readonly Looked[],
  regions: ReadonlyMap<string, RegionFacts>,
): readonly NewestRelease[] {
  const found = looks.flatMap(({ where, look }) =>
    (look?.groups ?? []).flatMap(({ newest }) => {
      const release = newest && regions.get(where.region)?.release(newest)?.release;
      return newest && release !== undefined
        ? [{ region: where.region, amiType: newest.amiType, minor: newest.minor, release }]
        : [];
    }),
  );
  return [...new Map(found.map((each) => [JSON.stringify(each), each])).values()];
}
