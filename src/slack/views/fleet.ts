import type { Instant } from "../../core/instant.js";
import type { Problem } from "../../core/problems.js";
import { compareReleases } from "../../core/releases.js";
import type { ClusterSeen, NodeGroupSeen, ReleaseSeen } from "../../core/seen.js";
import type { View } from "../limits.js";
import { releaseWithAge } from "../release-age.js";
import { code, fitLines, foreign, plural, sections } from "../text.js";
import { problemWords } from "./plan.js";

/** A cluster as it was looked at, or why it could not be. */
export interface ListedCluster {
  readonly environment: string;
  readonly name: string;
  readonly region: string;
  readonly look?: { readonly cluster: ClusterSeen; readonly nodeGroups: readonly ListedNodeGroup[] };
  readonly problem?: Problem;
}

interface ListedNodeGroup {
  readonly nodeGroup: NodeGroupSeen;
  /** The newest release for its Kubernetes version; absent where AWS lists none. */
  readonly latest?: ReleaseSeen;
}

/** The answer to `list`: what runs where, how old it is, and what could be upgraded. */
export function listAnswer(clusters: readonly ListedCluster[], now: Instant): View {
  if (clusters.length === 0) {
    const none = "No cluster to show: fleet.yaml names none that you may see.";
    return { text: none, blocks: sections([none]) };
  }
  const behind = clusters.flatMap(({ look }) => look?.nodeGroups ?? []).filter(isBehind).length;
  const opening =
    behind === 0
      ? `${plural(clusters.length, "cluster")}, no newer release found.`
      : `${plural(clusters.length, "cluster")}, ${plural(behind, "node group")} behind the newest release.`;
  const lines = clusters.flatMap((cluster) => clusterLines(cluster, now));
  return {
    text: fitLines([opening, ...lines], 3_000),
    blocks: sections([`*${opening}*`, ...lines], `Narrow it down: ${code("/eks-upgrade list <cluster>")}`),
  };
}

/** A release may be withdrawn by AWS: then the latest is older than what runs. */
function isBehind({ nodeGroup, latest }: ListedNodeGroup): boolean {
  if (latest === undefined) return false;
  const order = compareReleases(nodeGroup.amiType, latest.release, nodeGroup.release);
  return order === undefined ? latest.release !== nodeGroup.release : order > 0;
}

function clusterLines({ environment, name, region, look, problem }: ListedCluster, now: Instant): string[] {
  const about = [
    foreign(environment),
    foreign(region),
    look && `Kubernetes ${foreign(look.cluster.version)}`,
    look && statusWords(look.cluster.status),
  ].filter((part) => part !== undefined);
  const lines = [`*${foreign(name)}*  ${about.join(" · ")}`];
  if (problem) lines.push(`   :warning: ${problemWords(problem, 300)}`);
  if (look?.nodeGroups.length === 0) lines.push("   No managed node groups.");
  return [...lines, ...(look?.nodeGroups ?? []).map((group) => `   ${groupLine(group, now)}`)];
}

function groupLine(group: ListedNodeGroup, now: Instant): string {
  const { nodeGroup } = group;
  const parts = [
    `${code(nodeGroup.name)}  ${releaseWithAge(nodeGroup.amiType, nodeGroup.release, now)}`,
    newerWords(group, now),
    plural(nodeGroup.sizes.desired, "node"),
    statusWords(nodeGroup.status),
  ];
  return parts.filter((part) => part !== undefined).join(" · ");
}

function newerWords(group: ListedNodeGroup, now: Instant): string {
  const { nodeGroup, latest } = group;
  if (latest === undefined) return "AWS lists no release to compare with";
  return isBehind(group) ? `newer: ${releaseWithAge(nodeGroup.amiType, latest.release, now)}` : "newest";
}

/** Only what is out of the ordinary. */
function statusWords(status: string): string | undefined {
  return status === "ACTIVE" ? undefined : foreign(status);
}
