import type { Instant } from "../instant.js";
import type { Problem } from "../problems.js";
import { concernsOf } from "./concerns.js";
import type { Concern, DigestContent, DigestRow, SeverityRules } from "./digest.js";
import type { ClusterFound, ScannedCluster, ScannedGroup } from "./scanned.js";
import {
  compareSeverities,
  daysToTellOfAge,
  daysToTellOfSupport,
  severityOf,
  severityOfConcern,
} from "./severity.js";

/** An environment's rules, by its name. */
export type RulesOf = (environment: string) => SeverityRules;

/** What a scan found, whenever that was. */
type Scanned = Omit<ScannedCluster, "scannedAt">;

/** What is behind or of concern: worst first within its environment, the environment with the worst first. */
export function rowsOf(clusters: readonly Scanned[], rules: RulesOf, now: Instant): DigestRow[] {
  return inOrder(clusters.flatMap((cluster) => rowsOfCluster(cluster, rules(cluster.environment), now)));
}

/** Worst first within its environment, the environment with the worst first. */
export function inOrder(rows: readonly DigestRow[]): DigestRow[] {
  const sorted = rows.toSorted(compareRows);
  const environments = [...new Set(sorted.map(({ environment }) => environment))];
  return environments.flatMap((name) => sorted.filter(({ environment }) => environment === name));
}

/** Everything a digest says of these clusters. What is snoozed is in it, too: `snoozed` takes it apart. */
export function contentOf(clusters: readonly ScannedCluster[], rules: RulesOf, now: Instant): DigestContent {
  const found = clusters.flatMap((cluster) => cluster.found ?? []);
  const groups = found.flatMap((each) => each.groups);
  const uncompared = groups.filter(isUncompared).length;
  return {
    rows: rowsOf(clusters, rules, now),
    problems: problemsOf(clusters),
    looked: {
      clusters: found.length,
      groups: groups.length,
      ...(uncompared > 0 && { uncompared }),
    },
    scannedAt: clusters.reduce((oldest, { scannedAt }) => Math.min(oldest, scannedAt), now),
  };
}

/** Neither a newer release nor an age is known of it. A group without nodes runs nothing. */
function isUncompared({ standing, current, nodes }: ScannedGroup): boolean {
  if (nodes === 0) return false;
  return standing === "unknown" || (standing === "custom" && current.publishedAt === undefined);
}

/** Is there nothing to say but that all is up to date? */
export function isAllUpToDate({ rows, problems }: Pick<DigestContent, "rows" | "problems">): boolean {
  return rows.length === 0 && problems.length === 0;
}

/** A row's key: what `targetsOf` (plan.ts) calls the same node group; of a control plane, its cluster. */
export function rowKey(region: string, cluster: string, group?: Pick<ScannedGroup, "kind" | "name">): string {
  const place = `${region}/${cluster}`;
  if (!group) return place;
  return `${place}/${group.kind === "self-managed node group" ? "asg/" : ""}${group.name}`;
}

function rowsOfCluster(cluster: Scanned, rules: SeverityRules, now: Instant): DigestRow[] {
  const { found } = cluster;
  if (!found) return [];
  return [
    ...planeRow(cluster, found, rules, now),
    ...found.groups.flatMap((group) => groupRow(cluster, found, group, rules, now)),
  ];
}

function planeRow(cluster: Scanned, found: ClusterFound, rules: SeverityRules, now: Instant): DigestRow[] {
  const concerns = toldConcerns(concernsOf(found, undefined, now), rules);
  if (concerns.length === 0) return [];
  const { environment, name, region } = cluster;
  return [
    {
      key: rowKey(region, name),
      environment,
      cluster: name,
      region,
      severity: severityOf(undefined, concerns, rules),
      from: found.version,
      concerns,
    },
  ];
}

function groupRow(
  { environment, name, region }: Scanned,
  found: ClusterFound,
  group: ScannedGroup,
  rules: SeverityRules,
  now: Instant,
): DigestRow[] {
  const concerns = toldConcerns(concernsOf(found, group, now), rules);
  const outdated = group.standing === "behind" || group.standing === "withdrawn";
  if (!outdated && !concerns.some(isReasonEnough)) return [];
  const { kind, daysBehind, releasesBehind, newest } = group;
  return [
    {
      key: rowKey(region, name, group),
      environment,
      cluster: name,
      region,
      group: { kind, name: group.name },
      severity: severityOf(daysBehind, concerns, rules),
      from: group.current.release,
      ...(outdated && newest && { to: newest.release }),
      ...(outdated && daysBehind !== undefined && { daysBehind }),
      ...(outdated && releasesBehind !== undefined && { releasesBehind }),
      nodes: group.nodes,
      concerns,
    },
  ];
}

/** A concern for which a group that is not behind is told of all the same. The end of support is the control plane's. */
function isReasonEnough(concern: Concern): boolean {
  switch (concern.kind) {
    case "ended family":
    case "old image":
      return true;
    case "skew":
      return concern.behind >= concern.allowed;
    case "withdrawn":
      return concern.runs;
    case "support ends":
      return false;
  }
}

/** Those that the rules are about already, worst first. */
function toldConcerns(concerns: readonly Concern[], rules: SeverityRules): Concern[] {
  return concerns
    .filter((concern) => isTold(concern, rules))
    .sort((one, other) => compareSeverities(severityOfConcern(one, rules), severityOfConcern(other, rules)));
}

function isTold(concern: Concern, rules: SeverityRules): boolean {
  switch (concern.kind) {
    case "support ends":
      return concern.days < 0 || concern.days <= daysToTellOfSupport(rules);
    case "old image":
      return concern.days >= daysToTellOfAge(rules);
    default:
      return true;
  }
}

/** Worst first; 0 for the same row alone. */
export function compareRows(one: DigestRow, other: DigestRow): number {
  return (
    compareSeverities(one.severity, other.severity) ||
    compareNumbers(supportEnd(one), supportEnd(other)) ||
    compareNumbers(age(other), age(one)) ||
    compareTexts(one.cluster, other.cluster) ||
    // A control plane before its node groups.
    compareTexts(one.group?.name ?? "", other.group?.name ?? "") ||
    compareTexts(one.key, other.key) ||
    compareTexts(one.environment, other.environment)
  );
}

function supportEnd({ concerns }: DigestRow): number {
  const days = concerns.flatMap((concern) => (concern.kind === "support ends" ? [concern.days] : []));
  return Math.min(...days);
}

function age({ daysBehind, concerns }: DigestRow): number {
  const days = concerns.flatMap((concern) => (concern.kind === "old image" ? [concern.days] : []));
  return Math.max(daysBehind ?? -1, ...days);
}

/** Not by subtraction: what has no such number is infinite. */
function compareNumbers(one: number, other: number): number {
  return one < other ? -1 : Number(one > other);
}

/** Not as a language sorts: the same everywhere. */
function compareTexts(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

function problemsOf(clusters: readonly ScannedCluster[]): DigestContent["problems"] {
  return clusters
    .flatMap(({ environment, name, problem, found }) => [
      ...(problem ? [{ environment, name, problem }] : []),
      ...(found?.unseen ? [{ environment, name, problem: nodesUnseen(name, found.unseen) }] : []),
    ])
    .sort(
      (one, other) => compareTexts(one.environment, other.environment) || compareTexts(one.name, other.name),
    );
}

function nodesUnseen(cluster: string, { code, what, next }: Problem): Problem {
  return {
    code,
    what: `Nodes of ${cluster} were not looked at, so its self-managed node groups are not told: ${what}`,
    next,
  };
}
