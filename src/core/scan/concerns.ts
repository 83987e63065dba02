import { daysBetween } from "../ami-names.js";
import { whyNoNewReleases } from "../ami-support.js";
import { day, type Instant } from "../instant.js";
import { compareMinors, isMinor } from "../versions.js";
import type { Concern } from "./digest.js";
import type { ClusterFound, ScannedGroup, VersionSupport } from "./scanned.js";

/** Why what a scan found matters, worst first: of a node group and of its cluster; without a group, of the control plane. */
export function concernsOf(cluster: ClusterFound, group: ScannedGroup | undefined, now: Instant): Concern[] {
  const concerns = [
    ...supportConcern(cluster.support, now),
    ...(group ? groupConcerns(cluster, group, now) : []),
  ];
  return concerns.sort((one, other) => rankOf(one) - rankOf(other));
}

function groupConcerns({ version: plane }: ClusterFound, group: ScannedGroup, now: Instant): Concern[] {
  return [
    ...skewConcern(kubeletOf(group), plane),
    ...endedFamily(group, now),
    ...withdrawnConcern(group),
    ...oldImage(group, now),
  ];
}

/** What the AMI says where no node could be asked; of a custom AMI it says nothing, whatever EKS says. */
function kubeletOf({ kubelet, amiType, version }: ScannedGroup): string {
  return kubelet ?? (amiType === "CUSTOM" ? "" : version);
}

/** Lower is worse. */
function rankOf(concern: Concern): number {
  switch (concern.kind) {
    case "support ends":
      return concern.days < 0 ? 0 : 5;
    case "skew": {
      const room = concern.allowed - concern.behind;
      return room < 0 ? 1 : room === 0 ? 4 : 7;
    }
    case "withdrawn":
      return concern.runs ? 2 : 8;
    case "ended family":
      return 3;
    case "old image":
      return 6;
  }
}

type SupportEnds = Extract<Concern, { kind: "support ends" }>;

/** The next end that changes something. By the calendar; EKS' own word on where the version stands where that has a gap. */
function supportConcern(support: VersionSupport | undefined, now: Instant): SupportEnds[] {
  if (!support) return [];
  const { endOfStandard, endOfExtended } = support;
  if (support.policy === "STANDARD") {
    const ends = supportEnds("standard", endOfStandard, "upgraded by EKS", now);
    return ends.length > 0 ? ends : supportEnds("extended", endOfExtended, "upgraded by EKS", now);
  }
  if (inStandardSupport(support, now)) return supportEnds("standard", endOfStandard, "costs more", now);
  return supportEnds("extended", endOfExtended, "upgraded by EKS", now);
}

function inStandardSupport({ status, endOfStandard }: VersionSupport, now: Instant): boolean {
  return endOfStandard === undefined ? status === "STANDARD_SUPPORT" : daysUntil(endOfStandard, now) >= 0;
}

function supportEnds(
  which: SupportEnds["which"],
  on: Instant | undefined,
  next: SupportEnds["next"],
  now: Instant,
): SupportEnds[] {
  return on === undefined ? [] : [{ kind: "support ends", which, on, days: daysUntil(on, now), next }];
}

/** Days of the calendar (UTC), as people count: 0 on the day itself, negative from the day after. */
function daysUntil(moment: Instant, now: Instant): number {
  return Math.floor(moment / day) - Math.floor(now / day);
}

const firstPlaneThatAllowsThree = "1.28";
/** Closer than this is where nodes are for a while after every upgrade of a control plane. */
const toldFrom = 2;

/** A kubelet may be three minors older than the API server, two before 1.28 (Kubernetes' version skew policy). */
function skewConcern(kubelet: string, plane: string): Concern[] {
  if (!isMinor(kubelet) || !isMinor(plane)) return [];
  const behind = minorsBetween(kubelet, plane);
  const allowed = compareMinors(plane, firstPlaneThatAllowsThree) >= 0 ? 3 : 2;
  return behind >= toldFrom ? [{ kind: "skew", kubelet, behind, allowed }] : [];
}

/** Within one major; between majors nobody has said yet how many there are. */
function minorsBetween(older: string, newer: string): number {
  const [majorOld = 0, minorOld = 0] = older.split(".").map(Number);
  const [majorNew = 0, minorNew = 0] = newer.split(".").map(Number);
  return majorOld === majorNew ? minorNew - minorOld : 0;
}

function endedFamily({ amiType = "" }: ScannedGroup, now: Instant): Concern[] {
  return whyNoNewReleases(amiType, now) ? [{ kind: "ended family" }] : [];
}

function withdrawnConcern({ standing, current, takenBack }: ScannedGroup): Concern[] {
  if (standing === "withdrawn") return [{ kind: "withdrawn", release: current.release, runs: true }];
  return takenBack === undefined ? [] : [{ kind: "withdrawn", release: takenBack, runs: false }];
}

function oldImage({ standing, current }: ScannedGroup, now: Instant): Concern[] {
  if (standing !== "custom" || current.publishedAt === undefined) return [];
  return [{ kind: "old image", days: Math.max(0, daysBetween(current.publishedAt, now)) }];
}
