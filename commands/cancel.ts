import type { View } from "../src/slack/limits.js";
import { cancelledAnswer, refusedCancel } from "../src/slack/views/status.js";
import type { Actor } from "./authorize.js";
import { findRun } from "./runs.js";
import type { Tools } from "./tools.js";

/** `cancel <run>`: calls it off while EKS was not asked; after that says why nobody can. */
export async function cancel(id: string, actor: Actor, tools: Tools): Promise<View> {
  const found = await findRun(id, actor, tools);
  if ("refused" in found) return found.refused;
  const cancelled = await tools.upgrades.cancel(found.found.id, actor.user);
  if (!cancelled) return refusedCancel("over", found.found);
  return cancelled.outcome === "cancelled"
    ? cancelledAnswer(cancelled.run)
    : refusedCancel(cancelled.refusal, cancelled.run);
}
