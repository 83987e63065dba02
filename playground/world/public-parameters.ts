import type { Scenario } from "../scenarios/types.js";
import { publicImage } from "./ami-families.js";
import { releasesFor } from "./releases.js";

export interface PublicParameter {
  readonly name: string;
  readonly value: string;
  /** Counts how often it was set. */
  readonly version: number;
  /** ISO date. */
  readonly changedOn: string;
}

/** Every public SSM parameter that the scenario's releases give rise to, by name. */
export function publicParameters(scenario: Pick<Scenario, "releases">): Map<string, PublicParameter> {
  const parameters = new Map<string, PublicParameter>();
  const set = (values: Readonly<Record<string, string>>, version: number, changedOn: string) => {
    for (const [name, value] of Object.entries(values))
      parameters.set(name, { name, value, version, changedOn });
  };
  for (const release of scenario.releases) {
    const image = publicImage(release);
    const siblings = releasesFor(scenario, release.version, release.amiType);
    if (!image) continue;
    set(image.pinned, 1, release.publishedOn);
    if (release === siblings.at(-1)) set(image.recommended, siblings.length, release.publishedOn);
  }
  return parameters;
}
