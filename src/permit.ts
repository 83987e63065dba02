import type { Allowed, Authority, Refused } from "./authority.js";
import type { Clock } from "./clock.js";
import { isOf } from "./clusters.js";
import type { Right } from "./core/access/rights.js";
import type { Approval } from "./core/approval.js";
import type { Held } from "./core/held.js";
import { nextBatchTakes, type Permission } from "./core/hold.js";
import { hour, type Instant, type Milliseconds, minute, second } from "./core/instant.js";
import { locksOver, scopeName } from "./core/locks.js";
import type { Problem } from "./core/problems.js";
import { promotionProblem } from "./core/promotion.js";
import { isEnough, stricterOf } from "./core/quorum.js";
import type { Run } from "./core/run.js";
import { type HoursNow, hoursAt } from "./core/windows.js";
import type { Environment, Fleet } from "./fleet.js";
import type { Permit } from "./phases/permit.js";
import type { Locks } from "./redis/locks.js";
import type { Runs } from "./redis/runs.js";
import { isSlackTrouble } from "./slack/trouble.js";
import { promotionOf } from "./upgrades/conditions.js";
import { rulesOf } from "./upgrades/rules.js";

export interface PermitOptions {
  readonly fleet: Fleet;
  readonly locks: Pick<Locks, "all">;
  readonly runs: Pick<Runs, "recent" | "load">;
  readonly clock: Clock;
  /** Rejects with SlackTrouble while Slack does not say who the bot is. */
  readonly authority: () => Promise<Pick<Authority, "still">>;
}

type Rule = (run: Run, environment: Environment) => Promise<Permission | undefined>;

/** How long until a lock, and Slack's answer, are asked for again. Whoever takes a lock off rings at once. */
const askAboutLock = minute;
const askSlack = 30 * second;
/** A window whose next opening is not known. */
const askAboutWindow = 10 * minute;

/**
 * The environment's rules, one after another; the first that says no is the answer. Rejects when the store does not answer:
 * then nothing is begun either.
 */
export function openPermit(options: PermitOptions): Permit {
  const { fleet, clock } = options;
  const first = async (rules: readonly Rule[], run: Run): Promise<Permission> => {
    const environment = fleet.environments.find(({ name }) => name === run.plan.environment);
    // Its clusters cannot be reached without it: whoever tries is told so.
    if (!environment) return { go: true };
    for (const rule of rules) {
      const permission = await rule(run, environment);
      if (permission) return permission;
    }
    return { go: true };
  };
  const lock: Rule = (run, environment) => underLock(options, run, environment);
  const starts: Rule = async (run, environment) => {
    const now = clock.now();
    return asHeld(isFree(run, now) ? undefined : hoursAt(environment, now, "start"), now);
  };
  const goesOn: Rule = async (run, environment) => {
    const now = clock.now();
    return isFree(run, now) ? undefined : asHeld(whileOpen(run, environment, now), now);
  };
  const soaked: Rule = (run, environment) => afterOrder(options, run, environment);
  const people: Rule = (run, environment) => byRights(options, run, environment);
  const inFleet: Rule = async (run, environment) =>
    isOf(fleet, environment, run.plan.cluster, run.plan.region) ? undefined : { refused: gone(run) };
  return {
    toBegin: (run) => first([inFleet, lock, starts, people, soaked], run),
    toGoOn: (run) => first([lock, goesOn], run),
  };
}

/** A person has answered for its hours, for now or for good. */
function isFree({ goOn, breakGlass }: Run, now: Instant): boolean {
  return breakGlass !== undefined || (goOn !== undefined && now < (goOn.until ?? Number.POSITIVE_INFINITY));
}

async function underLock({ locks, clock }: PermitOptions, { plan }: Run, environment: Environment) {
  const [lock] = locksOver(await locks.all(), { environment: environment.name, cluster: plan.cluster });
  if (!lock) return undefined;
  const now = clock.now();
  const place = scopeName(lock);
  const held: Held = { why: "lock", place, by: lock.by, reason: lock.reason, since: now };
  return { held, until: now + askAboutLock };
}

/** The next nodes would not be through before it closes: they are not begun. */
function whileOpen(run: Run, environment: Environment, now: Instant): HoursNow {
  const hours = hoursAt(environment, now, "go on");
  if (!hours.open || hours.closesAt === undefined) return hours;
  const { closesAt } = hours;
  return closesAt - now < timeFor(run, environment, now) ? hoursAt(environment, closesAt, "go on") : hours;
}

/** What must be left of the window for the next nodes. */
function timeFor(run: Run, { windows }: Environment, now: Instant): Milliseconds {
  // Of the shortest window half is enough, however long they take: otherwise they would never be begun.
  const lengths = (windows?.open ?? []).map(({ from, to }) => (to - from) * minute);
  const enough = Math.min(nextBatchTakes(run), ...lengths.map((length) => length / 2));
  // It was said that it waits for the next one: that this goes quicker than thought is no reason to take that back.
  const { held } = run;
  const waits = held?.why === "window" && held.until !== undefined && now < held.until;
  return waits ? hour : enough;
}

