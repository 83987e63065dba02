import type { Recorded } from "../audit.js";
import type { About, Actor, Refused } from "../authority.js";

/** A refusal, as it is recorded. */
export function refusalEntry(
  { rule, why }: Pick<Refused, "rule" | "why">,
  { user, entry }: Actor,
  { what, cluster, run, planHash }: About,
  environment?: string,
): Recorded {
  return {
    ...{ kind: "refusal", who: user, what, outcome: "refused", rule, why, entry },
    ...(environment !== undefined && { environment }),
    ...(cluster !== undefined && { cluster }),
    ...(run !== undefined && { run }),
    ...(planHash !== undefined && { planHash }),
  };
}
