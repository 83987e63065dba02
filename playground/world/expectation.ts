import type { DoneEnd, ExpectedEnd, FailedEnd, Leftover, ManagedEnd, RollEnd } from "../scenarios/types.js";
import { activeMembersOf, membersOf, scalingGroupOf } from "./lookup.js";
import { missingInRoll, rollInWords } from "./roll-expectation.js";
import type { Cluster, NodeGroup, Update, World } from "./state.js";

/** Whether an end, by default the scenario's, is reached in the world itself, and if not, the first thing that is missing. */
export function expectation(
  world: World,
  expected: ExpectedEnd = world.scenario.expected,
): { met: boolean; why: string } {
  const missing = isRoll(expected) ? missingInRoll(world, expected) : missingInUpdate(world, expected);
  return missing === undefined ? { met: true, why: inWords(expected) } : { met: false, why: missing };
}

function isRoll(expected: ExpectedEnd): expected is RollEnd {
  return expected.end !== "done" && expected.end !== "failed";
}

function missingInUpdate(world: World, expected: ManagedEnd): string | undefined {
  const cluster = world.clusters.get(expected.cluster);
  const group = cluster?.nodeGroups.get(expected.nodeGroup);
  if (!cluster || !group) return `there is no ${expected.cluster}/${expected.nodeGroup}`;
  return firstMissing(world, cluster, group, expected);
}

/** The end as a clause: what there is to see in the world when it is reached. */
export function inWords(expected: ExpectedEnd): string {
  if (isRoll(expected)) return rollInWords(expected);
  return expected.end === "done"
    ? `${expected.nodes} nodes run ${expected.release}`
    : `the update failed with ${expected.reason} and left ${leftoverInWords(expected.left)}`;
}

function leftoverInWords({ status, newNodes, oldNodes, unschedulable }: Leftover): string {
  return `the node group ${status}: ${newNodes} new nodes Ready, ${oldNodes} old ones, ${unschedulable} of them unschedulable`;
}

function firstMissing(
  world: World,
  cluster: Cluster,
  group: NodeGroup,
  expected: ManagedEnd,
): string | undefined {
  const updates = cluster.updates.filter((update) => update.nodeGroup === group.name);
  const last = updates.at(-1);
  if (!last || updates.length !== expected.updates)
    return `${updates.length} updates were started instead of ${expected.updates}`;
  return (
    otherOutcome(last, expected) ??
    (group.release === expected.release ? undefined : `the node group is on ${group.release}`) ??
    (expected.end === "done"
      ? notDone(world, group, last, expected)
      : otherwiseLeft(world, cluster, group, last, expected))
  );
}

function otherOutcome(update: Update, expected: ManagedEnd): string | undefined {
  if (update.status !== (expected.end === "done" ? "Successful" : "Failed"))
    return `the update is ${update.status}`;
  const reason = update.errors[0]?.errorCode;
  return expected.end === "failed" && reason !== expected.reason
    ? `the update failed with ${reason}`
    : undefined;
}

function notDone(world: World, group: NodeGroup, update: Update, expected: DoneEnd): string | undefined {
  const scaling = scalingGroupOf(world, group);
  const good = activeMembersOf(world, scaling).filter(
    ({ node, image }) => node === "ready" && image === update.target.image,
  );
  if (group.status !== "ACTIVE") return `the node group is ${group.status}`;
  if (good.length !== expected.nodes) return `${good.length} nodes are Ready on the new release`;
  if (membersOf(world, scaling).length !== expected.nodes) return "there are more nodes than there should be";
  if (scaling.max !== group.sizes.max || scaling.desired !== group.sizes.desired)
    return `the Auto Scaling group was left at desired ${scaling.desired}, max ${scaling.max}`;
  return undefined;
}

function otherwiseLeft(
  world: World,
  cluster: Cluster,
  group: NodeGroup,
  update: Update,
  { left }: FailedEnd,
): string | undefined {
  const members = activeMembersOf(world, scalingGroupOf(world, group));
  const old = members.filter(({ image }) => image !== update.target.image);
  const cordoned = cluster.kubernetes.store
    .list("nodes")
    .filter(
      ({ metadata, spec }) => spec.unschedulable && old.some(({ nodeName }) => nodeName === metadata.name),
    );
  const seen = leftoverInWords({
    status: group.status === "DEGRADED" ? "DEGRADED" : "ACTIVE",
    newNodes: members.filter((member) => !old.includes(member) && member.node === "ready").length,
    oldNodes: old.length,
    unschedulable: cordoned.length,
  });
  return seen === leftoverInWords(left) ? undefined : `the update left ${seen}`;
}
