import { requestBroken, withoutOverridden } from "../core/break-glass.js";
import { requestRun } from "../core/decide.js";
import type { Plan, Wish } from "../core/plan.js";
import { assemblePlan } from "../core/planner.js";
import { isTrouble, type Problem } from "../core/problems.js";
import type { Run } from "../core/run.js";
import { hoursAt } from "../core/windows.js";
import { foresee } from "../phases/foresee.js";
import { lookForPlan } from "../phases/look.js";
import { withConditions } from "./conditions.js";
import { loadRuns } from "./load.js";
import { withOutlook } from "./outlook.js";
import { hoursOf, rulesOf } from "./rules.js";
import { create } from "./save.js";
import type { Asker, Requested, Target, UpgradesOptions } from "./types.js";

/** A plan to be read: it is shown without the store, too, and then says what it does not know. */
export async function showPlan(options: UpgradesOptions, target: Target, wish: Wish): Promise<Plan> {
  const plan = await lookAt(options, target, wish);
  return judgedPlan(options, target, plan).catch((error: unknown) => {
    if (isTrouble(error)) throw error;
    return { ...plan, warnings: [...plan.warnings, conditionsUnknown] };
  });
}

const conditionsUnknown: Problem = {
  code: "ConditionsUnknown",
  what: "Whether it is locked, and what ran before elsewhere, could not be looked up: my store (Redis) does not answer",
  next: "Until it does, nothing starts.",
};

/** What an upgrade would be, and what stands in its way: in the world, and by the rules of the environment. */
async function makePlan(options: UpgradesOptions, target: Target, wish: Wish): Promise<Plan> {
  return judgedPlan(options, target, await lookAt(options, target, wish));
}

async function judgedPlan(options: UpgradesOptions, { environment }: Target, plan: Plan): Promise<Plan> {
  const now = options.clock.now();
  return withOutlook(await withConditions(options, environment, plan, now), environment, now);
}

async function lookAt(
  options: UpgradesOptions,
  { environment, cluster, region, kind, nodeGroup }: Target,
  wish: Wish,
): Promise<Plan> {
  const { outsides, clock, digest } = options;
  const outside = outsides.in(environment.name);
  const part = await lookForPlan(outside, { region, cluster }, { kind, nodeGroup }, wish, clock.now());
  const foreseen = part.step ? await foresee(outside, part, part.step, clock.now()) : { warnings: [] };
  const whole = { ...part, ...foreseen, warnings: [...part.warnings, ...foreseen.warnings] };
  return assemblePlan({ environment: environment.name, cluster, region, wish }, [whole], digest);
}

async function openRun({ runs }: UpgradesOptions, target: Target): Promise<Run | undefined> {
  const open = await loadRuns(runs, await runs.open());
  return open.find(
    ({ plan }) =>
      plan.cluster === target.cluster &&
      plan.region === target.region &&
      plan.steps.some(({ kind, nodeGroup }) => kind === target.kind && nodeGroup === target.nodeGroup),
  );
}

/** Asks the approvers. Nothing is changed, and nothing is held, before they said yes. */
export async function request(
  options: UpgradesOptions,
  target: Target,
  wish: Wish,
  asker: Asker,
): Promise<Requested> {
  const { approvals } = target.environment;
  const reason = asker.reason?.trim() ?? "";
  if (reason === "" && (approvals.reasonRequired || asker.breakGlass)) return { reasonMissing: true };
  // Who asks is to hear in time that the store is away, however long the look at AWS takes.
  const [made] = await Promise.all([makePlan(options, target, wish), options.runs.recent(1)]);
  const plan = asker.breakGlass ? withoutOverridden(made) : made;
  if (plan.blockers.length > 0 || plan.steps.length === 0) {
    // What stands in the way may be this very upgrade, which somebody else has started.
    const open = await openRun(options, target);
    return open ? { open } : { blocked: plan };
  }
  return asker.breakGlass
    ? startAtOnce(options, target, plan, { by: asker.by, reason })
    : ask(options, target, plan, { ...asker, reason });
}

async function ask(
  options: UpgradesOptions,
  target: Target,
  plan: Plan,
  { by, reason, whenOpen }: Asker,
): Promise<Requested> {
  const { environment } = target;
  const { channel } = environment;
  const hours = hoursAt(hoursOf(environment), options.clock.now(), "start");
  const startAt = hours.open ? undefined : hours.opensAt;
  if (!hours.open && !(whenOpen && startAt !== undefined)) {
    const open = await openRun(options, target);
    return open ? { open } : { closed: hours, plan };
  }
  const wanted = { by, channel, ...(reason && { reason }), ...(startAt !== undefined && { startAt }) };
  return create(options, (id, at) => requestRun(plan, { id, at, ...wanted }, rulesOf(environment)));
}

function startAtOnce(
  options: UpgradesOptions,
  { environment }: Target,
  plan: Plan,
  who: { readonly by: string; readonly reason: string },
): Promise<Requested> {
  const { channel } = environment;
  return create(options, (id, at) => requestBroken(plan, { id, channel, at, ...who }, rulesOf(environment)));
}
