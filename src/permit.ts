import type { Allowed, Authority, Refused } from "./authority.js";
import type { Clock } from "./clock.js";
import { environmentsOver, isOf } from "./clusters.js";
import type { Right } from "./core/access/rights.js";
import type { Approval } from "./core/approval.js";
import type { Held } from "./core/held.js";
import { nextBatchTakes, type Permission } from "./core/hold.js";
import { hour, type Instant, type Milliseconds, minute, second } from "./core/instant.js";
import { locksOver, scopeName } from "./core/locks.js";
import { environmentUnknown, type Problem } from "./core/problems.js";
import { promotionProblem } from "./core/promotion.js";
import { isEnough, stricterOf } from "./core/quorum.js";
import type { Run } from "./core/run.js";
import { type ClosedNow, type HoursNow, hoursAt } from "./core/windows.js";
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
 * The environment's rules, one after another; the first that says no is the answer. What goes on minds the locks and hours of
 * every environment that has the cluster by then. Rejects when the store does not answer: then nothing is begun either.
 */
export function openPermit(options: PermitOptions): Permit {
  const { fleet, clock } = options;
  const ownOf = ({ plan }: Run) => fleet.environments.find(({ name }) => name === plan.environment);
  const lock: Rule = (run) => underLock(options, run, environmentsOver(fleet, run.plan));
  const starts: Rule = async (run) =>
    outsideHours(run, environmentsOver(fleet, run.plan), clock.now(), (environment, now) =>
      hoursAt(environment, now, "start"),
    );
  const soaked: Rule = (run, environment) => afterOrder(options, run, environment);
  const people: Rule = (run, environment) => byRights(options, run, environment);
  const inFleet: Rule = async (run, environment) =>
    isOf(fleet, environment, run.plan.cluster, run.plan.region) ? undefined : { refused: gone(run) };
  return {
    async toBegin(run) {
      const environment = ownOf(run);
      // Its clusters cannot be reached without it: whoever tries is told so.
      if (!environment) return { go: true };
      for (const rule of [inFleet, lock, starts, people, soaked]) {
        const permission = await rule(run, environment);
        if (permission) return permission;
      }
      return { go: true };
    },
    async toGoOn(run) {
      // Nothing can be begun of it, whatever else holds it: that is found, and told, before it waits for anything.
      if (!ownOf(run) && run.trouble?.code !== environmentUnknown) return { go: true };
      const over = environmentsOver(fleet, run.plan);
      const whileItLasts: HoursOf = (environment, now) => whileOpen(run, environment, now);
      return (
        (await underLock(options, run, over)) ??
        outsideHours(run, over, clock.now(), whileItLasts) ?? { go: true }
      );
    },
  };
}

/**
 * A person has answered for its hours, for now or for good. For those of an environment to which its cluster was moved since,
 * breaking the glass was no answer: who did it had no say there.
 */
function isFree({ plan, goOn, goOnIn, breakGlass }: Run, { name }: Environment, now: Instant): boolean {
  const own = name === plan.environment;
  if (own && breakGlass) return true;
  const answer = own ? goOn : goOnIn?.[name];
  return answer !== undefined && now < (answer.until ?? Number.POSITIVE_INFINITY);
}

async function underLock(
  { locks, clock }: PermitOptions,
  { plan: { cluster } }: Run,
  environments: readonly Environment[],
): Promise<Permission | undefined> {
  const places = environments.map(({ name }) => ({ environment: name, cluster }));
  const [lock] = locksOver(await locks.all(), ...places);
  if (!lock) return undefined;
  const now = clock.now();
  const place = scopeName(lock);
  const held: Held = { why: "lock", place, by: lock.by, reason: lock.reason, since: now };
  return { held, until: now + askAboutLock };
}

type HoursOf = (environment: Environment, now: Instant) => HoursNow;

/** Of those that are closed, the one that opens last: until then it waits anyway. */
function outsideHours(
  run: Run,
  environments: readonly Environment[],
  now: Instant,
  hoursOf: HoursOf,
): Permission | undefined {
  const [last] = environments
    .filter((environment) => !isFree(run, environment, now))
    .flatMap((environment) => {
      const hours = hoursOf(environment, now);
      return hours.open ? [] : [{ hours, place: environment.name }];
    })
    .sort((one, other) => opening(other.hours) - opening(one.hours));
  return last && asHeld(last.hours, now, last.place === run.plan.environment ? undefined : last.place);
}

/** Where it is not known, later than any moment: a number, so that two of them are the same. */
function opening({ opensAt = Number.MAX_SAFE_INTEGER }: ClosedNow): Instant {
  return opensAt;
}

/** The next nodes would not be through before it closes: they are not begun. */
function whileOpen(run: Run, environment: Environment, now: Instant): HoursNow {
  const hours = hoursAt(environment, now, "go on");
  if (!hours.open || hours.closesAt === undefined) return hours;
  const { closesAt } = hours;
  return closesAt - now < timeFor(run, environment, now) ? hoursAt(environment, closesAt, "go on") : hours;
}

/** What must be left of the window for the next nodes. */
function timeFor(run: Run, { name, windows }: Environment, now: Instant): Milliseconds {
  // Of the shortest window half is enough, however long they take: otherwise they would never be begun.
  const lengths = (windows?.open ?? []).map(({ from, to }) => (to - from) * minute);
  const enough = Math.min(nextBatchTakes(run), ...lengths.map((length) => length / 2));
  // It was said that it waits for the next one: that this goes quicker than thought is no reason to take that back.
  const { held, plan } = run;
  const inIts = held?.why === "window" && (held.place ?? plan.environment) === name;
  const waits = inIts && held.until !== undefined && now < held.until;
  return waits ? hour : enough;
}

/** `place`: whose hours these are, where they are not the plan's own. */
function asHeld(hours: HoursNow, now: Instant, place?: string): Permission | undefined {
  if (hours.open) return undefined;
  const { cause, reason, opensAt } = hours;
  const held: Held = {
    ...{ why: "window", since: now },
    ...(place !== undefined && { place }),
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
