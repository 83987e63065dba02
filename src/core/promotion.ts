import { hasBegun } from "./decide-control.js";
import { type Instant, type Milliseconds, sayDuration } from "./instant.js";
import { type Step, targetsOf, titleOf } from "./plan.js";
import type { Problem } from "./problems.js";
import type { Run } from "./run.js";

/** An environment may only go to a release that another has run for so long without a failed run. */
export interface PromotionRule {
  readonly environment: string;
  readonly soak: Milliseconds;
}

/** A node group that a run of ours took to the release. */
export interface Arrival {
  readonly run: string;
  readonly title: string;
  readonly at: Instant;
  /** When another run took it on to another release. */
  readonly until?: Instant;
}

/** What was seen of a release in the environment that goes first. */
export interface Promotion extends PromotionRule {
  readonly release: string;
  /** Node groups there that a run took to the release, since the last run that failed: the first of them first. */
  readonly seen: readonly Arrival[];
  /** How many more there are. */
  readonly more?: number;
  /** The last run that failed on its way to the release, if nothing was seen since. */
  readonly failed?: {
    readonly run: string;
    readonly title: string;
    readonly at: Instant;
    /** It was put back half-way (called off, or repaired after it failed), or failed and is under way again. */
    readonly how?: "put back" | "again";
  };
  /** When it has soaked enough; undefined: nobody knows, for it does not run there. */
  readonly ready?: Instant;
}

/** More would make a record of many node groups long. */
const seenKept = 10;

/**
 * What `runs` tell of these releases in the environment that goes first; of several, the one that is furthest from
 * being ready. What is at a release without a run of ours is no evidence: nobody knows since when.
 */
export function judgePromotion(
  rule: PromotionRule,
  releases: readonly string[],
  runs: readonly Run[],
): Promotion {
  const there = runs.filter(({ plan }) => plan.environment === rule.environment);
  const [first, ...others] = releases.map((release) => judgeRelease(rule, release, there));
  if (!first) throw new Error("A plan without a step goes to no release.");
  const ready = (each: Promotion) => each.ready ?? Number.POSITIVE_INFINITY;
  return others.reduce((last, each) => (ready(each) > ready(last) ? each : last), first);
}

function judgeRelease(rule: PromotionRule, release: string, runs: readonly Run[]): Promotion {
  const setback = runs
    .filter(({ plan }) => plan.steps.some((step) => goesTo(step, release)))
    .flatMap((run) => setbackOf(run) ?? [])
    .reduce<Setback | undefined>(
      (last, each) => (last && last.counts >= each.counts ? last : each),
      undefined,
    );
  const since = setback?.counts ?? Number.NEGATIVE_INFINITY;
  const all = arrivalsAt(release, runs).filter(({ at }) => at >= since);
  // One that went on sooner has not run it for so long.
  const stayed = all.filter(({ at, until }) => until === undefined || until >= at + rule.soak);
  const [first] = stayed;
  const seen = first ? stayed : all;
  return {
    ...rule,
    release,
    seen: seen.slice(0, seenKept),
    ...(seen.length > seenKept && { more: seen.length - seenKept }),
    ...(setback && seen.length === 0 && { failed: setback.failed }),
    ...(first && { ready: first.at + rule.soak }),
  };
}

interface Setback {
  readonly failed: NonNullable<Promotion["failed"]>;
  /** What arrived before does not count. */
  readonly counts: Instant;
}

/** A run that began and did not get there, or not at its first attempt. */
function setbackOf(run: Run): Setback | undefined {
  const retried = run.steps.some(({ attempt }) => attempt > 1);
  if (!retried && !run.steps.some(hasBegun)) return undefined;
  const at = run.endedAt ?? run.decidedAt ?? run.requestedAt;
  const failed = { run: run.id, title: titleOf(run.plan), at };
  switch (run.state) {
    case "failed":
      return { failed, counts: at + 1 };
    case "cancelled":
      return { failed: { ...failed, how: "put back" }, counts: at + 1 };
    case "succeeded":
      return retried ? { failed, counts: at } : undefined;
    case "running":
      if (!retried && !run.stopping) return undefined;
      return {
        failed: { ...failed, how: run.stopping ? "put back" : "again" },
        counts: Number.POSITIVE_INFINITY,
      };
    default:
      return undefined;
  }
}

