import { type Instant, minute, second } from "../instant.js";
import type { RollProgress } from "../run.js";
import type { Action } from "./actions.js";
import { signOf } from "./sign.js";

/**
 * The same intents again, right after they were carried out: the world does not show yet what was done, or somebody
 * undoes it. Each time they have to wait twice as long.
 */
export function followRepeats(
  { repeated }: Pick<RollProgress, "repeated">,
  intents: readonly Action[],
  now: Instant,
): { readonly roll: Pick<RollProgress, "repeated">; readonly pauseUntil?: Instant } {
  if (intents.length === 0) return { roll: {} };
  const sign = signOf(JSON.stringify(intents));
  if (repeated?.sign !== sign) return { roll: { repeated: { sign, times: 1, at: now } } };
  const pauseUntil = repeated.at + Math.min(minute, second * 2 ** repeated.times);
  if (now < pauseUntil) return { roll: {}, pauseUntil };
  return { roll: { repeated: { sign, times: repeated.times + 1, at: now } } };
}
