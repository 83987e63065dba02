import type { PublishedRelease, Scenario, WithdrawnRelease } from "../scenarios/types.js";
import type { WorldClock } from "./clock.js";
import { releaseAfter } from "./next-release.js";
import { everPublished, releasesFor } from "./releases.js";
import type { World } from "./state.js";

/** The releases of a world, which come and go while it lives. */
export function openOffer(
  scenario: Scenario,
  clock: WorldClock,
  record: World["record"],
): Pick<World, "releases" | "withdrawn" | "publish" | "withdraw" | "nextRelease"> {
  const releases: PublishedRelease[] = [...scenario.releases];
  const withdrawn: WithdrawnRelease[] = [...(scenario.withdrawn ?? [])];
  const today = () => new Date(clock.now()).toISOString().slice(0, 10);
  const subject = (version: string, amiType: string) => `${version}/${amiType}`;
  return {
    releases,
    withdrawn,
    publish(release) {
      const { version, amiType, release: name } = release;
      if (everPublished({ releases, withdrawn }, version, amiType).some((known) => known.release === name))
        throw new Error(`${name} was published for ${amiType} before.`);
      releases.push(release);
      record("release", subject(version, amiType), `AWS published ${name} for ${amiType}`);
    },
    withdraw(version, amiType) {
      const [newest, before] = releasesFor({ releases }, version, amiType).reverse();
      if (!newest || !before)
        throw new Error(`There is no earlier release of ${amiType} for ${version} to go back to.`);
      releases.splice(releases.indexOf(newest), 1);
      withdrawn.push({ ...newest, withdrawnOn: today() });
      record(
        "release",
        subject(version, amiType),
        `AWS took ${newest.release} for ${amiType} back: ${before.release} is the newest again`,
      );
      return newest;
    },
    nextRelease(version, amiType) {
      const newest = everPublished({ releases, withdrawn }, version, amiType).at(-1);
      if (!newest) throw new Error(`Nothing was ever published for ${amiType} and ${version}.`);
      return releaseAfter(newest, today());
    },
  };
}
