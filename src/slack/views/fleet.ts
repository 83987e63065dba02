import { hour, type Instant, minute, sayDuration } from "../../core/instant.js";
import { concernsOf } from "../../core/scan/concerns.js";
import type { ClusterFound, ListedRelease, ScannedCluster, ScannedGroup } from "../../core/scan/scanned.js";
import type { View } from "../limits.js";
import { code, fitLines, foreign, plural, sayAge, sections } from "../text.js";
import { behindWords, concernWords, inDays } from "./digest-rows.js";
import { problemWords } from "./plan.js";

/** A cluster as the last scan found it. Without `scannedAt` none has: it is new, or `problem` says why it could not be listed. */
export type ListedCluster = Omit<ScannedCluster, "scannedAt"> & Partial<Pick<ScannedCluster, "scannedAt">>;

/** What could not be listed is shown beside clusters, and is none. */
export function isCluster({ region }: Pick<ListedCluster, "region">): boolean {
  return region !== "";
}

/** Nobody has looked at it yet. */
export function isNew({ scannedAt, problem }: ListedCluster): boolean {
  return scannedAt === undefined && problem === undefined;
}

function openingOf(clusters: readonly ListedCluster[]): string {
  const count = clusters.filter(isCluster).length;
  if (count === 0) return "No cluster could be listed.";
  const behind = behindCount(clusters.flatMap(({ found }) => found?.groups ?? []));
  return behind === 0
    ? `${plural(count, "cluster")}, no newer release found.`
    : `${plural(count, "cluster")}, ${plural(behind, "node group")} behind the newest release.`;
}

/** The answer to `list`: what runs where, how old it is, what could be upgraded, and how old that knowledge is. */
export function listAnswer(clusters: readonly ListedCluster[], now: Instant): View {
  if (clusters.length === 0) {
    const none = "No cluster to show: fleet.yaml names none that you may see.";
    return { text: none, blocks: sections([none]) };
  }
  const opening = openingOf(clusters);
  const age = ageWords(clusters, now);
  const newest = newestScan(clusters);
  const lines = clusters.flatMap((cluster) => clusterLines(cluster, newest, now));
  return {
    text: fitLines([opening, age, ...lines], 3_000),
    blocks: sections(
      [`*${opening}*`, age, ...lines],
      `Narrow it down: ${code("/eks-upgrade list <cluster>")}`,
    ),
  };
}

export function behindCount(groups: readonly ScannedGroup[]): number {
  return groups.filter(({ standing }) => standing === "behind").length;
}

/** How old what is shown is, and how to have it new. */
export function ageWords(clusters: readonly ListedCluster[], now: Instant): string {
  const newest = newestScan(clusters);
  const look = `${code("/eks-upgrade check")} looks now`;
  return newest === undefined ? `Not looked at yet: ${look}.` : `As of ${ago(newest, now)}; ${look}.`;
}

function newestScan(clusters: readonly ListedCluster[]): Instant | undefined {
  const times = clusters.flatMap(({ scannedAt }) => scannedAt ?? []);
  return times.length === 0 ? undefined : Math.max(...times);
}

function ago(then: Instant, now: Instant): string {
  return now - then < minute ? "just now" : `${sayDuration(now - then)} ago`;
}

/** Where a cluster was looked at long before the others, its own age is told. */
function clusterLines(cluster: ListedCluster, newest: Instant | undefined, now: Instant): string[] {
  const { scannedAt, found, problem, name } = cluster;
  const older = scannedAt !== undefined && newest !== undefined && newest - scannedAt > hour;
  const lines = [
    `${clusterHead(cluster, now, cluster.environment)}${older ? ` · as of ${ago(scannedAt, now)}` : ""}`,
  ];
  if (problem) lines.push(`   :warning: ${problemWords(problem, 300)}`);
  if (isNew(cluster)) {
    lines.push(`   Not looked at yet: ${code(`/eks-upgrade check ${name}`, 200)} looks now.`);
  }
  return [...lines, ...(found ? foundLines(found, now).map((line) => `   ${line}`) : [])];
}

