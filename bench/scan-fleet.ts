import { createHash } from "node:crypto";
import { cluster, group } from "../playground/scenarios/fleet-parts.js";
import {
  type PublishedRelease,
  type Scenario,
  type ScenarioCluster,
  usualTimings,
} from "../playground/scenarios/types.js";

/** Many clusters in two regions, whose node groups are of six families and anything between new and months old. */

export interface FleetSize {
  readonly clusters: number;
  /** Node groups of each cluster. */
  readonly groups: number;
}

export const regions = ["us-west-2", "eu-west-1"] as const;
const minors = ["1.33", "1.34"];
const nodesPerGroup = 3;

/** Names of a family's releases of one minor, the newest last. */
const families: Readonly<Record<string, (minor: string) => readonly string[]>> = {
  AL2023_x86_64_STANDARD: linux,
  AL2023_ARM_64_STANDARD: linux,
  AL2023_x86_64_NVIDIA: linux,
  BOTTLEROCKET_x86_64: bottlerocket,
  BOTTLEROCKET_ARM_64: bottlerocket,
  WINDOWS_CORE_2022_x86_64: (minor) => days.map((day) => `${minor}-${day.replaceAll("-", ".")}`),
};

const days = ["2026-05-12", "2026-08-25", "2026-09-29"];

function linux(minor: string): readonly string[] {
  return days.map((day, index) => `${minor}.${index + 4}-${day.replaceAll("-", "")}`);
}

function bottlerocket(): readonly string[] {
  return ["1.48.0-5c3a91d7", "1.49.0-e2b70f46", "1.50.0-91d4c8ab"];
}

export function manyClusters({ clusters, groups }: FleetSize): Scenario {
  const name = (index: number) => `cluster-${String(index).padStart(3, "0")}`;
  return {
    name: "many-clusters",
    story: `${clusters} clusters with ${groups} node groups each.`,
    region: regions[0],
    account: "111122223333",
    seed: 7,
    clusters: Array.from({ length: clusters }, (_, index) => clusterOf(name(index), index, groups)),
    releases: Object.keys(families).flatMap((amiType) =>
      minors.flatMap((minor) => published(amiType, minor)),
    ),
    timings: usualTimings,
    command: "/eks-upgrade check",
    expected: { end: "asked", cluster: name(0), nodeGroup: "group-0", image: "", left: "all" },
  };
}

/** Nothing runs there: a scan looks at nodes alone. */
function clusterOf(name: string, index: number, groups: number): ScenarioCluster {
  const here = { name, region: pick(regions, index) };
  const version = pick(minors, index >> 1);
  const all = Object.entries(families);
  const nodeGroups = Array.from({ length: groups }, (_, number) => {
    const [amiType, releases] = pick(all, number);
    const release = pick(releases(version), index + number);
    return group(here, { name: `group-${number}`, version, release, amiType }, nodesPerGroup);
  });
  return cluster({ ...here, version, nodeGroups, workloads: [] });
}

function published(amiType: string, version: string): PublishedRelease[] {
  const releases = families[amiType]?.(version) ?? [];
  return releases.map((release, index) => {
    const hash = createHash("sha256").update(`${amiType} ${version} ${release}`).digest("hex");
    const kubelet = `v${version}.${index + 4}-eks-${hash.slice(16, 23)}`;
    const image = `ami-0${hash.slice(0, 16)}`;
    return { version, amiType, release, publishedOn: pick(days, index), image, kubelet };
  });
}

function pick<T>(all: readonly T[], index: number): T {
  const one = all[index % all.length];
  if (one === undefined) throw new Error("There is nothing to pick from.");
  return one;
}
