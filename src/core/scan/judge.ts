import { day } from "../instant.js";
import { parseRelease } from "../release-text.js";
import { compareReleases, familyOf } from "../releases.js";
import { compareMinors, isMinor } from "../versions.js";
import type { ListedRelease, ScannedGroup, Standing } from "./scanned.js";

/** What a scan saw of one node group, and what AWS lists for it. */
export interface GroupFacts
  extends Omit<ScannedGroup, "standing" | "daysBehind" | "releasesBehind" | "takenBack"> {
  /** The Kubernetes minor that `newest` is listed for, where that is not `version`. */
  readonly newestFor?: string;
  /** Releases that earlier scans saw listed as the newest of this amiType and minor in this region, in any order. */
  readonly known: readonly string[];
}

/** Says how far behind a node group is, as far as that can be known. */
export function judgeGroup(facts: GroupFacts): ScannedGroup {
  const { known, newestFor, ...seen } = facts;
  const { newest, ...alone } = seen;
  if (isCustom(facts)) return { ...alone, standing: "custom" };
  const { amiType } = facts;
  if (amiType === undefined || newest === undefined) return { ...alone, standing: "unknown" };
  const ahead = howFarAhead(facts, amiType, newest);
  if (ahead === undefined) return { ...seen, standing: "unknown" };
  const takenBack = newestOf(amiType, [newest.release, ...known]);
  return {
    ...seen,
    standing: standingBy(ahead),
    ...(ahead >= 0 && distance(facts, amiType, newest, ahead)),
    ...(takenBack !== newest.release && { takenBack }),
  };
}

/** Of a name that nobody knows and a day that nobody told, not even that can be said. */
function isCustom({ amiType, current }: GroupFacts): boolean {
  return amiType === "CUSTOM" || (amiType === undefined && current.publishedAt !== undefined);
}

function standingBy(ahead: number): Standing {
  if (ahead < 0) return "withdrawn";
  return ahead === 0 ? "newest" : "behind";
}

/** Positive where the newest listed is newer than what runs, negative where it is older; undefined where nobody can tell. */
function howFarAhead(facts: GroupFacts, amiType: string, newest: ListedRelease): number | undefined {
  const { current } = facts;
  if (!familyOf(amiType)) return undefined;
  if (current.image !== undefined && current.image === newest.image) return 0;
  const minors = minorsAhead(facts, amiType, newest);
  // What is listed for an older minor says nothing about whether the one that runs is listed.
  if (minors < 0) return undefined;
  return (
    minors || (compareReleases(amiType, newest.release, current.release) ?? byDay(amiType, current, newest))
  );
}

/** Bottlerocket's releases are called the same for every Kubernetes minor. */
function minorsAhead(
  { current, version, newestFor }: GroupFacts,
  amiType: string,
  newest: ListedRelease,
): number {
  const runs = minorIn(amiType, current.release) ?? version;
  const listed = minorIn(amiType, newest.release) ?? newestFor ?? version;
  return isMinor(runs) && isMinor(listed) ? compareMinors(listed, runs) : 0;
}

function minorIn(amiType: string, release: string): string | undefined {
  const family = familyOf(amiType);
  return family && parseRelease(family, release)?.minor;
}

/** An AMI of Amazon's that no node runs has a name with a day, but no release. On the same day either may be newer. */
function byDay(amiType: string, current: ListedRelease, newest: ListedRelease): number | undefined {
  if (compareReleases(amiType, newest.release, newest.release) === undefined) return undefined;
  return daysFrom(current, newest) || undefined;
}

function distance(
  facts: GroupFacts,
  amiType: string,
  newest: ListedRelease,
  ahead: number,
): Pick<ScannedGroup, "daysBehind" | "releasesBehind"> {
  if (ahead === 0) return { daysBehind: 0, releasesBehind: 0 };
  const { current, known } = facts;
  const days = daysFrom(current, newest);
  // Of another minor, other releases are known.
  const comparable = minorsAhead(facts, amiType, newest) === 0;
  const releases = comparable ? releasesSince(amiType, current.release, newest.release, known) : undefined;
  return {
    // A parameter that was written anew tells a day that is not the release's.
    ...(days !== undefined && days >= 0 && { daysBehind: days }),
    ...(releases !== undefined && { releasesBehind: releases }),
  };
}

/** Whole days; negative where the newest was made earlier. */
function daysFrom(current: ListedRelease, newest: ListedRelease): number | undefined {
  if (current.publishedAt === undefined || newest.publishedAt === undefined) return undefined;
  return Math.floor((newest.publishedAt - current.publishedAt) / day);
}

/** Undefined where scans never saw the current one as the newest: what came out before they began is not known. */
function releasesSince(
  amiType: string,
  current: string,
  newest: string,
  known: readonly string[],
): number | undefined {
  const order = (one: string, other: string) => compareReleases(amiType, one, other) ?? Number.NaN;
  if (!known.some((each) => order(each, current) === 0)) return undefined;
  const since = [newest, ...known].filter((each) => order(each, current) > 0 && order(each, newest) <= 0);
  return since.filter((each, index) => since.findIndex((other) => order(each, other) === 0) === index).length;
}

/** The first of them where several are equal. */
function newestOf(amiType: string, [first, ...others]: readonly [string, ...string[]]): string {
  return others.reduce(
    (newest, each) => ((compareReleases(amiType, each, newest) ?? 0) > 0 ? each : newest),
    first,
  );
}
