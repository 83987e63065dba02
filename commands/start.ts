import type { Actor } from "../src/authority.js";
import type { View } from "../src/slack/limits.js";
import { answerRequest } from "./attempts.js";
import type { TargetCommand } from "./plan.js";
import { findTarget } from "./target.js";
import type { Tools } from "./tools.js";

/** `start`: asks the approvers. Nothing is changed, and nothing is held, before they said yes. */
export async function start(
  command: TargetCommand,
  actor: Actor,
  tools: Tools,
  reason = command.reason,
): Promise<View> {
  const target = await findTarget(command, "start", actor, tools);
  if ("refused" in target) return target.refused;
  const asker = { by: actor.user, ...(reason !== undefined && { reason }) };
  const requested = await tools.upgrades.request(target.found, command.wish, asker);
  const asking = { actor, target: target.found, doing: "start", ...(reason !== undefined && { reason }) };
  return answerRequest(requested, asking, tools);
}
