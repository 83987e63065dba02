import type { PublishedRelease } from "../scenarios/types.js";

/** How a release appears outside EKS: its AMI's name, and the public SSM parameters that lead to it. */
export interface PublicImage {
  readonly imageName: string;
  /** Parameters that exist as long as the release does: name → value. */
  readonly pinned: Readonly<Record<string, string>>;
  /** Parameters that lead to the newest release of a Kubernetes minor and amiType. */
  readonly recommended: Readonly<Record<string, string>>;
}

/** Architecture and variant (EKS user guide: retrieving AL2023 AMI ids). */
const al2023 = new Map<string, readonly [string, string]>([
  ["AL2023_x86_64_STANDARD", ["x86_64", "standard"]],
  ["AL2023_ARM_64_STANDARD", ["arm64", "standard"]],
  ["AL2023_x86_64_NVIDIA", ["x86_64", "nvidia"]],
  ["AL2023_ARM_64_NVIDIA", ["arm64", "nvidia"]],
  ["AL2023_x86_64_NEURON", ["x86_64", "neuron"]],
]);

/** Folder and what its AMI names begin with. */
const al2 = new Map<string, readonly [string, string]>([
  ["AL2_x86_64", ["amazon-linux-2", "amazon-eks-node"]],
  ["AL2_x86_64_GPU", ["amazon-linux-2-gpu", "amazon-eks-gpu-node"]],
  ["AL2_ARM_64", ["amazon-linux-2-arm64", "amazon-eks-arm64-node"]],
]);

/** Ending of the variant, and architecture. */
const bottlerocket = new Map<string, readonly [string, string]>([
  ["BOTTLEROCKET_x86_64", ["", "x86_64"]],
  ["BOTTLEROCKET_ARM_64", ["", "arm64"]],
  ["BOTTLEROCKET_x86_64_NVIDIA", ["-nvidia", "x86_64"]],
  ["BOTTLEROCKET_ARM_64_NVIDIA", ["-nvidia", "arm64"]],
  ["BOTTLEROCKET_x86_64_FIPS", ["-fips", "x86_64"]],
  ["BOTTLEROCKET_ARM_64_FIPS", ["-fips", "arm64"]],
  ["BOTTLEROCKET_x86_64_NVIDIA_FIPS", ["-nvidia-fips", "x86_64"]],
  ["BOTTLEROCKET_ARM_64_NVIDIA_FIPS", ["-nvidia-fips", "arm64"]],
]);

/** As a node reports it: "Bottlerocket OS 1.52.0 (aws-k8s-1.34)". */
export interface OperatingSystem {
  readonly kind: "linux" | "windows";
  readonly name: string;
}

export function systemOf({ amiType, version, release }: PublishedRelease): OperatingSystem {
  const [, year] = /^WINDOWS_[A-Z]+_(\d{4})/.exec(amiType) ?? [];
  if (year) return { kind: "windows", name: `Windows Server ${year} Datacenter` };
  const name = bottlerocket.has(amiType)
    ? `Bottlerocket OS ${release.split("-")[0]} (aws-k8s-${version}${bottlerocket.get(amiType)?.[0]})`
    : `Amazon Linux ${al2.has(amiType) ? "2" : "2023"}`;
  return { kind: "linux", name };
}

/** Undefined for an amiType without public parameters. */
export function publicImage(release: PublishedRelease): PublicImage | undefined {
  const { amiType } = release;
  const linux2023 = al2023.get(amiType);
  if (linux2023) return al2023Image(release, ...linux2023);
  const linux2 = al2.get(amiType);
  if (linux2) return al2Image(release, ...linux2);
  const rocket = bottlerocket.get(amiType);
  if (rocket) return bottlerocketImage(release, ...rocket);
  const [, edition, year] = /^WINDOWS_(CORE|FULL)_(\d{4})_x86_64$/.exec(amiType) ?? [];
  return edition && year ? windowsImage(release, edition === "CORE" ? "Core" : "Full", year) : undefined;
}

function al2023Image(release: PublishedRelease, architecture: string, variant: string): PublicImage {
  const tree = `/aws/service/eks/optimized-ami/${release.version}/amazon-linux-2023/${architecture}/${variant}`;
  const name = `amazon-eks-node-al2023-${architecture}-${variant}-${release.version}-v${dateOf(release)}`;
  return eksTree(release, tree, name);
}

function al2Image(release: PublishedRelease, folder: string, prefix: string): PublicImage {
  const tree = `/aws/service/eks/optimized-ami/${release.version}/${folder}`;
  return eksTree(release, tree, `${prefix}-${release.version}-v${dateOf(release)}`);
}

/** The same leaves under `recommended` and under a folder named like the AMI; `recommended` itself is all of it as JSON. */
function eksTree(release: PublishedRelease, tree: string, imageName: string): PublicImage {
  const leaves = (folder: string) => ({
    [`${tree}/${folder}/image_id`]: release.image,
    [`${tree}/${folder}/image_name`]: imageName,
    [`${tree}/${folder}/release_version`]: release.release,
  });
  const whole = JSON.stringify({
    schema_version: "2",
    image_id: release.image,
    image_name: imageName,
    release_version: release.release,
  });
  return {
    imageName,
    pinned: leaves(imageName),
    recommended: { ...leaves("recommended"), [`${tree}/recommended`]: whole },
  };
}

/** Its folders go by the operating system's version, with and without the commit. */
function bottlerocketImage(release: PublishedRelease, ending: string, architecture: string): PublicImage {
  const tree = `/aws/service/bottlerocket/aws-k8s-${release.version}${ending}/${architecture}`;
  const [system] = release.release.split("-");
  const leaves = (folder: string) => ({
    [`${tree}/${folder}/image_id`]: release.image,
    [`${tree}/${folder}/image_version`]: release.release,
  });
  return {
    imageName: `bottlerocket-aws-k8s-${release.version}${ending}-${architecture}-v${release.release}`,
    pinned: { ...leaves(system ?? release.release), ...leaves(release.release) },
    recommended: leaves("latest"),
  };
}

/** No history in SSM, and no release_version leaf: the release is only in the folder's own JSON. */
function windowsImage(release: PublishedRelease, edition: string, year: string): PublicImage {
  const name = `Windows_Server-${year}-English-${edition}-EKS_Optimized-${release.version}`;
  const path = `/aws/service/ami-windows-latest/${name}`;
  const imageName = `${name}-${dateOf(release, ".")}`;
  const whole = { image_id: release.image, image_name: imageName, release_version: release.release };
  return {
    imageName,
    pinned: {},
    recommended: { [`${path}/image_id`]: release.image, [path]: JSON.stringify(whole) },
  };
}

function dateOf(release: PublishedRelease, separator = ""): string {
  return release.publishedOn.replaceAll("-", separator);
}
