import { day, type Instant } from "../../../../src/core/instant.js";
import type { Problem } from "../../../../src/core/problems.js";
import { releaseDate } from "../../../../src/core/releases.js";
import type { DigestRow, SeverityRules } from "../../../../src/core/scan/digest.js";
import type { GroupFacts } from "../../../../src/core/scan/judge.js";
import { rowsOf } from "../../../../src/core/scan/rows.js";
import type {
  ClusterFound,
  ListedRelease,
  ScannedCluster,
  ScannedGroup,
  VersionSupport,
} from "../../../../src/core/scan/scanned.js";

export const on = (text: string): Instant => Date.parse(text);

export const now = on("2026-11-21T13:20:00Z");

export const linux = "AL2023_x86_64_STANDARD";
export const rocket = "BOTTLEROCKET_x86_64";

/** As AWS lists it: its day by its own name, else by the day its parameter was written. */
export function listed(release: string, written?: string, amiType = linux): ListedRelease {
  const publishedAt = releaseDate(amiType, release) ?? (written === undefined ? undefined : on(written));
  return { release, ...(publishedAt !== undefined && { publishedAt }) };
}

export function someFacts(changes: Partial<GroupFacts> = {}): GroupFacts {
  return {
    kind: "managed node group",
    name: "default",
    amiType: linux,
    nodes: 3,
    version: "1.34",
    current: listed("1.34.7-20260301"),
    known: [],
    ...changes,
  };
}

export function aGroup(changes: Partial<ScannedGroup> = {}): ScannedGroup {
  return {
    kind: "managed node group",
    name: "default",
    amiType: linux,
    nodes: 3,
    version: "1.34",
    current: listed("1.34.9-20260714"),
    standing: "newest",
    daysBehind: 0,
    releasesBehind: 0,
    ...changes,
  };
}

/** So many days behind the newest release. */
export function behind(daysBehind: number, changes: Partial<ScannedGroup> = {}): ScannedGroup {
  const newest = listed("1.34.9-20260714");
  return aGroup({
    current: listed("1.34.7-20260301"),
    newest,
    standing: "behind",
    daysBehind,
    releasesBehind: 1,
    ...changes,
  });
}

export function findings(changes: Partial<ClusterFound> = {}): ClusterFound {
  return { version: "1.34", status: "ACTIVE", groups: [], leftAlone: [], ...changes };
}

export function aCluster(
  name: string,
  groups: readonly ScannedGroup[] = [],
  changes: Partial<ClusterFound> = {},
): ScannedCluster {
  return {
    environment: "prod",
    name,
    region: "us-west-2",
    scannedAt: now,
    found: findings({ groups, ...changes }),
  };
}

export const denied: Problem = {
  code: "AccessDeniedException",
  what: "Could not describe cluster shop (AccessDeniedException)",
  next: "Grant eks:DescribeCluster.",
};

const nobody = { groups: [], users: [] };

export const rules: SeverityRules = {
  critical: { daysBehind: 90, daysToEndOfSupport: 30, mention: { groups: ["S0OPS"], users: ["U0ADA"] } },
  warning: { daysBehind: 30, daysToEndOfSupport: 90, mention: { groups: ["S0OPS"], users: [] } },
};

/** Nothing but what is bad by itself is worse than a notice. */
export const noRules: SeverityRules = { critical: { mention: nobody }, warning: { mention: nobody } };

export function aRow(changes: Partial<DigestRow> = {}): DigestRow {
  return {
    key: "us-west-2/shop/default",
    environment: "prod",
    cluster: "shop",
    region: "us-west-2",
    group: { kind: "managed node group", name: "default" },
    severity: "warning",
    from: "1.34.7-20260301",
    to: "1.34.9-20260714",
    concerns: [],
    ...changes,
  };
}

/** By these rules in every environment. */
export function rowsIn(clusters: readonly ScannedCluster[], some: SeverityRules = rules): DigestRow[] {
  return rowsOf(clusters, () => some, now);
}

/** Extended support ends so many days from now. */
export function endsIn(days: number): VersionSupport & { endOfExtended: Instant } {
  return {
    status: "EXTENDED_SUPPORT",
    endOfStandard: on("2025-01-01"),
    endOfExtended: now + days * day,
  };
}
