import type { Instant } from "../core/instant.js";
import type { Plan, Step } from "../core/plan.js";
import { isTrouble, type Problem } from "../core/problems.js";
import { forecastDrain } from "./forecast.js";
import { notForeseen } from "./hindrances.js";
import type { PlanLook } from "./look.js";
import type { Outside } from "./outside.js";

/** What is known of a drain before it begins. Without forecast: it could not be seen, and a warning says why. */
export interface Foreseen {
  readonly forecast?: NonNullable<Plan["forecast"]>;
  readonly warnings: readonly Problem[];
}

/**
 * What would make a drain of this node group slow, or stop for ever: warnings, not blockers, because people can act while
 * the upgrade runs. Nodes that run the target already stay, and are not looked at.
 */
export async function foresee(
  outside: Outside,
  { cluster, leaving }: PlanLook,
  step: Step,
  now: Instant,
): Promise<Foreseen> {
  try {
    const kubernetes = outside.kubernetes(cluster);
    const names = leaving ?? (await oldNodes(outside, cluster, step));
    const { move, block, warnings } = await forecastDrain(kubernetes, names, now);
    const blind = move + block === 0 && warnings.some(({ code }) => code === "DrainNotForeseen");
    return { warnings, ...(!blind && { forecast: { move, block } }) };
  } catch (error) {
    if (!isTrouble(error)) throw error;
    return { warnings: [notForeseen(error)] };
  }
}

async function oldNodes(
  outside: Outside,
  cluster: PlanLook["cluster"],
  { nodeGroup, to }: Step,
): Promise<string[]> {
  const nodes = await outside.kubernetes(cluster).nodes(nodeGroup);
  return nodes.filter(({ image }) => image !== to.image).map(({ name }) => name);
}
