import type { Scenario } from "../scenarios/types.js";
import { publicParameters } from "./public-parameters.js";

/** What the world knows of an AMI. */
export interface ImageFacts {
  readonly kubelet: string;
  readonly architecture: "x86_64" | "arm64";
}

/** Published by Amazon, or the account's own; undefined for one that does not exist. */
export function imageFacts(
  scenario: Pick<Scenario, "releases" | "images">,
  image: string,
): ImageFacts | undefined {
  const release = scenario.releases.find((published) => published.image === image);
  if (release)
    return {
      kubelet: release.kubelet,
      architecture: release.amiType.includes("ARM_64") ? "arm64" : "x86_64",
    };
  return scenario.images?.find((own) => own.image === image);
}

const reference = "resolve:ssm:";

/** A launch template may name an SSM parameter in place of an AMI: it is looked up at each launch. */
export function resolveImage(scenario: Pick<Scenario, "releases">, image: string): string | undefined {
  if (!image.startsWith(reference)) return image;
  return publicParameters(scenario).get(image.slice(reference.length))?.value;
}
