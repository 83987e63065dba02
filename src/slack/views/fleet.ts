import type { Instant } from "../../core/instant.js";
import type { Problem } from "../../core/problems.js";
import { compareReleases, releaseDate } from "../../core/releases.js";
import type { ClusterSeen, NodeGroupSeen, ReleaseSeen } from "../../core/seen.js";
import { type Ami, amisOf, type NodesLeftAlone, type SelfManagedGroup } from "../../core/self-managed.js";
import type { View } from "../limits.js";
import { releaseWithAge } from "../release-age.js";
import { code, fitLines, foreign, plural, sayAge, sections } from "../text.js";
import { problemWords } from "./plan.js";

/** A cluster as it was looked at, or why it could not be. */
export interface ListedCluster {
  readonly environment: string;
  readonly name: string;
  readonly region: string;
  readonly look?: {
    readonly cluster: ClusterSeen;
    readonly nodeGroups: readonly ListedNodeGroup[];
    readonly selfManaged: readonly ListedSelfManaged[];
    readonly leftAlone: readonly NodesLeftAlone[];
    /** Why nodes could not be looked at. */
    readonly unseen?: Problem;
  };
  readonly problem?: Problem;
}

interface ListedNodeGroup {
  readonly nodeGroup: NodeGroupSeen;
  /** The newest release for its Kubernetes version; absent where AWS lists none. */
  readonly latest?: ReleaseSeen;
}

interface ListedSelfManaged {
  readonly found: SelfManagedGroup;
  /** The newest release of its AMI's family; absent for custom AMIs. */
  readonly latest?: ReleaseSeen;
}

/** The answer to `list`: what runs where, how old it is, and what could be upgraded. */
export function listAnswer(clusters: readonly ListedCluster[], now: Instant): View {
  if (clusters.length === 0) {
    const none = "No cluster to show: fleet.yaml names none that you may see.";
    return { text: none, blocks: sections([none]) };
  }
  const behind =
    clusters.flatMap(({ look }) => look?.nodeGroups ?? []).filter(isBehind).length +
    clusters.flatMap(({ look }) => look?.selfManaged ?? []).filter(runsOld).length;
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
  return [...lines, ...(look ? lookLines(look, now).map((line) => `   ${line}`) : [])];
}

function lookLines(look: NonNullable<ListedCluster["look"]>, now: Instant): string[] {
  const { nodeGroups, selfManaged, leftAlone, unseen } = look;
  const groups = [
    ...nodeGroups.map((group) => groupLine(group, now)),
    ...selfManaged.map((group) => selfManagedLine(group, now)),
  ];
  const none = unseen ? "No managed node groups." : "No node groups.";
  return [
    ...(groups.length === 0 ? [none] : groups),
    ...leftAlone.map(({ why }) => `:information_source: ${problemWords(why, 300)}`),
    ...(unseen
      ? [`:warning: Self-managed node groups were not looked for. ${problemWords(unseen, 300)}`]
      : []),
  ];
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

function selfManagedLine(listed: ListedSelfManaged, now: Instant): string {
  const { group } = listed.found;
  const [oldest, ...others] = amisOf(listed.found);
  const name = `${code(group.name, 150)} (self-managed)`;
  if (!oldest) return `${name} · no nodes`;
  const total = others.reduce((sum, { count }) => sum + count, oldest.count);
  const parts = [
    `${name}  ${amiWords(oldest, now)}${others.length > 0 ? ` on ${oldest.count} of ${total}` : ""}`,
    comparison(listed, oldest, now),
    plural(group.sizes.desired, "node"),
  ];
  return parts.join(" · ");
}

function comparison(listed: ListedSelfManaged, { amiType }: Ami, now: Instant): string {
  const { latest } = listed;
  if (amiType === undefined) return "custom image: name the next one with --ami";
  if (latest === undefined) return "AWS lists no release to compare with";
  return runsOld(listed) ? `newer: ${releaseWithAge(amiType, latest.release, now)}` : "newest";
}

/** Its oldest AMI is not the newest there is. */
function runsOld({ found, latest }: ListedSelfManaged): boolean {
  const [oldest] = amisOf(found);
  if (latest === undefined || oldest?.amiType === undefined || oldest.image === latest.image) return false;
  const order = compareReleases(oldest.amiType, latest.release, oldest.release);
  return order === undefined || order > 0 || oldest.release === latest.release;
}

/** Where the release does not tell its day, the image does. */
function amiWords({ amiType, release, madeAt }: Ami, now: Instant): string {
  const dated = amiType !== undefined && releaseDate(amiType, release) !== undefined;
  if (dated) return releaseWithAge(amiType, release, now);
  return madeAt === undefined || madeAt > now
    ? code(release)
    : `${code(release)} (${sayAge(now - madeAt)} old)`;
}

/** Only what is out of the ordinary. */
function statusWords(status: string): string | undefined {
  return status === "ACTIVE" ? undefined : foreign(status);
}
