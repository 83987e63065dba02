import type { Environment, Fleet } from "../src/fleet.js";
import type { View } from "../src/slack/limits.js";
import { problemsAnswer, refusal } from "../src/slack/views/answers.js";
import type { NodeGroupNames } from "../src/upgrades/overview.js";
import type { ClusterName, NodeGroupName, Target } from "../src/upgrades/types.js";
import type { Actor } from "./authorize.js";
import { nearestName } from "./parse.js";
import type { Tools } from "./tools.js";

export type Found<T> = { readonly found: T } | { readonly refused: View };

interface FleetCluster {
  readonly environment: Environment;
  readonly name: string;
  readonly region: string;
}

/** Finds the cluster and makes sure that this person may operate it. Who may not, does not learn which clusters there are. */
export async function findCluster(name: string, actor: Actor, tools: Tools): Promise<Found<FleetCluster>> {
  const cluster = clustersOf(tools.fleet).find((each) => each.name === name);
  if (!cluster) return { refused: await unknownCluster(name, actor, tools) };
  const ruling = await tools.authority.mayOperate(cluster.environment, actor);
  if (ruling.allowed) return { found: cluster };
  return { refused: refusal({ what: `Not allowed for ${name}.`, why: `${ruling.why}.`, ask: ruling.ask }) };
}

/** Finds the node group too; a cluster with a single one needs no name. */
export async function findTarget(
  wanted: { cluster: string; nodeGroup?: string },
  actor: Actor,
  tools: Tools,
): Promise<Found<Target>> {
  const cluster = await findCluster(wanted.cluster, actor, tools);
  if ("refused" in cluster) return cluster;
  const { environment, name, region } = cluster.found;
  const names = await tools.upgrades.nodeGroups({ name, region }, wanted.nodeGroup);
  const group = choose(wanted.nodeGroup, names);
  if (group) return { found: { environment, cluster: name, region, ...group } };
  const others =
    names.groups.length === 0 && !names.unseen ? await whoElse({ name, region }, tools) : undefined;
  return { refused: others ?? whichNodeGroup(name, wanted.nodeGroup, names) };
}

/** Nodes that others replace: who, and what to do there instead. */
async function whoElse(cluster: ClusterName, { upgrades }: Tools): Promise<View | undefined> {
  const { leftAlone } = await upgrades.overview(cluster);
  if (leftAlone.length === 0) return undefined;
  const title = `${cluster.name} has no node group that I could upgrade:`;
  return problemsAnswer(
    title,
    leftAlone.map(({ why }) => why),
  );
}

function choose(wanted: string | undefined, { groups }: NodeGroupNames): NodeGroupName | undefined {
  if (wanted !== undefined) return groups.find(({ nodeGroup }) => nodeGroup === wanted);
  return groups.length === 1 ? groups[0] : undefined;
}

function whichNodeGroup(
  cluster: string,
  wanted: string | undefined,
  { groups, unseen }: NodeGroupNames,
): View {
  const names = groups.map(({ nodeGroup }) => nodeGroup);
  const known = names.length === 0 ? "It has no node groups." : `It has: ${names.join(", ")}.`;
  const why = unseen
    ? `${known} I could not look for self-managed ones: ${unseen.what}. ${unseen.next}`
    : known;
  if (wanted === undefined) {
    return refusal({
      what: `Which node group of ${cluster}?`,
      why,
      ...(names[0] && { next: `Write ${cluster}/${names[0]}.` }),
    });
  }
  const near = nearestName(wanted, names);
  return refusal({
    what: `${cluster} has no node group "${wanted}".`,
    why,
    ...(near && { next: `Did you mean ${cluster}/${near}?` }),
  });
}

async function unknownCluster(name: string, actor: Actor, tools: Tools): Promise<View> {
  const visible = await tools.authority.visible(actor);
  const names = visible.flatMap((environment) => environment.clusters.map((cluster) => cluster.name));
  const near = nearestName(name, names);
  const known = names.length === 0 ? "You may operate none." : `You may see: ${names.join(", ")}.`;
  return refusal({
    what: `I know no cluster "${name}".`,
    why: near ? `Did you mean ${near}?` : known,
    next: "Clusters are named in fleet.yaml; /eks-upgrade list shows yours.",
  });
}

function clustersOf(fleet: Fleet): FleetCluster[] {
  return fleet.environments.flatMap((environment) =>
    environment.clusters.map((cluster) => ({ environment, ...cluster })),
  );
}
