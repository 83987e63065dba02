import { requestRun } from "../core/decide.js";
import type { Plan, Wish } from "../core/plan.js";
import { assemblePlan } from "../core/planner.js";
import type { Run } from "../core/run.js";
import { foresee } from "../phases/foresee.js";
import { lookForPlan } from "../phases/look.js";
import { loadRuns } from "./load.js";
import { rulesOf } from "./rules.js";
import { create } from "./save.js";
import type { Asker, Requested, Target, UpgradesOptions } from "./types.js";

export async function makePlan(
  { outsides, clock, digest }: UpgradesOptions,
  { environment, cluster, region, kind, nodeGroup }: Target,
  wish: Wish,
): Promise<Plan> {
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
  // Who asks is to hear in time that the store is away, however long the look at AWS takes.
  const [plan] = await Promise.all([makePlan(options, target, wish), options.runs.recent(1)]);
  if (plan.blockers.length > 0 || plan.steps.length === 0) {
    // What stands in the way may be this very upgrade, which somebody else has started.
    const open = await openRun(options, target);
    return open ? { open } : { blocked: plan };
  }
  const { channel } = target.environment;
  return create(options, (id, at) =>
    requestRun(plan, { id, channel, at, ...asker }, rulesOf(target.environment)),
  );
}
