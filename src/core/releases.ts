import type { Instant } from "./instant.js";
import { type AmiFamily, parseRelease, type Release } from "./release-text.js";
import type { ReleaseSeen } from "./seen.js";
import { isMinor } from "./versions.js";

/**
 * Node AMIs by EKS' amiType: which SSM public parameters name a release, and how releases are read and compared.
 * Why some have none is told by `ami-support.ts`.
 */

/** What to read from SSM, and how to understand the answer. */
export interface ReleaseLookup {
  /** Names of public parameters, at most 10: one GetParameters call. */
  readonly parameters: readonly string[];
  /** The one of them that names the release: when it was last written tells the day of a release whose name does not. */
  readonly named: string;
  /** The release these values name. Undefined where one that is needed is missing, cannot be read, or is of another release. */
  read(values: ReadonlyMap<string, string>): ReleaseSeen | undefined;
}

/** A release that is to be looked up. Without a name: the newest. */
export interface ReleaseWanted {
  readonly amiType: string;
  /** Kubernetes minor: "1.34". */
  readonly minor: string;
  readonly release?: string;
}

/** The same for the same wish. */
export function wantedKey({ amiType, minor, release = "" }: ReleaseWanted): string {
  return [amiType, minor, release].join(" ");
}

type Arch = "x86_64" | "arm64";

/** Where an amiType's parameters lie. `custom` has none: the AMI is in the launch template. */
type Ami =
  | { readonly family: "Amazon Linux 2"; readonly folder: string; readonly image: string }
  | {
      readonly family: "Amazon Linux 2023";
      readonly arch: Arch;
      readonly variant: "standard" | "nvidia" | "neuron";
    }
  | {
      readonly family: "Bottlerocket";
      readonly arch: Arch;
      readonly suffix: "" | "-nvidia" | "-fips" | "-nvidia-fips";
    }
  | { readonly family: "Windows"; readonly year: 2019 | 2022 | 2025; readonly edition: "Core" | "Full" }
  | { readonly family: "custom" };

/** All values of EKS' amiType. The nvidia-fips path follows its siblings; AWS' guide does not spell it out. */
const amis = {
  AL2_x86_64: { family: "Amazon Linux 2", folder: "amazon-linux-2", image: "amazon-eks-node" },
  AL2_x86_64_GPU: { family: "Amazon Linux 2", folder: "amazon-linux-2-gpu", image: "amazon-eks-gpu-node" },
  AL2_ARM_64: { family: "Amazon Linux 2", folder: "amazon-linux-2-arm64", image: "amazon-eks-arm64-node" },
  AL2023_x86_64_STANDARD: { family: "Amazon Linux 2023", arch: "x86_64", variant: "standard" },
  AL2023_ARM_64_STANDARD: { family: "Amazon Linux 2023", arch: "arm64", variant: "standard" },
  AL2023_x86_64_NVIDIA: { family: "Amazon Linux 2023", arch: "x86_64", variant: "nvidia" },
  AL2023_ARM_64_NVIDIA: { family: "Amazon Linux 2023", arch: "arm64", variant: "nvidia" },
  AL2023_x86_64_NEURON: { family: "Amazon Linux 2023", arch: "x86_64", variant: "neuron" },
  BOTTLEROCKET_x86_64: { family: "Bottlerocket", arch: "x86_64", suffix: "" },
  BOTTLEROCKET_ARM_64: { family: "Bottlerocket", arch: "arm64", suffix: "" },
  BOTTLEROCKET_x86_64_NVIDIA: { family: "Bottlerocket", arch: "x86_64", suffix: "-nvidia" },
  BOTTLEROCKET_ARM_64_NVIDIA: { family: "Bottlerocket", arch: "arm64", suffix: "-nvidia" },
  BOTTLEROCKET_x86_64_FIPS: { family: "Bottlerocket", arch: "x86_64", suffix: "-fips" },
  BOTTLEROCKET_ARM_64_FIPS: { family: "Bottlerocket", arch: "arm64", suffix: "-fips" },
  BOTTLEROCKET_x86_64_NVIDIA_FIPS: { family: "Bottlerocket", arch: "x86_64", suffix: "-nvidia-fips" },
  BOTTLEROCKET_ARM_64_NVIDIA_FIPS: { family: "Bottlerocket", arch: "arm64", suffix: "-nvidia-fips" },
  WINDOWS_CORE_2019_x86_64: { family: "Windows", year: 2019, edition: "Core" },
  WINDOWS_FULL_2019_x86_64: { family: "Windows", year: 2019, edition: "Full" },
  WINDOWS_CORE_2022_x86_64: { family: "Windows", year: 2022, edition: "Core" },
  WINDOWS_FULL_2022_x86_64: { family: "Windows", year: 2022, edition: "Full" },
  WINDOWS_CORE_2025_x86_64: { family: "Windows", year: 2025, edition: "Core" },
  WINDOWS_FULL_2025_x86_64: { family: "Windows", year: 2025, edition: "Full" },
  CUSTOM: { family: "custom" },
} as const satisfies Record<string, Ami>;

export const amiTypes: readonly string[] = Object.keys(amis);

/** Undefined for CUSTOM and for an amiType that this table does not know yet. */
export function familyOf(amiType: string): AmiFamily | undefined {
  const ami = amiOf(amiType);
  return ami && ami.family !== "custom" ? ami.family : undefined;
}