/** "*eks-workshop*  us-west-2 · Kubernetes 1.34 · standard support until 2 Aug 2026 (in 13 days)" */
export function clusterHead(
  { name, region, found }: ListedCluster,
  now: Instant,
  environment?: string,
): string {
  const about = [
    environment === undefined ? undefined : foreign(environment, 80),
    region === "" ? undefined : foreign(region, 40),
    found && `Kubernetes ${foreign(found.version, 40)}`,
    found && supportWords(found, now),
    found && statusWords(found.status),
  ].filter((part) => part !== undefined);
  return `*${foreign(name, 100)}*  ${about.join(" · ")}`.trimEnd();
}

/** By the calendar: the next end that changes something. */
function supportWords(found: ClusterFound, now: Instant): string | undefined {
  const end = concernsOf(found, undefined, now).find((concern) => concern.kind === "support ends");
  if (!end) return undefined;
  const { which, on, days } = end;
  return days < 0
    ? `${which} support ended ${dayOf(on)} (${plural(-days, "day")} ago)`
    : `${which} support until ${dayOf(on)} (${inDays(days)})`;
}

/** "2 Aug 2026": an end of support is a day, the same for every reader. */
function dayOf(at: Instant): string {
  return days.format(at);
}

const days = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});

function foundLines(found: ClusterFound, now: Instant): string[] {
  const { groups, leftAlone, unseen } = found;
  const none = unseen ? "No managed node groups." : "No node groups.";
  return [
    ...(groups.length === 0 ? [none] : groups.map((group) => groupLine(found, group, now))),
    ...leftAlone.map(({ why }) => `:information_source: ${problemWords(why, 300)}`),
    ...(unseen
      ? [`:warning: Self-managed node groups were not looked for. ${problemWords(unseen, 300)}`]
      : []),
  ];
}

function groupLine(cluster: ClusterFound, group: ScannedGroup, now: Instant): string {
  const ours = group.kind === "self-managed node group";
  const name = `${code(group.name, 150)}${ours ? " (self-managed)" : ""}`;
  if (group.current.release === "") return `${name} · no nodes`;
  const on = group.mixed === undefined ? "" : ` on ${group.mixed} of ${group.nodes}`;
  const parts = [
    `${name}  ${withAge(group.current, now)}${on}`,
    ...comparison(group, now),
    ...worries(cluster, group, now),
    plural(group.nodes, "node"),
    statusWords(group.status ?? "ACTIVE"),
  ];
  return parts.filter((part) => part !== undefined).join(" · ");
}

function comparison(group: ScannedGroup, now: Instant): (string | undefined)[] {
  const { standing, newest, kind } = group;
  switch (standing) {
    case "newest":
      return ["newest"];
    case "behind":
      return [newest && `newer: ${withAge(newest, now)}`, behindWords(group)];
    case "withdrawn":
      return [newest && `AWS now lists ${withAge(newest, now)}`];
    case "custom":
      return [
        kind === "self-managed node group"
          ? "custom image: name the next one with --ami"
          : "custom image: its launch template names it",
      ];
    case "unknown":
      return ["no release known to compare with"];
  }
}

/** What is wrong with it beyond its age, and with it alone. */
function worries(cluster: ClusterFound, group: ScannedGroup, now: Instant): string[] {
  return concernsOf(cluster, group, now)
    .filter(({ kind }) => kind !== "support ends" && kind !== "old image")
    .map((concern) => `:warning: ${foreign(concernWords(concern), 200)}`);
}

/** "`1.34.9-20260714` (45 days old)"; without an age where nobody tells its day. */
function withAge({ release, publishedAt }: ListedRelease, now: Instant): string {
  return publishedAt === undefined || publishedAt > now
    ? code(release)
    : `${code(release)} (${sayAge(now - publishedAt)} old)`;
}

/** Only what is out of the ordinary. */
function statusWords(status: string): string | undefined {
  return status === "ACTIVE" ? undefined : foreign(status, 60);
}
