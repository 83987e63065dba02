import type { Plan } from "../core/plan.js";
import { assemblePlan } from "../core/planner.js";
import type { Run } from "../core/run.js";
import { lookForPlan } from "../phases/look.js";
import { withConditions } from "./conditions.js";
import { withOutlook } from "./outlook.js";
import type { UpgradesOptions } from "./types.js";

/** The plan of a run as the world and the rules of its environment are now. */
export async function planAgain(options: UpgradesOptions, { plan }: Run): Promise<Plan> {
  const { outsides, clock, digest, fleet } = options;
  const outside = outsides.in(plan.environment);
  const parts = await Promise.all(
    plan.steps.map((step) => lookForPlan(outside, plan, step, plan.wish, clock.now())),
  );
  const environment = fleet.environments.find(({ name }) => name === plan.environment);
  if (!environment) throw new Error(`Environment ${plan.environment} is not in the fleet any more.`);
  const judged = await withConditions(options, environment, assemblePlan(plan, parts, digest), clock.now());
  return withOutlook(judged, environment, clock.now());
}
