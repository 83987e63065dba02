import type { Instant } from "../instant.js";
import type { Step } from "../plan.js";
import type { Problem } from "../problems.js";
import type { NodesLeftAlone } from "../self-managed.js";

/**
 * What a scan found: a cluster and its node groups as values that can be kept (`src/redis/scans.ts`) and shown again
 * later. Everything that depends on the day (days to an end of support, severity) is told by `concerns.ts` and `rows.ts` when it is shown.
 */
export interface ScannedCluster {
  readonly environment: string;
  readonly name: string;
  /** Empty: `name` is no cluster, but what could not be listed or read ("us-west-2"). */
  readonly region: string;
  readonly scannedAt: Instant;
  /** Absent where the cluster could not be looked at: `problem` says why. */
  readonly found?: ClusterFound;
  readonly problem?: Problem;
}

export interface ClusterFound {
  /** Kubernetes minor of the control plane: "1.34". */
  readonly version: string;
  readonly status: string;
  /** Absent where EKS did not tell. */
  readonly support?: VersionSupport;
  readonly groups: readonly ScannedGroup[];
  readonly leftAlone: readonly NodesLeftAlone[];
  /** Why nodes could not be looked at: then nothing is known but managed node groups, and no kubelet. */
  readonly unseen?: Problem;
}

/** How long EKS supports a Kubernetes minor (DescribeClusterVersions), and what the cluster chose for the end of it. */
export interface VersionSupport {
  /** STANDARD_SUPPORT, EXTENDED_SUPPORT, UNSUPPORTED; AWS may add values. */
  readonly status: string;
  readonly endOfStandard?: Instant;
  readonly endOfExtended?: Instant;
  /** The cluster's upgradePolicy: STANDARD is upgraded by EKS at the end of standard support; EXTENDED (the default) at the end of extended support. */
  readonly policy?: string;
}

/** A release as AWS lists it. */
export interface ListedRelease {
  readonly release: string;
  /** AMI id in the cluster's region; absent for one that is known from its name alone. */
  readonly image?: string;
  /** When it was made: by its own name, else when its parameter was last written. */
  readonly publishedAt?: Instant;
}

/**
 * - newest: nothing newer is listed
 * - behind: a newer release is listed
 * - withdrawn: it runs a release that AWS lists no more, and a newer one than AWS lists now
 * - custom: an AMI of the customer's own, known by its age alone
 * - unknown: AWS lists nothing to compare with, or the AMI could not be read
 */
export type Standing = "newest" | "behind" | "withdrawn" | "custom" | "unknown";

export interface ScannedGroup {
  readonly kind: Step["kind"];
  readonly name: string;
  /** Absent where the AMI is none that EKS has a name for. */
  readonly amiType?: string;
  readonly nodes: number;
  readonly status?: string;
  /** Kubernetes minor of its AMI: "1.34"; empty where nobody tells. */
  readonly version: string;
  /** What it runs; of several, the oldest. */
  readonly current: ListedRelease;
  /** How many of its nodes run the oldest, where others run something newer. */
  readonly mixed?: number;
  readonly newest?: ListedRelease;
  readonly standing: Standing;
  /** Whole days between the release it runs and the newest; absent where either's day is not known. */
  readonly daysBehind?: number;
  /** How many releases came out after the one it runs, the newest included; absent where not all of them are known. */
  readonly releasesBehind?: number;
  /** The newest was another, newer one before: AWS took it back. */
  readonly takenBack?: string;
  /** The oldest kubelet's minor, where nodes could be looked at. */
  readonly kubelet?: string;
}
