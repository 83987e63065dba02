import { outlookOfHours } from "../core/hours-words.js";
import type { Instant } from "../core/instant.js";
import type { Plan } from "../core/plan.js";
import type { Environment } from "../fleet.js";
import { hoursOf } from "./rules.js";

/** The plan, with what its environment's hours mean for it. */
export function withOutlook(plan: Plan, environment: Environment, now: Instant): Plan {
  return { ...plan, warnings: [...plan.warnings, ...outlookOfHours(plan, hoursOf(environment), now)] };
}