/** An AMI of one's own has no release but its id. */
function goesTo({ to }: Step, release: string): boolean {
  return to.release === release || to.image === release;
}

/** A node group that a run of ours took somewhere. */
interface Move extends Arrival {
  readonly target: string;
  readonly step: Step;
}

function movesOf({ id, state, plan, endedAt: at }: Run): Move[] {
  if (state !== "succeeded" || at === undefined) return [];
  const targets = targetsOf(plan);
  return plan.steps.map((step, index) => {
    const title = `${plan.cluster}/${step.nodeGroup}`;
    return { run: id, title, at, target: targets[index] ?? title, step };
  });
}

/** The first of them first, each with when its node group went on to another release. */
function arrivalsAt(release: string, runs: readonly Run[]): Arrival[] {
  const moves = runs.flatMap(movesOf).sort((one, other) => other.at - one.at);
  const wentOn = new Map<string, Instant>();
  const arrivals: Arrival[] = [];
  // From the last one back: what came after each is known then.
  for (const { run, title, at, target, step } of moves) {
    if (!goesTo(step, release)) {
      wentOn.set(target, at);
      continue;
    }
    const until = wentOn.get(target);
    arrivals.push({ run, title, at, ...(until !== undefined && { until }) });
  }
  return arrivals.reverse();
}

/**
 * Why the release may not go on yet; undefined when it may.
 * @param environment where it may not go to
 */
export function promotionProblem(
  promotion: Promotion,
  now: Instant,
  environment?: string,
): Problem | undefined {
  const { ready, release, environment: first, soak } = promotion;
  if (ready !== undefined && now >= ready) return undefined;
  const { stands, next } = standOf(promotion, now);
  const where = environment ?? "This environment";
  const rule = `${where} may only go to ${release} when ${first} has run it for ${sayDuration(soak)} without a failed upgrade`;
  return { code: "NotSoaked", what: `${rule}: ${stands}`, next };
}

function standOf(promotion: Promotion, now: Instant): { stands: string; next: string } {
  const { environment, failed, ready, release, seen, soak } = promotion;
  const [first] = seen;
  if (failed) return { stands: failureWords(failed), next: afterFailure(failed, soak) };
  if (!first) {
    return {
      stands: `${environment} has not run it: no upgrade of mine took it there`,
      next: `Upgrade a node group of ${environment} to ${release} first.`,
    };
  }
  if (ready === undefined) {
    const ran = sayDuration((first.until ?? now) - first.at);
    return {
      stands: `${first.title} ran it for ${ran} only, and has gone on to another release`,
      next: `Plan the release that ${environment} runs now, or bring one of its node groups back to this one.`,
    };
  }
  const soFar = `it has for ${sayDuration(now - first.at)} (${first.title} since ${utc(first.at)})`;
  return { stands: soFar, next: `Ask again in ${sayDuration(ready - now)}, from ${utc(ready)} on.` };
}

function failureWords({ run, title, at, how }: NonNullable<Promotion["failed"]>): string {
  if (how === "again") return `run ${run} (${title}) did not go through there, and is under way again`;
  return `run ${run} (${title}) ${how === "put back" ? "was put back half-way" : "failed"} there, ${utc(at)}`;
}

function afterFailure({ run, how }: NonNullable<Promotion["failed"]>, soak: Milliseconds): string {
  const soaks = `it has to run there for ${sayDuration(soak)} from then on`;
  if (how === "again") return `Let it succeed: ${soaks}.`;
  const see = `/eks-upgrade status ${run} says why`;
  return how === "put back"
    ? `Have an upgrade to it succeed there: ${soaks}. ${see}.`
    : `Find out why, and have it succeed there (/eks-upgrade retry ${run}): ${soaks}. ${see}.`;
}

/** "Tue 2026-07-21 10:00 UTC" */
function utc(at: Instant): string {
  const date = new Date(at);
  return `${date.toUTCString().slice(0, 3)} ${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
