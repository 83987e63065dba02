import { day, hour, type Instant } from "../../../../src/core/instant.js";
import {
  type DigestContent,
  type DigestRecord,
  type DigestRow,
  type Snooze,
  severities,
} from "../../../../src/core/scan/digest.js";
import type { ClusterFound, ScannedCluster, ScannedGroup } from "../../../../src/core/scan/scanned.js";
import { start } from "../../../builders.js";

/** Facts of digests and scans, for the tests of what is said of them. */

export const scannedAt: Instant = start - 5 * 60_000;
const nextDue: Instant = start + day - hour;
export const nobody = { groups: [], users: [] };

export function aRow(over: Partial<DigestRow> = {}): DigestRow {
  const cluster = over.cluster ?? "shop";
  const group = { kind: "managed node group", name: "default" } as const;
  return {
    key: `us-west-2/${cluster}/${over.group?.name ?? group.name}`,
    environment: "prod",
    cluster,
    region: "us-west-2",
    group,
    severity: "warning",
    from: "1.34.4-20260224",
    to: "1.34.9-20260714",
    daysBehind: 140,
    releasesBehind: 3,
    nodes: 6,
    concerns: [],
    ...over,
  };
}

/** Nothing newer is known for it. */
export function aStillRow(over: Partial<DigestRow> = {}): DigestRow {
  const { to: _to, daysBehind: _days, releasesBehind: _releases, ...row } = aRow();
  return { ...row, ...over };
}

export function aPlane(over: Partial<DigestRow> = {}): DigestRow {
  const { group: _group, nodes: _nodes, ...row } = aStillRow();
  return {
    ...row,
    key: "us-west-2/shop",
    severity: "critical",
    from: "1.31",
    concerns: [ending(5)],
    ...over,
  };
}

export function ending(days: number, which: "standard" | "extended" = "extended") {
  const next = which === "standard" ? "costs more" : "upgraded by EKS";
  return { kind: "support ends", which, on: start + days * day, days, next } as const;
}

/** So many groups that are behind, in clusters of ten, a third of each severity, as a digest sorts them. */
export function manyRows(count: number, over: Partial<DigestRow> = {}): DigestRow[] {
  return Array.from({ length: count }, (_, index) => {
    const cluster = over.cluster ?? `shop-${Math.floor(index / 10)}`;
    const group = { kind: "managed node group", name: `workers-${index}` } as const;
    const severity = severities[Math.floor((index * 3) / count)] ?? "notice";
    return aRow({ severity, group, ...over, cluster, key: `us-west-2/${cluster}/${index}` });
  });
}

export function someContent(over: Partial<DigestContent> = {}): DigestContent {
  return { rows: [aRow()], problems: [], looked: { clusters: 2, groups: 12 }, scannedAt, ...over };
}

export function aRecord(
  content: Partial<DigestContent> = {},
  over: Partial<DigestRecord> = {},
  news?: readonly string[],
): DigestRecord {
  const whole = someContent(content);
  return {
    schema: 1,
    series: "C0PROD-weekdays",
    channel: "C0PROD",
    environments: ["prod"],
    pattern: "0 9 * * 1-5",
    timeZone: "Europe/Berlin",
    whenUpToDate: "line",
    nextDue,
    shown: { number: 7, madeAt: scannedAt, content: whole, news: news ?? whole.rows.map(({ key }) => key) },
    ...over,
  };
}

export function aSnooze(row: DigestRow, over: Partial<Snooze> = {}): Snooze {
  return { key: row.key, by: "U0OPERATOR", at: start - hour, until: start + 7 * day, ...over };
}

export const denied = {
  code: "AccessDeniedException",
  what: "Could not describe cluster orders: AccessDeniedException (denied)",
  next: "Allow eks:DescribeCluster.",
};

export function aGroup(over: Partial<ScannedGroup> = {}): ScannedGroup {
  return {
    kind: "managed node group",
    name: "default",
    amiType: "AL2023_x86_64_STANDARD",
    nodes: 3,
    status: "ACTIVE",
    version: "1.34",
    current: { release: "1.34.7-20260301", publishedAt: Date.UTC(2026, 2, 1) },
    newest: { release: "1.34.9-20260714", publishedAt: Date.UTC(2026, 6, 14) },
    standing: "behind",
    daysBehind: 135,
    ...over,
  };
}

export function aFound(over: Partial<ClusterFound> = {}): ClusterFound {
  return { version: "1.34", status: "ACTIVE", groups: [aGroup()], leftAlone: [], ...over };
}

export function aScan(over: Partial<ScannedCluster> = {}): ScannedCluster {
  const place = { environment: "prod", name: "eks-workshop", region: "us-west-2" };
  return { ...place, scannedAt, ...(over.problem ? {} : { found: aFound() }), ...over };
}
