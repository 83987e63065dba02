import { activeMembersOf, membersOf, scalingGroupOf } from "./lookup.js";
import type { Cluster, NodeGroup, World } from "./state.js";

/** Whether the scenario's expected end is reached in the world itself, and if not, the first thing that is missing. */
export function expectation(world: World): { met: boolean; why: string } {
  const { expected } = world.scenario;
  const cluster = world.clusters.get(expected.cluster);
  const group = cluster?.nodeGroups.get(expected.nodeGroup);
  if (!cluster || !group) return { met: false, why: `there is no ${expected.cluster}/${expected.nodeGroup}` };
  const missing = firstMissing(world, cluster, group);
  return missing === undefined
    ? { met: true, why: `${expected.nodes} nodes run ${expected.release}` }
    : { met: false, why: missing };
}

function firstMissing(world: World, cluster: Cluster, group: NodeGroup): string | undefined {
  const { expected } = world.scenario;
  const updates = cluster.updates.filter((update) => update.nodeGroup === group.name);
  const unfinished = updates.find((update) => update.status !== "Successful");
  const scaling = scalingGroupOf(world, group);
  const good = activeMembersOf(world, scaling).filter(
    ({ node, image }) => node === "ready" && image === updates.at(-1)?.target.image,
  );
  if (updates.length !== expected.updates)
    return `${updates.length} updates were started instead of ${expected.updates}`;
  if (unfinished) return `the update is ${unfinished.status}`;
  if (group.status !== "ACTIVE") return `the node group is ${group.status}`;
  if (group.release !== expected.release) return `the node group is on ${group.release}`;
  if (good.length !== expected.nodes) return `${good.length} nodes are Ready on the new release`;
  if (membersOf(world, scaling).length !== expected.nodes) return "there are more nodes than there should be";
  if (scaling.max !== group.sizes.max || scaling.desired !== group.sizes.desired)
    return `the Auto Scaling group was left at desired ${scaling.desired}, max ${scaling.max}`;
  return undefined;
}
