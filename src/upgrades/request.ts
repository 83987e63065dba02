import { requestRun } from "../core/decide.js";
import type { Plan, Wish } from "../core/plan.js";
import { assemblePlan } from "../core/planner.js";
import { foresee } from "../phases/foresee.js";
import { lookForPlan } from "../phases/look.js";
import { rulesOf } from "./rules.js";
import { create } from "./save.js";
import type { Asker, Requested, Target, UpgradesOptions } from "./types.js";

export async function makePlan(
  { outside, clock, digest }: UpgradesOptions,
  { environment, cluster, region, kind, nodeGroup }: Target,
  wish: Wish,
): Promise<Plan> {
  const part = await lookForPlan(outside, { region, cluster }, { kind, nodeGroup }, wish, clock.now());
  const foreseen = part.step ? await foresee(outside, part, part.step, clock.now()) : { warnings: [] };
  const whole = { ...part, ...foreseen, warnings: [...part.warnings, ...foreseen.warnings] };
  return assemblePlan({ environment: environment.name, cluster, region, wish }, [whole], digest);
}

/** Asks the approvers. Nothing is changed, and nothing is held, before they said yes. */
export async function request(
  options: UpgradesOptions,
  target: Target,
  wish: Wish,
  asker: Asker,
): Promise<Requested> {
  // Who asks is to hear in time that the store is away, however long the look at AWS takes.
  const [plan] = await Promise.all([makePlan(options, target, wish), options.runs.recent(1)]);
  if (plan.blockers.length > 0 || plan.steps.length === 0) return { blocked: plan };
  const { channel } = target.environment;
  return create(options, (id, at) =>
    requestRun(plan, { id, channel, at, ...asker }, rulesOf(target.environment)),
  );
}
