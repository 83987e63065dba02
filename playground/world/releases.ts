import { createHash } from "node:crypto";
import type { PublishedRelease, WithdrawnRelease } from "../scenarios/types.js";
import type { World } from "./state.js";

/** What AWS offers, and what it has taken back. */
export interface Offer {
  readonly releases: readonly PublishedRelease[];
  readonly withdrawn?: readonly WithdrawnRelease[];
}

/** All releases on offer for a Kubernetes minor and amiType, the one published first in front. */
export function releasesFor({ releases }: Offer, version: string, amiType: string): PublishedRelease[] {
  return inOrder(releases, version, amiType);
}

/** Those that AWS took back, in the same order. */
export function withdrawnFor({ withdrawn = [] }: Offer, version: string, amiType: string) {
  return inOrder(withdrawn, version, amiType);
}

/** Both together: what was ever published. */
export function everPublished(
  { releases, withdrawn = [] }: Offer,
  version: string,
  amiType: string,
): PublishedRelease[] {
  return inOrder([...releases, ...withdrawn], version, amiType);
}

/** What SSM calls recommended, or latest. */
export function latestRelease(offer: Offer, version: string, amiType: string): PublishedRelease | undefined {
  return releasesFor(offer, version, amiType).at(-1);
}

/** The same releases as a region has them: with AMIs of its own. */
export function offerIn(world: Pick<World, "scenario" | "releases" | "withdrawn">, region: string) {
  const regional = <T extends PublishedRelease>(release: T): T => ({
    ...release,
    image: imageIn(world, region, release.image),
  });
  return { releases: world.releases.map(regional), withdrawn: world.withdrawn.map(regional) };
}

/** An AMI's id is another in each region. It follows from the one in the scenario's. */
function imageIn({ scenario }: Pick<World, "scenario">, region: string, image: string): string {
  if (region === scenario.region) return image;
  return `ami-0${createHash("sha256").update(`${region} ${image}`).digest("hex").slice(0, 16)}`;
}

function inOrder<T extends PublishedRelease>(releases: readonly T[], version: string, amiType: string): T[] {
  return releases
    .filter((release) => release.version === version && release.amiType === amiType)
    .sort((a, b) => a.publishedOn.localeCompare(b.publishedOn));
}
