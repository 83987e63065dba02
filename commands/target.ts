import type { About, Actor } from "../src/authority.js";
import type { EnvironmentClusters, FleetCluster } from "../src/clusters.js";
import type { Right } from "../src/core/access/rights.js";
import type { Environment } from "../src/fleet.js";
import type { View } from "../src/slack/limits.js";
import { problemsAnswer, refusal } from "../src/slack/views/answers.js";
import type { NodeGroupNames } from "../src/upgrades/node-groups.js";
import type { ClusterName, NodeGroupName, Target } from "../src/upgrades/types.js";
import { nearestName } from "./parse.js";
import { notAllowed } from "./refused.js";
import type { Tools } from "./tools.js";

export type Found<T> = { readonly found: T } | { readonly refused: View };

/** By its environment's name, as use cases know it. */
export function clusterName({ environment, name, region }: FleetCluster): ClusterName {
  return { environment: environment.name, name, region };
}

export interface HowToFind {
  /** What they want to do, as it is recorded; the right's own name where this says nothing. */
  readonly doing?: string;
  /** They read the cluster's name in a message of ours: then a refusal is no secret. */
  readonly named?: true;
}

/**
 * Finds the cluster and makes sure that this person may do this with it; "see": what whoever has any right there may. Whoever
 * sees nothing of its environment is told the same as if there were no such cluster.
 */
export async function findCluster(
  name: string,
  right: Right | "see",
  actor: Actor,
  tools: Tools,
  { doing = right, named }: HowToFind = {},
): Promise<Found<FleetCluster>> {
  const fleet = await clustersOf(tools);
  const cluster = fleet.clusters.find((each) => each.name === name);
  const unknown = async () => ({ refused: await unknownCluster(name, fleet, actor, tools) });
  if (!cluster) return unknown();
  const { environment } = cluster;
  const about = { what: `${doing} ${name}`, cluster: name };
  if (right === "see" && (await sees(environment, actor, tools, about))) return { found: cluster };
  // Who may do nothing at all may not plan either: so the rule is recorded by which it was.
  const needed = right === "see" ? "plan" : right;
  const ruling = await tools.authority.may(needed, environment, actor, about);
  if (ruling.allowed && right !== "see") return { found: cluster };
  if (ruling.allowed || !(named || (await sees(environment, actor, tools)))) return unknown();
  return { refused: notAllowed(`Not allowed for ${name}.`, ruling) };
}

async function sees(
  environment: Environment,
  actor: Actor,
  { authority }: Tools,
  about?: About,
): Promise<boolean> {
  return (await authority.visible(actor, about)).some(({ name }) => name === environment.name);
}

/** Finds the node group too; a cluster with a single one needs no name. `wanted.name`: of the command. */
export async function findTarget(
  wanted: { readonly cluster: string; readonly nodeGroup?: string; readonly name?: string },
  right: Right,
  actor: Actor,
  tools: Tools,
): Promise<Found<Target>> {
  const cluster = await findCluster(wanted.cluster, right, actor, tools, { doing: wanted.name ?? right });
  if ("refused" in cluster) return cluster;
  const { environment, name, region } = cluster.found;
  const names = await tools.upgrades.nodeGroups(clusterName(cluster.found), wanted.nodeGroup);
  const group = choose(wanted.nodeGroup, names);
  if (group) return { found: { environment, cluster: name, region, ...group } };
  const others =
    names.groups.length === 0 && !names.unseen ? await whoElse(clusterName(cluster.found), tools) : undefined;
  return { refused: others ?? whichNodeGroup(name, wanted.nodeGroup, names) };
}

/** Nodes that others replace: who, and what to do there instead. */
async function whoElse(cluster: ClusterName, { upgrades }: Tools): Promise<View | undefined> {
  const leftAlone = await upgrades.leftAlone(cluster);
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

async function unknownCluster(
  name: string,
  { clusters, problems }: EnvironmentClusters,
  actor: Actor,
  tools: Tools,
): Promise<View> {
  const visible = new Set((await tools.authority.visible(actor)).map((environment) => environment.name));
  const names = clusters.filter(({ environment }) => visible.has(environment.name)).map((each) => each.name);
  const what = `I know no cluster "${name}".`;
  if (visible.size === 0) {
    const [why, next] = [
      "There is none that you may see.",
      "Ask whoever keeps fleet.yaml for a place there.",
    ];
    return refusal({ what, why, next });
  }
  const near = nearestName(name, names);
  const [problem] = problems;
  return refusal({
    what,
    why: near ? `Did you mean ${near}?` : knownNames(names),
    next: problem
      ? `Not every cluster could be listed. ${problem.problem.what}. ${problem.problem.next}`
      : "Clusters are named in fleet.yaml, or found as it says; /eks-upgrade list shows yours.",
  });
}

/** As many as an answer has room for. */
const namesShown = 20;

function knownNames(names: readonly string[]): string {
  if (names.length === 0) return "There is none where you may see any.";
  const more = names.length > namesShown ? ` and ${names.length - namesShown} more` : "";
  return `You may see: ${names.slice(0, namesShown).join(", ")}${more}.`;
}

/** Of the whole fleet: named ones, and those that are found. */
async function clustersOf({ fleet, clusters }: Tools): Promise<EnvironmentClusters> {
  const all = await Promise.all(fleet.environments.map((environment) => clusters.of(environment)));
  return { clusters: all.flatMap((each) => each.clusters), problems: all.flatMap((each) => each.problems) };
}
