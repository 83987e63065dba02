import type { Actor } from "../src/authority.js";
import type { View } from "../src/slack/limits.js";
import { refusal } from "../src/slack/views/answers.js";
import { alreadyAskedAnswer, nothingToWatch, watchingAnswer } from "../src/slack/views/status.js";
import type { TargetCommand } from "./plan.js";
import { findTarget } from "./target.js";
import type { Tools } from "./tools.js";
import { recordUnasked } from "./undecided.js";

/** `watch`: follows an update that somebody started in the console, the CLI or a pipeline. */
export async function watch(command: TargetCommand, actor: Actor, tools: Tools): Promise<View> {
  const target = await findTarget(command, "start", actor, tools);
  if ("refused" in target) return target.refused;
  const title = `${target.found.cluster}/${target.found.nodeGroup}`;
  const watched = await tools.upgrades.watch(target.found, actor.user);
  recordUnasked(tools.audit, { actor, target: target.found, doing: "watch" }, watched);
  if ("none" in watched) return nothingToWatch(title);
  if ("unknownRelease" in watched) {
    return refusal({
      what: `I cannot follow the update of ${title}.`,
      why: `AWS does not list release ${watched.unknownRelease}, so I could not tell new nodes from old ones.`,
      next: "Follow it in the EKS console (node group, Update history).",
    });
  }
  if ("run" in watched) return watchingAnswer({ run: watched.run });
  const link = await tools.linkTo(watched.open.id);
  return alreadyAskedAnswer({ run: watched.open, ...(link !== undefined && { link }) }, tools.clock.now());
}
