import type { SSM } from "@aws-sdk/client-ssm";
import pMap from "p-map";
import type { Instant } from "../core/instant.js";
import {
  latestRelease,
  pinnedRelease,
  type ReleaseLookup,
  type ReleaseWanted,
  releaseDate,
  wantedKey,
} from "../core/releases.js";
import type { ListedRelease } from "../core/scan/scanned.js";
import type { ReleaseSeen } from "../core/seen.js";
import { chunksOf } from "./pages.js";
import { ask } from "./trouble.js";

/**
 * Node AMI releases that AWS publishes in one region, with the AMI ids of that region. Throws `Trouble`; a release
 * that is not published is not an error but undefined. Why an amiType has none is told by `core/ami-support.ts`.
 */
export interface Releases {
  /** The newest release for a Kubernetes minor. AWS may withdraw one, so this can move back. */
  latest(amiType: string, minor: string, signal?: AbortSignal): Promise<ReleaseSeen | undefined>;
  /** One given release, if it is published for this minor. */
  find(
    amiType: string,
    minor: string,
    release: string,
    signal?: AbortSignal,
  ): Promise<ReleaseSeen | undefined>;
  /**
   * Many at once, by `wantedKey`, in as few calls as there are: one for every ten parameters that differ. One that is not
   * published is left out. All or nothing: where one call fails, its Trouble is thrown.
   */
  lookUp(wanted: readonly ReleaseWanted[], signal?: AbortSignal): Promise<ReadonlyMap<string, ListedRelease>>;
}

export function connectReleases(region: string, client: () => Promise<SSM>): Releases {
  async function one(wanted: ReleaseWanted, doing: string, signal: AbortSignal | undefined) {
    const lookup = lookupOf(wanted);
    return lookup?.read((await readParameters(client, lookup.parameters, doing, signal)).values);
  }

  return {
    latest: (amiType, minor, signal) =>
      one(
        { amiType, minor },
        `look up the latest ${amiType} release for Kubernetes ${minor} in ${region}`,
        signal,
      ),
    find: (amiType, minor, release, signal) =>
      one(
        { amiType, minor, release },
        `look up ${amiType} release ${release} for Kubernetes ${minor} in ${region}`,
        signal,
      ),
    async lookUp(wanted, signal) {
      const lookups = new Map(wanted.map((each) => [wantedKey(each), { ...each, lookup: lookupOf(each) }]));
      const names = [...lookups.values()].flatMap(({ lookup }) => lookup?.parameters ?? []);
      const read = await readParameters(client, names, `look up node AMI releases in ${region}`, signal);
      const listed = [...lookups].flatMap(([key, { amiType, lookup }]) => {
        const release = lookup && listedRelease(amiType, lookup, read);
        return release ? [[key, release] as const] : [];
      });
      return new Map(listed);
    },
  };
}

function lookupOf({ amiType, minor, release }: ReleaseWanted): ReleaseLookup | undefined {
  return release === undefined ? latestRelease(amiType, minor) : pinnedRelease(amiType, minor, release);
}

function listedRelease(
  amiType: string,
  lookup: ReleaseLookup,
  read: ParametersRead,
): ListedRelease | undefined {
  const seen = lookup.read(read.values);
  if (!seen) return undefined;
  const publishedAt = releaseDate(amiType, seen.release) ?? read.changed.get(lookup.named);
  return { ...seen, ...(publishedAt !== undefined && { publishedAt }) };
}

/** By name; a parameter that does not exist is left out. */
interface ParametersRead {
  readonly values: ReadonlyMap<string, string>;
  readonly changed: ReadonlyMap<string, Instant>;
}

/** GetParameters takes no more. */
const namesPerCall = 10;

/** SSM allows 40 calls a second, for all who read parameters in this account. */
const callsAtOnce = 5;

async function readParameters(
  client: () => Promise<SSM>,
  names: readonly string[],
  doing: string,
  signal: AbortSignal | undefined,
): Promise<ParametersRead> {
  const call = { action: "ssm:GetParameters", doing };
  const batches = chunksOf([...new Set(names)], namesPerCall);
  const answers = await pMap(
    batches,
    (Names) => ask(call, signal, async (options) => (await client()).getParameters({ Names }, options)),
    { concurrency: callsAtOnce },
  );
  const found = answers.flatMap((answer) => answer.Parameters ?? []);
  return {
    values: new Map(found.map(({ Name = "", Value = "" }) => [Name, Value])),
    changed: new Map(
      found.flatMap(({ Name = "", LastModifiedDate }) =>
        LastModifiedDate ? [[Name, LastModifiedDate.getTime()] as const] : [],
      ),
    ),
  };
}
