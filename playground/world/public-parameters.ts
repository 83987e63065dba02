import { publicImage } from "./ami-families.js";
import { type Offer, releasesFor, withdrawnFor } from "./releases.js";

export interface PublicParameter {
  readonly name: string;
  readonly value: string;
  /** Counts how often it was set. */
  readonly version: number;
  /** ISO date. */
  readonly changedOn: string;
}

/**
 * Every public SSM parameter that releases give rise to, by name. One that leads to the newest release was set once for
 * each of them, and once more for each that was taken back.
 */
export function publicParameters(offer: Offer): Map<string, PublicParameter> {
  const parameters = new Map<string, PublicParameter>();
  const set = (values: Readonly<Record<string, string>>, version: number, changedOn: string) => {
    for (const [name, value] of Object.entries(values))
      parameters.set(name, { name, value, version, changedOn });
  };
  for (const release of offer.releases) {
    const image = publicImage(release);
    const siblings = releasesFor(offer, release.version, release.amiType);
    if (!image) continue;
    set(image.pinned, 1, release.publishedOn);
    if (release !== siblings.at(-1)) continue;
    const withdrawn = withdrawnFor(offer, release.version, release.amiType);
    const days = [release.publishedOn, ...withdrawn.map(({ withdrawnOn }) => withdrawnOn)].sort();
    set(image.recommended, siblings.length + 2 * withdrawn.length, days.at(-1) ?? release.publishedOn);
  }
  return parameters;
}
