import { day, type Instant } from "./instant.js";
import { parseRelease } from "./release-text.js";
import { amiTypes, familyOf } from "./releases.js";
import { parseKubelet } from "./versions.js";

/** What the name of one of Amazon's own node AMIs tells. */
export interface NamedAmi {
  readonly amiType: string;
  /** Kubernetes minor: "1.34". */
  readonly minor: string;
  /** Whole for Bottlerocket and Windows. Absent for Amazon Linux: the kubelet's patch is not in the name (`releaseOnNode`). */
  readonly release?: string;
  /** The release as far as the name goes: "v20260714", "1.52.0-7b1f0e8c", "1.34-2026.07.14". */
  readonly label: string;
  /** Midnight UTC of the day it was made. Bottlerocket's names do not say. */
  readonly date?: Instant;
}

/**
 * Undefined for what is no EKS node AMI of Amazon's, whatever it is called: anybody may give their image any name, so
 * `owner` must be Amazon's alias.
 */
export function amiOfName(name: string, owner: string): NamedAmi | undefined {
  if (owner !== "amazon") return undefined;
  const named = amazonLinux2023(name) ?? amazonLinux2(name) ?? bottlerocket(name) ?? windows(name);
  return named && amiTypes.includes(named.amiType) ? dated(named) : undefined;
}

/**
 * The whole release of an AMI, where a node that runs it says its kubelet's version: "1.34.9-20260714". Undefined where
 * that kubelet is of another minor, or says nothing.
 */
export function releaseOnNode(ami: NamedAmi, kubelet: string): string | undefined {
  if (ami.release !== undefined) return ami.release;
  const version = parseKubelet(kubelet);
  if (version?.minor !== ami.minor) return undefined;
  return `${ami.minor}.${version.patch}-${ami.label.slice(1)}`;
}

/** Whole days from one moment to another: how much older an AMI is. Negative where the second is earlier. */
export function daysBetween(earlier: Instant, later: Instant): number {
  return Math.trunc((later - earlier) / day);
}

type Named = Omit<NamedAmi, "date">;

/** "amazon-eks-node-al2023-x86_64-standard-1.34-v20260714" */
function amazonLinux2023(name: string): Named | undefined {
  const [, arch = "", variant = "", minor, label] =
    /^amazon-eks-node-al2023-(x86_64|arm64)-([a-z]+)-(\d+\.\d+)-(v\d{8})$/.exec(name) ?? [];
  if (!minor || !label) return undefined;
  return { amiType: `AL2023_${archOf(arch)}_${variant.toUpperCase()}`, minor, label };
}

/** What names of Amazon Linux 2 begin with: they say neither its version nor, for most, the architecture. */
const linux2: Readonly<Record<string, string>> = {
  "amazon-eks-node": "AL2_x86_64",
  "amazon-eks-gpu-node": "AL2_x86_64_GPU",
  "amazon-eks-arm64-node": "AL2_ARM_64",
};

/** "amazon-eks-gpu-node-1.32-v20251120" */
function amazonLinux2(name: string): Named | undefined {
  const [, prefix = "", minor, label] =
    /^(amazon-eks(?:-gpu|-arm64)?-node)-(\d+\.\d+)-(v\d{8})$/.exec(name) ?? [];
  const amiType = linux2[prefix];
  return amiType && minor && label ? { amiType, minor, label } : undefined;
}

/** "bottlerocket-aws-k8s-1.34-nvidia-aarch64-v1.52.0-7b1f0e8c" */
function bottlerocket(name: string): Named | undefined {
  const [, minor, suffix = "", arch = "", release] =
    /^bottlerocket-aws-k8s-(\d+\.\d+)((?:-nvidia)?(?:-fips)?)-(x86_64|arm64|aarch64)-v(.+)$/.exec(name) ?? [];
  if (!minor || !release) return undefined;
  const amiType = `BOTTLEROCKET_${archOf(arch)}${suffix.toUpperCase().replaceAll("-", "_")}`;
  return { amiType, minor, release, label: release };
}

/** "Windows_Server-2022-English-Core-EKS_Optimized-1.34-2026.07.14" */
function windows(name: string): Named | undefined {
  const [, year, edition = "", minor, date] =
    /^Windows_Server-(\d{4})-English-(Core|Full)-EKS_Optimized-(\d+\.\d+)-([\d.]+)$/.exec(name) ?? [];
  if (!minor || !date) return undefined;
  const release = `${minor}-${date}`;
  return { amiType: `WINDOWS_${edition.toUpperCase()}_${year}_x86_64`, minor, release, label: release };
}

function archOf(arch: string): string {
  return arch === "x86_64" ? arch : "ARM_64";
}

/** Read as a release of its family is read; one that cannot be is no release. */
function dated(named: Named): NamedAmi | undefined {
  const family = familyOf(named.amiType);
  const release = named.release ?? `${named.minor}.0-${named.label.slice(1)}`;
  const read = family && parseRelease(family, release);
  return read && { ...named, ...(read.date !== undefined && { date: read.date }) };
}
