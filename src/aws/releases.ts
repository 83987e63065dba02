import type { SSM } from "@aws-sdk/client-ssm";
import { latestRelease, pinnedRelease, type ReleaseLookup } from "../core/releases.js";
import type { ReleaseSeen } from "../core/seen.js";
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
}

export function connectReleases(region: string, client: () => Promise<SSM>): Releases {
  async function read(lookup: ReleaseLookup | undefined, doing: string, signal: AbortSignal | undefined) {
    if (!lookup) return undefined;
    const call = { action: "ssm:GetParameters", doing };
    const input = { Names: [...lookup.parameters] };
    const answer = await ask(call, signal, async (options) => (await client()).getParameters(input, options));
    const values = (answer.Parameters ?? []).map(({ Name = "", Value = "" }) => [Name, Value] as const);
    return lookup.read(new Map(values));
  }

  return {
    latest: (amiType, minor, signal) =>
      read(
        latestRelease(amiType, minor),
        `look up the latest ${amiType} release for Kubernetes ${minor} in ${region}`,
        signal,
      ),
    find: (amiType, minor, release, signal) =>
      read(
        pinnedRelease(amiType, minor, release),
        `look up ${amiType} release ${release} for Kubernetes ${minor} in ${region}`,
        signal,
      ),
  };
}
