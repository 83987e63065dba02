import type { Refused } from "../src/authority.js";
import type { View } from "../src/slack/limits.js";
import { refusal } from "../src/slack/views/answers.js";

/** Says by which rule, and whom to ask or where to go. `what`: "You cannot approve this." */
export function notAllowed(what: string, { why, ask, places = [] }: Refused, next?: string): View {
  return refusal({ what, why: `${why}.`, ask, places, ...(next !== undefined && { next }) });
}
