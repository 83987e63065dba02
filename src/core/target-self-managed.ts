import { whyNoNewReleases, whyNoReleases, whyOnlyLatest } from "./ami-support.js";
import { imageBlockers, imageWarnings, orderProblems, skewBlockers } from "./blockers-self-managed.js";
import type { Instant } from "./instant.js";
import type { Wish } from "./plan.js";
import type { Problem } from "./problems.js";
import { parseRelease } from "./release-text.js";
import { familyOf } from "./releases.js";
import type { TemplateVersionSeen } from "./roll/seen.js";
import type { ClusterSeen, ReleaseSeen } from "./seen.js";
import { type Ami, amiOf, amisOf, type RunningAmi, type SelfManagedGroup } from "./self-managed.js";

/** Where a self-managed group goes, and whether it may. */

/** Everything the plan of a self-managed group is made from. */
export interface SelfManagedLook {
  readonly cluster: ClusterSeen;
  /** Its images hold those of the templates and of the target, too. */
  readonly found: SelfManagedGroup;
  /** What the group's template, and those of its overrides, say now. */
  readonly templates: readonly TemplateVersionSeen[];
  /** Addresses left in the group's subnets, by zone. */
  readonly freeAddresses: Readonly<Record<string, number>>;
  readonly refreshing: boolean;
  /** The release that was asked for, or the latest; absent where AWS lists none, and where an AMI was named. */
  readonly release?: ReleaseSeen;
  /** The run that looks: what it left on the group is its own. */
  readonly run?: string;
}

/** The AMI whose family and user data a new one has to fit: the template's, where it names one that we know. */
export function familyAmi({
  found,
  templates,
}: Pick<SelfManagedLook, "found" | "templates">): Ami | undefined {
  const fromTemplate = templates.flatMap(({ image }) => (image ? [amiOf(image, found)] : []));
  return [...fromTemplate, ...amisOf(found)].find(({ amiType }) => amiType !== undefined);
}

/** The Kubernetes version a wish means: named, or that of the release that is named, or the control plane's. */
export function wishedMinor(wish: Wish, amiType: string, cluster: ClusterSeen): string {
  const family = familyOf(amiType);
  const release = family && wish.release !== undefined ? parseRelease(family, wish.release) : undefined;
  return wish.version ?? release?.minor ?? cluster.version;
}

/** The AMI a wish means; or why there is none. */
export function targetOf(look: SelfManagedLook, wish: Wish): Ami | { missing: Problem } {
  const { release, cluster, found } = look;
  if (wish.image !== undefined) return amiOf(wish.image, found);
  const family = familyAmi(look);
  if (family?.amiType === undefined) return { missing: imageNeeded(found) };
  const version = wishedMinor(wish, family.amiType, cluster);
  if (!release) return { missing: noRelease(family.amiType, version, wish) };
  return { ...amiOf(release.image, found), amiType: family.amiType, release: release.release, version };
}

function imageNeeded(found: SelfManagedGroup): Problem {
  const [ami] = amisOf(found);
  return {
    code: "ImageNeeded",
    what: `The group runs a custom image${ami ? ` (${ami.image})` : ""}: I cannot tell which one is newer`,
    next: "Name the AMI to go to: --ami ami-…",
  };
}

function noRelease(amiType: string, version: string, wish: Wish): Problem {
  const unavailable = whyNoReleases(amiType, version);
  if (unavailable) return unavailable;
  if (wish.release === undefined) {
    return {
      code: "NoRelease",
      what: `AWS lists no ${amiType} AMI for Kubernetes ${version} in this region`,
      next: "Check the Kubernetes version, or name an AMI: --ami ami-…",
    };
  }
  return (
    whyOnlyLatest(amiType) ?? {
      code: "ReleaseUnknown",
      what: `AWS lists no release ${wish.release} of ${amiType} for Kubernetes ${version}`,
      next: "Check its spelling, or leave it out to get the latest.",
    }
  );
}

/** What most of the instances run that have to go; where none has to, what they run. */
export function leavingOf(amis: readonly RunningAmi[], target: string): RunningAmi | undefined {
  const leaving = amis.filter(({ image }) => image !== target);
  const [most] = (leaving.length > 0 ? leaving : amis).toSorted((one, other) => other.count - one.count);
  return most;
}

export function targetProblems(
  look: SelfManagedLook,
  wish: Wish,
  from: RunningAmi,
  to: Ami,
  now: Instant,
): { blockers: Problem[]; warnings: Problem[] } {
  const { found, cluster } = look;
  if (from.image === to.image) return { blockers: [atTarget(look, to)], warnings: [] };
  const seen = found.images.find(({ id }) => id === to.image);
  const order = orderProblems(from, to, wish.image !== undefined || wish.release !== undefined);
  const ended = to.amiType === undefined ? undefined : whyNoNewReleases(to.amiType, now);
  return {
    blockers: [
      ...skewBlockers(to.version, cluster),
      ...imageBlockers(to.image, seen, to, familyAmi(look)?.amiType),
      ...order.blockers,
    ],
    warnings: [...(seen ? imageWarnings(seen, to, now) : []), ...order.warnings, ...(ended ? [ended] : [])],
  };
}

/** New instances come as the template says: it may still name another AMI than those that run. */
function atTarget({ found, templates }: SelfManagedLook, to: Ami): Problem {
  const other = templates.find(({ image }) => image !== undefined && image !== to.image);
  return {
    code: "AlreadyAtTarget",
    what: `Every instance of ${found.group.name} runs ${to.release} already`,
    next: other
      ? `But launch template ${other.name} version ${other.number} names ${other.image}: new instances come with that. Point the group at a version with ${to.image}.`
      : "Nothing to do.",
  };
}
