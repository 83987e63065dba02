import type { World } from "../world/state.js";
import type { ReleasesShown } from "./protocol.js";

/** One list of releases: those of a Kubernetes minor for an AMI type. */
type List = Pick<ReleasesShown, "version" | "amiType">;

const keyOf = ({ version, amiType }: List) => `${version} ${amiType}`;

/** What AWS offers, each with its newest; those that managed node groups run on come first. */
export function releasesShown({ releases, clusters }: World): ReleasesShown[] {
  const newest = new Map<string, ReleasesShown>();
  for (const { version, amiType, release } of [...releases].sort(byDay))
    newest.set(keyOf({ version, amiType }), { version, amiType, newest: release });
  const used = [...clusters.values()].flatMap(({ nodeGroups }) => [...nodeGroups.values()].map(keyOf));
  const others = [...newest.keys()].sort();
  return [...new Set([...used, ...others])].flatMap((key) => newest.get(key) ?? []);
}

const byDay = (one: { publishedOn: string }, other: { publishedOn: string }) =>
  one.publishedOn.localeCompare(other.publishedOn);

/** @throws with a sentence where nothing more is published */
export function publishNext(world: World, { version, amiType }: List): void {
  world.publish(world.nextRelease(version, amiType));
}

/** @throws with a sentence where there is none before it */
export function withdrawNewest(world: World, { version, amiType }: List): void {
  world.withdraw(version, amiType);
}
