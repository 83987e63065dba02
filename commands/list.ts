import { isTrouble } from "../src/core/problems.js";
import type { Environment } from "../src/fleet.js";
import { asProblem } from "../src/phases/trouble.js";
import type { View } from "../src/slack/limits.js";
import { type ListedCluster, listAnswer } from "../src/slack/views/fleet.js";
import type { Actor } from "./authorize.js";
import { nothingToShow } from "./shown.js";
import { findCluster } from "./target.js";
import type { Tools } from "./tools.js";

/** `list [cluster]`: what runs where, and what is behind. One cluster that cannot be read does not hide the others. */
export async function list(cluster: string | undefined, actor: Actor, tools: Tools): Promise<View> {
  const { authority, clock } = tools;
  if (cluster !== undefined) {
    const target = await findCluster(cluster, actor, tools);
    if ("refused" in target) return target.refused;
    const { environment, name, region } = target.found;
    return listAnswer([await look(environment, { name, region }, tools)], clock.now());
  }
  const environments = await authority.visible(actor);
  if (environments.length === 0) return nothingToShow;
  const looks = environments.flatMap((environment) =>
    environment.clusters.map((each) => look(environment, each, tools)),
  );
  return listAnswer(await Promise.all(looks), clock.now());
}

async function look(
  environment: Environment,
  cluster: { name: string; region: string },
  { upgrades }: Tools,
): Promise<ListedCluster> {
  const listed = { environment: environment.name, ...cluster };
  try {
    return { ...listed, look: await upgrades.overview(cluster) };
  } catch (error) {
    if (!isTrouble(error)) throw error;
    return { ...listed, problem: asProblem(error) };
  }
}
