import { terminateInGroup } from "./auto-scaling.js";
import { drain } from "./drain.js";
import { isActive, scalingGroupOf } from "./lookup.js";
import {
  markUnschedulable,
  maxUnavailable,
  newNodes,
  nodesDidNotJoin,
  oldNodes,
  type Roll,
  UpdateFailure,
} from "./roll.js";
import type { Instance } from "./state.js";
import { pass, passUntil } from "./time.js";

/** Takes up to maxUnavailable random old nodes at a time, until none is left. */
export async function replaceOldNodes(roll: Roll): Promise<void> {
  const { world, group } = roll;
  const minimal = group.updateConfig.updateStrategy === "MINIMAL";
  world.record("phase", roll.subject, "upgrade");
  if (minimal) markUnschedulable(roll);
  for (let old = oldNodes(roll); old.length > 0; old = oldNodes(roll)) {
    const victims = world.random.pick(old, maxUnavailable(group));
    const replaced = await Promise.all(victims.map((victim) => replace(roll, victim)));
    const stuck = victims.filter((_victim, index) => !replaced[index]);
    if (stuck.length > 0) throw podsDidNotLeave(roll, stuck);
    // Without a surge the group is short of nodes until the replacements are Ready.
    if (minimal) await waitForReplacements(roll);
  }
}

/** False where its pods did not leave: the node stays, drained as far as it went. */
async function replace(roll: Roll, victim: Instance): Promise<boolean> {
  const { world } = roll;
  if (!(await empty(roll, victim))) return false;
  await pass(world.clock, world.scenario.timings.drainPause);
  terminateInGroup(world, scalingGroupOf(world, roll.group), victim);
  await passUntil(world.clock, () => victim.lifecycle === "gone");
  return true;
}

/** Drains a node within 15 minutes. Under `force` what is left then is deleted; otherwise false. */
async function empty(roll: Roll, { nodeName }: Instance): Promise<boolean> {
  const { world, update } = roll;
  const { kubernetes } = roll.cluster;
  const deadline = world.clock.now() + world.scenario.timings.drainLimit * 1000;
  world.record("draining", nodeName, `${nodeName} is being drained`);
  const left = await drain(world, kubernetes, nodeName, deadline);
  if (left.length > 0 && !update.force) return false;
  for (const pod of left) kubernetes.deletePod(pod);
  await passUntil(world.clock, () => kubernetes.podsToEvict(nodeName).length === 0);
  world.record("drained", nodeName, `${nodeName} is empty`);
  return true;
}

function podsDidNotLeave(roll: Roll, stuck: readonly Instance[]): UpdateFailure {
  return new UpdateFailure(
    "PodEvictionFailure",
    `Reached max retries while trying to evict pods from nodes in node group ${roll.group.name}`,
    stuck.map(({ nodeName }) => nodeName),
  );
}

async function waitForReplacements(roll: Roll): Promise<void> {
  const { world, group } = roll;
  const deadline = world.clock.now() + world.scenario.timings.nodeLimit * 1000;
  const replaced = () => {
    const fresh = newNodes(roll);
    const enough = fresh.length + oldNodes(roll).length >= scalingGroupOf(world, group).desired;
    return enough && fresh.filter(isActive).every((instance) => instance.node === "ready");
  };
  if (!(await passUntil(world.clock, replaced, deadline))) throw nodesDidNotJoin(roll);
}
