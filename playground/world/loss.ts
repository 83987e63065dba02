import type { ScalingProcess } from "../scenarios/scaling-groups.js";
import { addActivity, wake } from "./auto-scaling.js";
import { leaveGroup } from "./instances.js";
import { activeMembersOf, isActive, scalingGroupOf } from "./lookup.js";
import type { AutoScalingGroup } from "./scaling-state.js";
import type { Cluster, Instance, NodeGroup, World } from "./state.js";
import { pass, passUntil } from "./time.js";

/** World seconds until a node whose kubelet is silent counts as unreachable, and until Auto Scaling's health check notices. */
const unreachableAfter = 40;
const noticedAfter = 60;

/**
 * EC2 loses a running instance: its kubelet falls silent, Auto Scaling's health check finds out and launches another, and the
 * cloud controller takes the Node object away.
 *
 * @returns undefined where no node of the group is Ready
 */
export function loseNode(
  world: World,
  cluster: Cluster,
  group: Pick<NodeGroup, "autoScalingGroup">,
): Instance | undefined {
  const scaling = scalingGroupOf(world, group);
  const ready = activeMembersOf(world, scaling).filter(
    ({ node, state }) => node === "ready" && state === "running",
  );
  const [victim] = world.random.pick(ready, 1);
  if (victim) void lose(world, cluster, scaling, victim);
  return victim;
}

async function lose(
  world: World,
  { kubernetes }: Cluster,
  scaling: AutoScalingGroup,
  instance: Instance,
): Promise<void> {
  const { clock } = world;
  instance.state = "terminated";
  instance.terminatedAt = clock.now();
  world.record("terminated", instance.nodeName, `${instance.id} is lost: its hardware failed`);
  await pass(clock, unreachableAfter);
  kubernetes.setNodeReady(instance.nodeName, "Unknown");
  await pass(clock, noticedAfter - unreachableAfter);
  // An update may have begun to terminate it meanwhile: then that goes on to its end.
  if (isActive(instance)) void replace(world, scaling, instance);
  kubernetes.removeNode(instance.nodeName);
}

/** Auto Scaling's health check finds out, unless suspended, and then another comes in its place, unless that is suspended. */
async function replace(world: World, scaling: AutoScalingGroup, instance: Instance): Promise<void> {
  const { clock } = world;
  const does = (process: ScalingProcess) => () => !isActive(instance) || !scaling.suspended.has(process);
  if (scaling.suspended.has("HealthCheck")) await passUntil(clock, does("HealthCheck"));
  instance.isHealthy = false;
  if (scaling.suspended.has("ReplaceUnhealthy")) await passUntil(clock, does("ReplaceUnhealthy"));
  if (isActive(instance)) takeOut(world, scaling, instance);
}

function takeOut(world: World, scaling: AutoScalingGroup, instance: Instance): void {
  const activity = addActivity(world, scaling, {
    description: `Terminating EC2 instance: ${instance.id}`,
    cause: "an instance was taken out of service in response to an EC2 health check.",
  });
  leaveGroup(scaling, instance);
  Object.assign(activity, { status: "Successful", endedAt: world.clock.now() });
  world.record("terminated", instance.nodeName, `${instance.id} is out of service: Auto Scaling replaces it`);
  wake(world, scaling);
}