function asHeld(hours: HoursNow | undefined, now: Instant): Permission | undefined {
  if (!hours || hours.open) return undefined;
  const { cause, reason, opensAt } = hours;
  const held: Held = {
    ...{ why: "window", since: now },
    ...(cause === "freeze" && { freeze: reason ?? "" }),
    ...(opensAt !== undefined && { until: opensAt }),
  };
  // A file that changed meanwhile may open it sooner.
  const until = Math.min(opensAt ?? Number.POSITIVE_INFINITY, now + askAboutWindow);
  return { held, until };
}

/** What ran there before may have failed since the plan was approved. */
async function afterOrder(
  { runs, clock }: PermitOptions,
  run: Run,
  environment: Environment,
): Promise<Permission | undefined> {
  if (run.breakGlass) return undefined;
  const promotion = await promotionOf({ runs }, environment, run.plan);
  const problem = promotion && promotionProblem(promotion, clock.now(), environment.name);
  return problem && { refused: problem };
}

/** Whoever asked and whoever approved still may, and they are still enough: both may have changed since. */
async function byRights(
  { authority, clock }: PermitOptions,
  run: Run,
  environment: Environment,
): Promise<Permission | undefined> {
  try {
    const { still } = await authority();
    const approvals: Approval[] = [];
    for (const { right, user, at, did, approval } of actsOf(run)) {
      const ruling = await still(right, asItWas(environment, approval), user, at);
      if (!ruling.allowed) {
        return ruling.rule === "unsure"
          ? unsure(ruling.unsure?.code, clock.now())
          : { refused: noLonger(ruling, did, user, run) };
      }
      if (approval) approvals.push(standingNow(approval, ruling, environment));
    }
    return run.breakGlass ? undefined : tooFew(run, approvals, environment);
  } catch (error) {
    if (!isSlackTrouble(error)) throw error;
    return unsure(error.code, clock.now());
  }
}

/** Whoever spoke for another, or for themselves, does not come to speak for somebody else: that would be their voice twice. */
function asItWas(environment: Environment, approval?: Approval): Environment {
  if (!approval) return environment;
  return { ...environment, deputies: environment.deputies.filter(({ of }) => of === approval.deputyOf) };
}

/** Who has left a group since stands for it no more. What fleet.yaml does not ask for any more is not asked of Slack. */
function standingNow(
  approval: Approval,
  { groups = [] }: Allowed,
  { approvals: { oneFromEach } }: Environment,
): Approval {
  const others = (approval.groups ?? []).filter((group) => !oneFromEach.includes(group));
  return { ...approval, groups: [...others, ...groups] };
}

interface Act {
  readonly right: Right;
  readonly user: string;
  /** When, where that may have been as a deputy, whose time is over by now. */
  readonly at?: Instant;
  /** "asked for it" */
  readonly did: string;
  readonly approval?: Approval;
}

function actsOf({ plan, requestedBy, approvals, breakGlass }: Run): readonly Act[] {
  if (breakGlass) {
    const by = { user: breakGlass.by, did: "started it without approval" };
    return [
      { right: "break glass", ...by },
      ...(plan.wish.force ? [{ right: "force", ...by } as const] : []),
    ];
  }
  return [
    { right: plan.wish.force ? "force" : "start", user: requestedBy, did: "asked for it" },
    ...approvals.map((approval): Act => {
      const { by: user, at } = approval;
      return { right: "approve", user, at, did: "approved it", approval };
    }),
  ];
}

function unsure(code: string | undefined, now: Instant): Permission {
  const what = `Slack does not tell whether those who decided still may${code === undefined ? "" : ` (${code})`}`;
  return { held: { why: "unsure", what, since: now }, until: now + askSlack };
}

/** Whoever is refused is not the one who reads it. */
function noLonger({ rule, why }: Refused, did: string, user: string, run: Run): Problem {
  // Nobody's doing: what it would say would be read by nobody, or by others.
  if (rule === "channel") {
    const next = "Whoever keeps fleet.yaml can name another one; then ask for it again.";
    return { code: "ChannelUnfit", what: why, next };
  }
  const may = `may not do so any more: ${why.charAt(0).toLowerCase()}${why.slice(1)}`;
  return {
    code: "NotAllowedAnyMore",
    what: `Whoever ${did} ${rule === "role" ? may : "is no active member of this workspace any more"}`,
    by: { user },
    next: `Ask for it again; /eks-upgrade history ${run.plan.cluster} shows who decided what.`,
  };
}

/** The file may ask for more by now, or what was given stands for less. */
function tooFew(run: Run, approvals: readonly Approval[], environment: Environment): Permission | undefined {
  const isEnoughBy = (given: Run) => isEnough(stricterOf(given, rulesOf(environment)));
  if (isEnoughBy({ ...run, approvals })) return undefined;
  const what = isEnoughBy(run)
    ? "Whoever approved it for a user group of which somebody has to is not in that group any more"
    : "fleet.yaml asks for more approvals by now than it was given";
  return { refused: { code: "ApprovalsTooFew", what, next: "Plan again and have it approved." } };
}

/** fleet.yaml gives it to another environment, with rules of its own, or to nobody. */
function gone(run: Run): Problem {
  const { cluster, environment } = run.plan;
  return {
    code: "ClusterNotInFleet",
    what: `${cluster} does not belong to ${environment} any more, by fleet.yaml`,
    next: "Where it belongs to another environment, ask for it again.",
  };
}
