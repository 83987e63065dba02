import type { Actor } from "../src/authority.js";
import { contentOf } from "../src/core/scan/rows.js";
import { rulesOf } from "../src/digests/rules.js";
import type { Environment } from "../src/fleet.js";
import type { View } from "../src/slack/limits.js";
import { checkAnswer } from "../src/slack/views/scan.js";
import { nothingToShow } from "./shown.js";
import { findCluster } from "./target.js";
import type { Tools } from "./tools.js";

/** `check [cluster]`: looks now, for whoever asks. */
export async function check(cluster: string | undefined, actor: Actor, tools: Tools): Promise<View> {
  if (cluster !== undefined) {
    const target = await findCluster(cluster, "see", actor, tools, { doing: "check" });
    if ("refused" in target) return target.refused;
    return look([target.found.environment], tools, cluster);
  }
  const environments = await tools.authority.visible(actor, { what: "check" });
  return environments.length === 0 ? nothingToShow : look(environments, tools);
}

async function look(environments: readonly Environment[], tools: Tools, only?: string): Promise<View> {
  const { digests, clock, fleet } = tools;
  const clusters = await digests.check(environments, only === undefined ? {} : { only });
  const now = clock.now();
  return checkAnswer(clusters, contentOf(clusters, rulesOf(fleet), now), now);
}
