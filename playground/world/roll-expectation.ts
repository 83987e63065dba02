import type { Node } from "../kubernetes/objects.js";
import type { RollEnd } from "../scenarios/types.js";
import { launchSource } from "./launch-templates.js";
import { activeMembersOf, clusterOf, membersOf } from "./lookup.js";
import type { AutoScalingGroup } from "./scaling-state.js";
import type { Instance, World } from "./state.js";

type Look = { readonly world: World; readonly group: AutoScalingGroup };

/** The first thing that keeps a self-managed group from this end; undefined where it is reached. */
export function missingInRoll(world: World, expected: RollEnd): string | undefined {
  const group = world.autoScalingGroups.get(expected.nodeGroup);
  if (!group || group.cluster !== expected.cluster)
    return `there is no Auto Scaling group ${expected.nodeGroup}`;
  const look = { world, group };
  const harm = undrained(look) ?? marksLost(look) ?? otherProcesses(look, expected);
  if (harm) return harm;
  switch (expected.end) {
    case "rolled":
      return notRolled(look, expected.image) ?? notRestored(look) ?? unevenZones(look);
    case "stopped":
      return otherTemplate(look) ?? notRestored(look);
    case "asked":
      return notAsked(look, expected);
  }
}

export function rollInWords(expected: RollEnd): string {
  const { nodeGroup } = expected;
  switch (expected.end) {
    case "rolled":
      return `every node of ${nodeGroup} runs ${expected.image}, its sizes are as before, and nothing of the bot's is left`;
    case "stopped":
      return `${nodeGroup} is as it was but for nodes that are new, and nothing of the bot's is left`;
    case "asked":
      return `the roll of ${nodeGroup} waits for a person, with ${expected.left} of its old nodes there`;
  }
}

/** Those that no instance outlives are told of too. */
function undrained({ world, group }: Look): string | undefined {
  const ours = [...world.instances.values()].filter(
    ({ autoScalingGroup }) => autoScalingGroup === group.name,
  );
  const nodes = new Set(ours.map(({ nodeName }) => nodeName));
  return world.history.find(({ type, subject }) => type === "undrained" && nodes.has(subject))?.what;
}

function marksLost(look: Look): string | undefined {
  for (const [{ marks, nodeName }, node] of nodesOf(look)) {
    if (marks.cordoned && !node.spec.unschedulable) return `the person's cordon of ${nodeName} is gone`;
    const taints = (node.spec.taints ?? []).map(({ key }) => key);
    const gone = marks.taints?.find((key) => !taints.includes(key));
    if (gone) return `the person's taint ${gone} of ${nodeName} is gone`;
    const label = marks.labels?.find((key) => node.metadata.labels?.[key] === undefined);
    if (label) return `the person's label ${label} of ${nodeName} is gone`;
  }
  return undefined;
}

/** While it waits for a person its own suspensions stay. */
function otherProcesses({ group }: Look, { end }: RollEnd): string | undefined {
  const resumed = [...group.wanted.suspended].find((process) => !group.suspended.has(process));
  if (resumed) return `${resumed} was suspended by somebody else, and is resumed`;
  const suspended = [...group.suspended].find((process) => !group.wanted.suspended.has(process));
  return suspended && end !== "asked" ? `${suspended} is still suspended` : undefined;
}

function notRolled({ world, group }: Look, image: string): string | undefined {
  const old = membersOf(world, group).filter((instance) => instance.image !== image).length;
  if (old > 0) return `${old} nodes do not run ${image}`;
  const next = launchSource(world, group).image;
  return next === image ? undefined : `new instances would run ${next}`;
}

function notRestored(look: Look): string | undefined {
  const { world, group } = look;
  const { min, max, desired: least, takenOfSurplus } = group.wanted;
  const most = least + takenOfSurplus;
  const { desired } = group;
  if (group.min !== min || group.max !== max || desired < least || desired > most) {
    const wanted = `min ${min}, desired ${most > least ? `${least} to ${most}` : least}, max ${max}`;
    return `the Auto Scaling group was left at min ${group.min}, desired ${desired}, max ${group.max}, wanted ${wanted}`;
  }
  const members = membersOf(world, group);
  const ready = members.filter(({ node, state }) => node === "ready" && state === "running").length;
  if (members.length !== desired || ready !== desired)
    return `${ready} of ${members.length} nodes are Ready, where ${desired} are wanted`;
  return leftOnGroup(group) ?? leftOnNodes(look);
}

/** Tags by which its owners say how it is to be rolled are theirs. */
function leftOnGroup({ name, tags }: AutoScalingGroup): string | undefined {
  const tag = ["eks-upgrade-bot:run", "eks-upgrade-bot:before"].find((key) => tags.has(key));
  return tag === undefined ? undefined : `${name} still has the tag ${tag}`;
}

const taint = "eks.amazonaws.com/nodegroup";
const label = "node.kubernetes.io/exclude-from-external-load-balancers";
const keep = "cluster-autoscaler.kubernetes.io/scale-down-disabled";

function leftOnNodes(look: Look): string | undefined {
  for (const [{ marks }, { metadata, spec }] of nodesOf(look)) {
    const annotation = [keep, "eks-upgrade-bot/marks"].find(
      (key) => metadata.annotations?.[key] !== undefined,
    );
    if (annotation) return `${metadata.name} still has the annotation ${annotation}`;
    if (spec.taints?.some(({ key }) => key === taint) && !marks.taints?.includes(taint))
      return `${metadata.name} still has the taint ${taint}`;
    if (metadata.labels?.[label] !== undefined && !marks.labels?.includes(label))
      return `${metadata.name} still has the label ${label}`;
    if (spec.unschedulable && !marks.cordoned) return `${metadata.name} is still cordoned`;
  }
  return undefined;
}

function nodesOf({ world, group }: Look): [Instance, Node][] {
  const { store } = clusterOf(world, group).kubernetes;
  return activeMembersOf(world, group).flatMap((instance) => {
    const node = store.get("nodes", { name: instance.nodeName });
    return node ? [[instance, node] satisfies [Instance, Node]] : [];
  });
}

function unevenZones({ world, group }: Look): string | undefined {
  const active = activeMembersOf(world, group);
  const counts = group.subnets.map(({ id }) => active.filter(({ subnet }) => subnet.id === id).length);
  const uneven = Math.max(...counts) - Math.min(...counts) > 1;
  return uneven ? `its zones have ${counts.join(", ")} nodes` : undefined;
}

/** As before, or another way to what it launched before. */
function otherTemplate({ world, group }: Look): string | undefined {
  const { image, launchTemplateVersion } = group.wanted;
  const next = launchSource(world, group).image;
  if (next === image || group.launchTemplateVersion === launchTemplateVersion) return undefined;
  return `new instances would run ${next}`;
}

function notAsked({ world, group }: Look, { image, left }: RollEnd & { end: "asked" }): string | undefined {
  const active = activeMembersOf(world, group);
  const fresh = active.filter((instance) => instance.image === image && instance.node === "ready").length;
  const old = active.filter((instance) => instance.image !== image);
  if (fresh === 0) return "no new node is Ready";
  if (old.length === 0) return "no old node is left";
  const untouched = old.length >= group.wanted.desired;
  return left === "all" && !untouched ? `only ${old.length} old nodes are left` : undefined;
}
