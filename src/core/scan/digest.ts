import type { Instant } from "../instant.js";
import type { Step } from "../plan.js";
import type { Problem } from "../problems.js";

/** How bad it is that something is behind, by the environment's rules (fleet.yaml, `digest.severity`). Worst first. */
export const severities = ["critical", "warning", "notice"] as const;
export type Severity = (typeof severities)[number];

/** From when on something is that bad; what is not given does not count. */
export interface SeverityRule {
  readonly daysBehind?: number;
  /** Days to the next end of support that changes something (`Concern` "support ends"). */
  readonly daysToEndOfSupport?: number;
  /** Who is called when something becomes that bad. */
  readonly mention: { readonly groups: readonly string[]; readonly users: readonly string[] };
}

/** Whatever is behind and matches neither is a notice. */
export type SeverityRules = Readonly<Record<"critical" | "warning", SeverityRule>>;

/** Why it matters that something is behind. */
export type Concern =
  /** `next`: what EKS does then. `days` may be negative: it is over. */
  | {
      readonly kind: "support ends";
      readonly which: "standard" | "extended";
      readonly on: Instant;
      readonly days: number;
      readonly next: "costs more" | "upgraded by EKS";
    }
  /** Amazon Linux 2: no AMI since 26 Nov 2025, not even for security. */
  | { readonly kind: "ended family" }
  /** `allowed`: how many minors a kubelet may lag behind the control plane (3 from Kubernetes 1.28 on). */
  | { readonly kind: "skew"; readonly kubelet: string; readonly behind: number; readonly allowed: number }
  /** It runs a release that AWS took back, or the newest was taken back. */
  | { readonly kind: "withdrawn"; readonly release: string; readonly runs: boolean }
  /** A custom AMI: only its age is known. */
  | { readonly kind: "old image"; readonly days: number };

/** One line of a digest: a node group, or (without `group`) a cluster's control plane. */
export interface DigestRow {
  /** "us-west-2/eks-workshop/default", "us-west-2/eks-workshop/asg/workers" or, for a control plane, "us-west-2/eks-workshop". */
  readonly key: string;
  readonly environment: string;
  readonly cluster: string;
  readonly region: string;
  readonly group?: { readonly kind: Step["kind"]; readonly name: string };
  readonly severity: Severity;
  /** A release, an AMI's id, or a Kubernetes minor. */
  readonly from: string;
  /** Absent where nothing newer is known. */
  readonly to?: string;
  readonly daysBehind?: number;
  readonly releasesBehind?: number;
  readonly nodes?: number;
  /** Worst first. */
  readonly concerns: readonly Concern[];
}

/** Somebody does not want to be told of a row until then. */
export interface Snooze {
  readonly key: string;
  readonly by: string;
  readonly at: Instant;
  readonly until: Instant;
}

/** What a digest says. */
export interface DigestContent {
  /** Worst first within their environment, the environment with the worst first. */
  readonly rows: readonly DigestRow[];
  /** Clusters, accounts or regions that could not be looked at. */
  readonly problems: readonly {
    readonly environment: string;
    readonly name: string;
    readonly problem: Problem;
  }[];
  /** How many clusters and node groups were looked at. */
  readonly looked: {
    readonly clusters: number;
    readonly groups: number;
    /** Of those groups, so many of which nobody can say whether they are behind. Absent: none. */
    readonly uncompared?: number;
  };
  readonly scannedAt: Instant;
}

/**
 * A digest as it stands in Slack: `number` counts the messages of its series from 1, and never moves back. `content` is
 * edited in place while nothing in it is news (`newsIn`).
 */
export interface ShownDigest {
  readonly number: number;
  /** When this message was first made. */
  readonly madeAt: Instant;
  readonly content: DigestContent;
  /** What was news in it: keys of the rows for which people are called. */
  readonly news: readonly string[];
}

/** The record of one channel's digests by one schedule. Kept with a revision; every change is compare-and-set. */
export interface DigestRecord {
  readonly schema: 1;
  /** Its id: no colon, since it is a BullMQ job id too. */
  readonly series: string;
  readonly channel: string;
  readonly environments: readonly string[];
  /** Cron, five fields, and an IANA time zone. */
  readonly pattern: string;
  readonly timeZone: string;
  /** Whether "all up to date" is said, in one quiet line. */
  readonly whenUpToDate: "line" | "silent";
  /** The first time of the schedule that has not come yet. */
  readonly nextDue: Instant;
  /** A time that has come, and whose digest is not made yet. */
  readonly due?: Instant;
  /** When it was last made. */
  readonly doneFor?: Instant;
  readonly shown?: ShownDigest;
  /** The one before: its message says that there is a newer one. */
  readonly former?: ShownDigest;
  /** Rows that were told and could not be looked at since: when they can be again, they are no news. */
  readonly unseen?: readonly DigestRow[];
  /**
   * The name under which its messages stand in Slack: of its own since it was begun, or that of the one with another schedule
   * from which it took over. Absent: the series.
   */
  readonly postedAs?: string;
}
