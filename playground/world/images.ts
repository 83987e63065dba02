import type { PublishedRelease } from "../scenarios/types.js";
import { type OperatingSystem, systemOf } from "./ami-families.js";
import { regionsOf } from "./place.js";
import { publicParameters } from "./public-parameters.js";
import { offerIn } from "./releases.js";
import type { World } from "./state.js";

/** What the world knows of an AMI. */
export interface ImageFacts {
  readonly kubelet: string;
  readonly architecture: "x86_64" | "arm64";
  /** Of Amazon's own. */
  readonly system?: OperatingSystem;
}

type Published = Pick<World, "scenario" | "releases" | "withdrawn">;

/** Published by Amazon, or the account's own; undefined for one that does not exist. */
export function imageFacts(world: Published, image: string): ImageFacts | undefined {
  const release = releaseOfImage(world, image);
  if (release)
    return {
      kubelet: release.kubelet,
      architecture: release.amiType.includes("ARM_64") ? "arm64" : "x86_64",
      system: systemOf(release),
    };
  return world.scenario.images?.find((own) => own.image === image);
}

/** The release that an AMI belongs to, in whatever region that AMI is, on offer or taken back. */
export function releaseOfImage(world: Published, image: string): PublishedRelease | undefined {
  for (const region of regionsOf(world.scenario)) {
    const { releases, withdrawn } = offerIn(world, region);
    const found = [...releases, ...withdrawn].find((release) => release.image === image);
    if (found) return found;
  }
  return undefined;
}

const reference = "resolve:ssm:";

/** A launch template may name an SSM parameter in place of an AMI: it is looked up at each launch. */
export function resolveImage(world: Published, region: string, image: string): string | undefined {
  if (!image.startsWith(reference)) return image;
  return publicParameters(offerIn(world, region)).get(image.slice(reference.length))?.value;
}
