import { createHash } from "node:crypto";
import type { PublishedRelease } from "../scenarios/types.js";

/**
 * A release as AWS could publish it after `newest`: of `today` (ISO date), or of the day after `newest`, since names with
 * a day in them must differ. Its AMI and commit follow from its name.
 *
 * @throws for Amazon Linux 2, which gets no more releases, and for CUSTOM
 */
export function releaseAfter(newest: PublishedRelease, today: string): PublishedRelease {
  const publishedOn = today > newest.publishedOn ? today : dayAfter(newest.publishedOn);
  const release = nameAfter(newest, publishedOn);
  const hash = createHash("sha256").update(`${newest.amiType} ${newest.version} ${release}`).digest("hex");
  return {
    version: newest.version,
    amiType: newest.amiType,
    release,
    publishedOn,
    image: `ami-0${hash.slice(0, 16)}`,
    kubelet: newest.kubelet.replace(/-eks-[0-9a-f]+$/, `-eks-${hash.slice(16, 23)}`),
  };
}

function nameAfter({ amiType, version, release }: PublishedRelease, publishedOn: string): string {
  if (amiType.startsWith("AL2023_")) return release.replace(/-\d{8}$/, `-${publishedOn.replaceAll("-", "")}`);
  if (amiType.startsWith("WINDOWS_")) return `${version}-${publishedOn.replaceAll("-", ".")}`;
  const [, major, minor] = /^(\d+)\.(\d+)\.\d+-[0-9a-f]{8}$/.exec(release) ?? [];
  if (!amiType.startsWith("BOTTLEROCKET_") || major === undefined)
    throw new Error(`Nothing more is published for ${amiType}: its last release is ${release}.`);
  const system = `${major}.${Number(minor) + 1}.0`;
  return `${system}-${createHash("sha256").update(`${amiType} ${system}`).digest("hex").slice(0, 8)}`;
}

function dayAfter(day: string): string {
  return new Date(Date.parse(day) + 24 * 3600_000).toISOString().slice(0, 10);
}
