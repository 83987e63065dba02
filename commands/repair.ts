import type { Actor } from "../src/authority.js";
import type { View } from "../src/slack/limits.js";
import { parseRunValue } from "../src/slack/views/control.js";
import { leftoversAnswer } from "../src/slack/views/leftovers.js";
import { refusedRepair, repairingAnswer } from "../src/slack/views/orders.js";
import { findRun } from "./runs.js";
import { stale } from "./stale.js";
import { clusterName, findCluster } from "./target.js";
import type { Tools } from "./tools.js";
import { answerOrder } from "./undecided.js";

/** `repair <cluster>`: what dead upgrades left behind. Changes nothing. */
export async function repair(cluster: string, actor: Actor, tools: Tools): Promise<View> {
  const target = await findCluster(cluster, "start", actor, tools, { doing: "repair" });
  if ("refused" in target) return target.refused;
  const { name, region } = target.found;
  return leftoversAnswer(name, await tools.upgrades.leftovers(clusterName(target.found)), region);
}

/** *Put these back*: workers do it, for a crash in the middle must not lose it. */
export async function putBack(value: string, actor: Actor, tools: Tools): Promise<View> {
  const id = parseRunValue(value);
  if (id === undefined) return stale;
  const found = await findRun(id, "start", actor, tools, "repair");
  if ("refused" in found) return found.refused;
  const repaired = await tools.upgrades.repair(id, actor.user);
  const words = { done: repairingAnswer, refused: refusedRepair };
  return answerOrder(repaired, { actor, what: "repair" }, tools.audit, words);
}
