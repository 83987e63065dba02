import { createHash } from "node:crypto";
import type { PublishedRelease, WithdrawnRelease } from "./types.js";

const [standard, graviton, gpu] = [
  "AL2023_x86_64_STANDARD",
  "AL2023_ARM_64_STANDARD",
  "AL2023_x86_64_NVIDIA",
] as const;
const [al2, rocket, windows] = ["AL2_x86_64", "BOTTLEROCKET_x86_64", "WINDOWS_CORE_2022_x86_64"] as const;

/** What the fleet's node groups are on, were on, and can have; nothing for AL2 since November 2025. */
export const fleetReleases: readonly PublishedRelease[] = [
  ...["1.31.14-20260714", "1.31.14-20260917", "1.31.14-20261008"].map((release) => linux(standard, release)),
  ...["1.32.13-20260714", "1.32.13-20261008"].map((release) => linux(standard, release)),
  ...["1.32.9-20250819", "1.32.9-20251120"].map((release) => linux(al2, release)),
  ...["1.33.13-20260714", "1.33.13-20261008"].map((release) => linux(standard, release)),
  ...["1.34.4-20260224", "1.34.9-20260714", "1.34.9-20260917", "1.34.10-20261008"].map((release) =>
    linux(standard, release),
  ),
  ...["1.34.9-20260714", "1.34.9-20260917"].map((release) => linux(graviton, release)),
  ...["1.34.9-20260820", "1.34.10-20261008"].map((release) => linux(gpu, release)),
  published("1.34", rocket, "1.48.0-5c3a91d7", "2026-07-21", "1.34.9"),
  published("1.34", rocket, "1.49.0-e2b70f46", "2026-08-25", "1.34.9"),
  published("1.34", rocket, "1.50.0-91d4c8ab", "2026-09-29", "1.34.10"),
  published("1.34", windows, "1.34-2026.05.12", "2026-05-12", "1.34.6"),
  published("1.34", windows, "1.34-2026.09.15", "2026-09-15", "1.34.9"),
  published("1.34", windows, "1.34-2026.10.13", "2026-10-13", "1.34.10"),
];

/** Somebody was quick to take it. */
export const fleetWithdrawn: readonly WithdrawnRelease[] = [
  { ...linux(graviton, "1.34.10-20261008"), withdrawnOn: "2026-10-12" },
];

/** The AMI of one of them in the scenario's region. */
export function fleetImage(amiType: string, release: string): string {
  const found = fleetReleases.find((one) => one.amiType === amiType && one.release === release);
  if (!found) throw new Error(`There is no release ${release} for ${amiType}.`);
  return found.image;
}

function linux(amiType: string, release: string): PublishedRelease {
  const [, patch = "", minor = "", year, month, day] =
    /^((1\.\d+)\.\d+)-(\d{4})(\d\d)(\d\d)$/.exec(release) ?? [];
  return published(minor, amiType, release, `${year}-${month}-${day}`, patch);
}

/** Ids and commits follow from the name. `patch` is the kubelet's. */
function published(
  version: string,
  amiType: string,
  release: string,
  publishedOn: string,
  patch: string,
): PublishedRelease {
  const hash = createHash("sha256").update(`${amiType} ${version} ${release}`).digest("hex");
  const kubelet = `v${patch}-eks-${hash.slice(16, 23)}`;
  return { version, amiType, release, publishedOn, image: `ami-0${hash.slice(0, 16)}`, kubelet };
}
