import type { PublishedRelease, Scenario } from "../scenarios/types.js";

type Published = Pick<Scenario, "releases">;

/** All releases for a Kubernetes minor and amiType, the one published first in front. */
export function releasesFor(world: Published, version: string, amiType: string): PublishedRelease[] {
  return world.releases
    .filter((release) => release.version === version && release.amiType === amiType)
    .sort((a, b) => a.publishedOn.localeCompare(b.publishedOn));
}

/** What SSM calls recommended, or latest. */
export function latestRelease(
  world: Published,
  version: string,
  amiType: string,
): PublishedRelease | undefined {
  return releasesFor(world, version, amiType).at(-1);
}