/** How to find the newest release for a Kubernetes minor. Undefined for CUSTOM, an unknown amiType, and what is no minor. */
export function latestRelease(amiType: string, minor: string): ReleaseLookup | undefined {
  const ami = amiOf(amiType);
  if (!ami || !isMinor(minor)) return undefined;
  switch (ami.family) {
    case "Amazon Linux 2":
    case "Amazon Linux 2023":
      return leaves(`${linuxFolder(ami, minor)}/recommended`, "release_version");
    case "Bottlerocket":
      return leaves(`${bottlerocketFolder(ami, minor)}/latest`, "image_version");
    case "Windows":
      return parent(`${windowsPrefix}-${ami.year}-English-${ami.edition}-EKS_Optimized-${minor}`);
    case "custom":
      return undefined;
  }
}

/**
 * How to find one given release for a Kubernetes minor. Undefined as for `latestRelease`, for Windows, of which SSM
 * keeps no history, and where the text is no release of this family and minor.
 */
export function pinnedRelease(amiType: string, minor: string, release: string): ReleaseLookup | undefined {
  const ami = amiOf(amiType);
  const wanted = releaseOf(amiType, release);
  if (!ami || !wanted || !isMinor(minor) || (wanted.minor ?? minor) !== minor) return undefined;
  switch (ami.family) {
    case "Amazon Linux 2":
    case "Amazon Linux 2023":
      return only(
        release,
        leaves(`${linuxFolder(ami, minor)}/${linuxImage(ami, minor, release)}`, "release_version"),
      );
    case "Bottlerocket":
      return only(release, leaves(`${bottlerocketFolder(ami, minor)}/${release}`, "image_version"));
    case "Windows":
    case "custom":
      return undefined;
  }
}

/**
 * Negative where `a` is older, 0 where equal, positive where newer. Undefined where either text is no release of the
 * amiType's family: releases of different families have no order. Amazon Linux: Kubernetes version, then date.
 * Bottlerocket: OS version; the commit behind it has no order. Windows: Kubernetes version, then date.
 */
export function compareReleases(amiType: string, a: string, b: string): number | undefined {
  const left = releaseOf(amiType, a);
  const right = releaseOf(amiType, b);
  if (!left || !right) return undefined;
  const differences = left.order.map((number, index) => number - (right.order[index] ?? 0));
  return differences.find((difference) => difference !== 0) ?? 0;
}

/** The day a release was made. Undefined for Bottlerocket, whose releases do not say, and for what is no release. */
export function releaseDate(amiType: string, release: string): Instant | undefined {
  return releaseOf(amiType, release)?.date;
}

function amiOf(amiType: string): Ami | undefined {
  return Object.hasOwn(amis, amiType) ? amis[amiType as keyof typeof amis] : undefined;
}

function releaseOf(amiType: string, text: string): Release | undefined {
  const family = familyOf(amiType);
  return family && parseRelease(family, text);
}

type LinuxAmi = Extract<Ami, { family: "Amazon Linux 2" | "Amazon Linux 2023" }>;
type BottlerocketAmi = Extract<Ami, { family: "Bottlerocket" }>;

const windowsPrefix = "/aws/service/ami-windows-latest/Windows_Server";

function linuxFolder(ami: LinuxAmi, minor: string): string {
  const folder =
    ami.family === "Amazon Linux 2" ? ami.folder : `amazon-linux-2023/${ami.arch}/${ami.variant}`;
  return `/aws/service/eks/optimized-ami/${minor}/${folder}`;
}

/** "amazon-eks-node-al2023-x86_64-standard-1.34-v20260714": an AMI's name has the day of its release, but no patch. */
function linuxImage(ami: LinuxAmi, minor: string, release: string): string {
  const image =
    ami.family === "Amazon Linux 2" ? ami.image : `amazon-eks-node-al2023-${ami.arch}-${ami.variant}`;
  return `${image}-${minor}-v${release.slice(release.indexOf("-") + 1)}`;
}

function bottlerocketFolder(ami: BottlerocketAmi, minor: string): string {
  return `/aws/service/bottlerocket/aws-k8s-${minor}${ami.suffix}/${ami.arch}`;
}

/** A release and its AMI in parameters of their own under one folder. */
function leaves(folder: string, releaseLeaf: "release_version" | "image_version"): ReleaseLookup {
  const names = { image: `${folder}/image_id`, release: `${folder}/${releaseLeaf}` };
  return {
    parameters: [names.image, names.release],
    named: names.release,
    read(values) {
      const image = values.get(names.image);
      const release = values.get(names.release);
      return image && release ? { image, release } : undefined;
    },
  };
}

/** A release and its AMI in one parameter's JSON: Windows has no leaf for the release. */
function parent(name: string): ReleaseLookup {
  return {
    parameters: [name],
    named: name,
    read(values) {
      const { image_id: image, release_version: release } = fieldsIn(values.get(name) ?? "");
      return typeof image === "string" && typeof release === "string" ? { image, release } : undefined;
    },
  };
}

function fieldsIn(json: string): Readonly<Record<string, unknown>> {
  try {
    return { ...JSON.parse(json) };
  } catch {
    return {};
  }
}

/** Two releases can share a folder (same day, another patch); Bottlerocket's commit may be left out when asking. */
function only(wanted: string, lookup: ReleaseLookup): ReleaseLookup {
  return {
    ...lookup,
    read(values) {
      const found = lookup.read(values);
      return found?.release === wanted || found?.release.startsWith(`${wanted}-`) ? found : undefined;
    },
  };
}
