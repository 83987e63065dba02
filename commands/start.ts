import type { View } from "../src/slack/limits.js";
import { alreadyAskedAnswer, askedAnswer } from "../src/slack/views/status.js";
import type { Actor } from "./authorize.js";
import { showPlan, type TargetCommand } from "./plan.js";
import { findTarget } from "./target.js";
import type { Tools } from "./tools.js";

/** `start`: asks the approvers. Nothing is changed, and nothing is held, before they said yes. */
export async function start(command: TargetCommand, actor: Actor, tools: Tools): Promise<View> {
  const target = await findTarget(command, actor, tools);
  if ("refused" in target) return target.refused;
  const { cluster, nodeGroup } = target.found;
  const requested = await tools.upgrades.request(target.found, command.wish, actor.user);
  if ("blocked" in requested) return showPlan(requested.blocked, `${cluster}/${nodeGroup}`, tools);
  if ("open" in requested) {
    const link = await tools.linkTo(requested.open.id);
    return alreadyAskedAnswer(
      { run: requested.open, ...(link !== undefined && { link }) },
      tools.clock.now(),
    );
  }
  return askedAnswer({ run: requested.run });
}
