import { toBeginAt } from "./decide.js";
import { hasBegun, isOurs } from "./decide-control.js";
import { type Instant, type Milliseconds, sayDuration } from "./instant.js";
import { type Step, targetsOf, titleOf } from "./plan.js";
import type { Problem } from "./problems.js";
import type { Run, StepProgress } from "./run.js";
import { sayUtc } from "./zones.js";

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
  /** When another run began to take it on to another release, wherever that ended. */
  readonly until?: Instant;
}

/**
 * What has to have run there. The same name may be other software: that of a Bottlerocket release is the same for every
 * Kubernetes minor, and Amazon Linux calls its AMIs for other processors and accelerators alike.
 */
export interface Goal {
  readonly release: string;
  readonly version: string;
  readonly amiType: string;
}

/** What was seen of a release in the environment that goes first. */
export interface Promotion extends PromotionRule {
  readonly release: string;
  /** Absent in records of older bots, as is the AMI type: they went by the release's name alone. */
  readonly version?: string;
  readonly amiType?: string;
  /** Node groups there that a run took to the release, since the last run that failed: the first of them first. */
  readonly seen: readonly Arrival[];
  /** How many more there are. */
  readonly more?: number;
  /** The last run that failed on its way to the release, if nothing was seen since. */
  readonly failed?: {
    readonly run: string;
    readonly title: string;
    readonly at: Instant;
    /**
     * It was put back half-way (called off, or repaired after it failed), or failed and is under way again, or failed and
     * its next attempt was called off before it began.
     */
    readonly how?: "put back" | "again" | "called off";
  };
  /** Nothing was seen of it but other software of its name, there for the last time. */
  readonly namesake?: Pick<Arrival, "title"> & Omit<Goal, "release">;
  /** When it has soaked enough; undefined: nobody knows, for it does not run there. */
  readonly ready?: Instant;
}

/** More would make a record of many node groups long. */
const seenKept = 10;

/** Where the steps of a plan go. */
export function goalsOf(steps: readonly Step[]): Goal[] {
  return steps.map(({ amiType, to: { release, version } }) => ({ release, version, amiType }));
}

/**
 * What `runs` tell of these releases in the environment that goes first; of several, the one that is furthest from
 * being ready. What is at a release without a run of ours is no evidence: nobody knows since when.
 */
export function judgePromotion(rule: PromotionRule, goals: readonly Goal[], runs: readonly Run[]): Promotion {
  const there = runs.filter(({ plan }) => plan.environment === rule.environment);
  const [first, ...others] = goals.map((goal) => judgeGoal(rule, goal, there));
  if (!first) throw new Error("A plan without a step goes to no release.");
  const ready = (each: Promotion) => each.ready ?? Number.POSITIVE_INFINITY;
  return others.reduce((last, each) => (ready(each) > ready(last) ? each : last), first);
}

function judgeGoal(rule: PromotionRule, goal: Goal, runs: readonly Run[]): Promotion {
  const setback = runs
    .filter(({ plan }) => plan.steps.some((step) => goesTo(step, goal)))
    .flatMap((run) => setbackOf(run) ?? [])
    .reduce<Setback | undefined>(
      (last, each) => (last && last.counts >= each.counts ? last : each),
      undefined,
    );
  const since = setback?.counts ?? Number.NEGATIVE_INFINITY;
  const moves = runs.flatMap(movesOf).sort((one, other) => other.at - one.at);
  const all = arrivalsAt(goal, moves).filter(({ at }) => at >= since);
  // One that went on sooner has not run it for so long.
  const stayed = all.filter(({ at, until }) => until === undefined || until >= at + rule.soak);
  const [first] = stayed;
  const seen = first ? stayed : all;
  const namesake = seen.length === 0 && !setback ? namesakeOf(goal, moves) : undefined;
  return {
    ...rule,
    ...goal,
    seen: seen.slice(0, seenKept),
    ...(seen.length > seenKept && { more: seen.length - seenKept }),
    ...(setback && seen.length === 0 && { failed: setback.failed }),
    ...(namesake && { namesake }),
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
      return {
        failed: { ...failed, how: isOurs(run) || !retried ? "put back" : "called off" },
        counts: at + 1,
      };
    case "succeeded":
      return retried ? { failed, counts: at } : undefined;
    case "running":
      if (!retried && !isPutBack(run)) return undefined;
      return {
        failed: { ...failed, how: howItGoes(run) },
        counts: Number.POSITIVE_INFINITY,
      };
    default:
      return undefined;
  }
}

function howItGoes(run: Run): "put back" | "again" | "called off" {
  if (isPutBack(run)) return "put back";
  return run.stopping ? "called off" : "again";
}

/** Of what EKS drives nothing is put back: it is called off where it has not begun. */
function isPutBack(run: Run): boolean {
  return run.stopping !== undefined && isOurs(run);
}

/** An AMI of one's own has no release but its id. */
function goesTo({ amiType, to }: Step, { release, version, amiType: kind }: Goal): boolean {
  return to.image === release || (to.release === release && to.version === version && amiType === kind);
}

/** A moment at which a run of ours began to take a node group somewhere, or had taken it there. */
interface Move {
  readonly run: string;
  readonly title: string;
  readonly at: Instant;
  readonly target: string;
  readonly step: Step;
  readonly arrived: boolean;
}

function movesOf(run: Run): Move[] {
  const { id, state, plan, endedAt } = run;
  const targets = targetsOf(plan);
  return plan.steps.flatMap((step, index) => {
    const title = `${plan.cluster}/${step.nodeGroup}`;
    const move = { run: id, title, target: targets[index] ?? title, step };
    const begun = beginsOf(run, step, run.steps[index]).map((at) => ({ ...move, at, arrived: false }));
    return state === "succeeded" && endedAt !== undefined
      ? [...begun, { ...move, at: endedAt, arrived: true }]
      : begun;
  });
}

/** When nodes may have begun to leave what they ran: at the first attempt, and at the one that is under way or was last. */
function beginsOf(run: Run, step: Step, progress: StepProgress | undefined): Instant[] {
  if (!progress || (progress.attempt === 1 && !hasBegun(progress))) return [];
  // What EKS was to be asked for, and was not, has moved nothing.
  const over = run.endedAt !== undefined;
  const asPlanned = toBeginAt(run) ?? run.requestedAt;
  if (over && step.kind === "managed node group" && progress.updateId === undefined)
    return progress.attempt > 1 ? [asPlanned] : [];
  const last = progress.phases.setup.startedAt ?? asPlanned;
  return progress.attempt > 1 ? [asPlanned, last] : [last];
}

/** The first of them first, each with when its node group began to go on to another release. `moves`: the last one first. */
function arrivalsAt(goal: Goal, moves: readonly Move[]): Arrival[] {
  const wentOn = new Map<string, Instant>();
  const arrivals: Arrival[] = [];
  // From the last one back: what came after each is known then.
  for (const { run, title, at, target, step, arrived } of moves) {
    if (!goesTo(step, goal)) {
      wentOn.set(target, at);
      continue;
    }
    const until = wentOn.get(target);
    if (arrived) arrivals.push({ run, title, at, ...(until !== undefined && { until }) });
  }
  return arrivals.reverse();
}

function namesakeOf({ release }: Goal, moves: readonly Move[]): Promotion["namesake"] {
  const found = moves.find(({ step, arrived }) => arrived && step.to.release === release);
  return found && { title: found.title, version: found.step.to.version, amiType: found.step.amiType };
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
  const { environment, failed, ready, seen, soak } = promotion;
  const [first] = seen;
  if (failed) return { stands: failureWords(failed), next: afterFailure(failed, soak) };
  if (!first) return neverSeen(promotion);
  if (ready === undefined) {
    const ran = sayDuration((first.until ?? now) - first.at);
    return {
      stands: `${first.title} ran it for ${ran} only: then an upgrade of it to another release began`,
      next: `Plan the release that ${environment} runs now, or have an upgrade bring one of its node groups to this one. Where it stayed at this one, it takes somebody who may break the glass.`,
    };
  }
  const soFar = `it has for ${sayDuration(now - first.at)} (${first.title} since ${sayUtc(first.at)})`;
  return { stands: soFar, next: `Ask again in ${sayDuration(ready - now)}, from ${sayUtc(ready)} on.` };
}

function neverSeen({ environment, release, version = "", amiType = "", namesake }: Promotion) {
  const stands = namesake
    ? `${environment} has run another AMI of that name only, ${software(namesake)} (${namesake.title})`
    : `${environment} has not run it: no upgrade of mine took it there`;
  // An AMI of one's own is the same AMI wherever it runs.
  if (release.startsWith("ami-")) {
    return { stands, next: `Upgrade a node group of ${environment} to ${release} first.` };
  }
  const first = `Upgrade a node group of ${environment} to ${release} ${software({ version, amiType })} first`;
  const none =
    "Where it has none of that AMI type, make one there, or it takes somebody who may break the glass";
  return { stands, next: `${first}. ${none}.` };
}

/** "with Kubernetes 1.34 on BOTTLEROCKET_x86_64" */
function software({ version, amiType }: Omit<Goal, "release">): string {
  return `with Kubernetes ${version} on ${amiType}`;
}

function failureWords({ run, title, at, how }: NonNullable<Promotion["failed"]>): string {
  if (how === "again") return `run ${run} (${title}) did not go through there, and is under way again`;
  const [what, since] = {
    "put back": ["was put back half-way", ""],
    "called off": ["failed", ", and its next attempt was called off"],
    failed: ["failed", ""],
  }[how ?? "failed"];
  return `run ${run} (${title}) ${what} there, ${sayUtc(at)}${since}`;
}

function afterFailure({ run, how }: NonNullable<Promotion["failed"]>, soak: Milliseconds): string {
  const soaks = `it has to run there for ${sayDuration(soak)} from then on`;
  if (how === "again") return `Let it succeed: ${soaks}.`;
  const see = `/eks-upgrade status ${run} says why`;
  return how !== undefined
    ? `Have an upgrade to it succeed there: ${soaks}. ${see}.`
    : `Find out why, and have it succeed there (/eks-upgrade retry ${run}): ${soaks}. ${see}.`;
}
