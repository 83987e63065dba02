import type { Subnet } from "../scenarios/types.js";
import { bringUp, createInstance, terminate } from "./instances.js";
import { activeMembersOf, isActive } from "./lookup.js";
import type { AutoScalingGroup, Instance, ScalingActivity, World } from "./state.js";

export function setSizes(
  world: World,
  group: AutoScalingGroup,
  sizes: { max: number; desired: number },
): void {
  if (group.max === sizes.max && group.desired === sizes.desired) return;
  group.max = sizes.max;
  group.desired = sizes.desired;
  world.record("sizes", group.name, `desired ${group.desired}, max ${group.max}`);
  wake(world, group);
}

/** Like TerminateInstanceInAutoScalingGroup without decrement: the group launches another one in its place. */
export function terminateInGroup(world: World, group: AutoScalingGroup, instance: Instance): void {
  if (!isActive(instance)) return;
  startTermination(
    world,
    group,
    instance,
    "instance was taken out of service in response to a user request.",
  );
  wake(world, group);
}

/** Makes the group compare desired and actual, after the time it takes to notice. */
export function wake(world: World, group: AutoScalingGroup, seconds?: number): void {
  if (group.awake) return;
  group.awake = true;
  world.clock.after((seconds ?? world.scenario.timings.scalingReaction) * 1000, () => {
    group.awake = false;
    reconcile(world, group);
  });
}

function reconcile(world: World, group: AutoScalingGroup): void {
  for (let missing = group.desired - activeMembersOf(world, group).length; missing > 0; missing--)
    launch(world, group);
  for (let surplus = activeMembersOf(world, group).length - group.desired; surplus > 0; surplus--)
    scaleIn(world, group);
}

function launch(world: World, group: AutoScalingGroup): void {
  const instance = createInstance(world, group, emptiestSubnet(world, group), world.clock.now());
  const zone = instance.subnet.zone;
  const fault = world.launchFault(instance);
  const activity = addActivity(world, group, {
    description: `Launching a new EC2 instance: ${instance.id}`,
    cause: `an instance was started in response to a difference between desired and actual capacity, desired ${group.desired}.`,
  });
  if (fault?.kind === "launch fails") {
    world.instances.delete(instance.id);
    Object.assign(activity, { status: "Failed", message: fault.message, endedAt: world.clock.now() });
    world.record("launch", instance.nodeName, `no instance in ${zone}: ${fault.message}`);
    wake(world, group, world.scenario.timings.launchRetry);
    return;
  }
  world.record("launch", instance.nodeName, `${instance.id} launched in ${zone}`);
  void bringUp(world, instance, activity, fault);
}

function scaleIn(world: World, group: AutoScalingGroup): void {
  const victim = scaleInVictim(world, group);
  if (victim)
    startTermination(world, group, victim, "instance was selected for termination: desired was lowered.");
}

function startTermination(world: World, group: AutoScalingGroup, instance: Instance, cause: string): void {
  const activity = addActivity(world, group, {
    description: `Terminating EC2 instance: ${instance.id}`,
    cause,
  });
  void terminate(world, instance, activity);
}

/** The zone with the fewest instances comes first: how Auto Scaling keeps zones balanced. */
function emptiestSubnet(world: World, group: AutoScalingGroup): Subnet {
  const active = activeMembersOf(world, group);
  const count = (subnet: Subnet) => active.filter((instance) => instance.subnet.id === subnet.id).length;
  return group.subnets.reduce((best, subnet) => (count(subnet) < count(best) ? subnet : best));
}

/** Default termination policy: the fullest zone, in it the oldest template version, among those any. */
function scaleInVictim(world: World, group: AutoScalingGroup): Instance | undefined {
  const active = activeMembersOf(world, group);
  const inZone = (zone: string) => active.filter((instance) => instance.subnet.zone === zone);
  const fullest = Math.max(...active.map((instance) => inZone(instance.subnet.zone).length));
  const candidates = active.filter((instance) => inZone(instance.subnet.zone).length === fullest);
  const oldest = Math.min(...candidates.map((instance) => instance.launchTemplateVersion));
  const [victim] = world.random.pick(
    candidates.filter((instance) => instance.launchTemplateVersion === oldest),
    1,
  );
  return victim;
}

export function addActivity(
  world: World,
  group: AutoScalingGroup,
  about: { description: string; cause: string },
): ScalingActivity {
  const startedAt = world.clock.now();
  const activity: ScalingActivity = {
    id: world.random.uuid(),
    description: about.description,
    cause: `At ${new Date(startedAt).toISOString().slice(0, 19)}Z ${about.cause}`,
    startedAt,
    status: "InProgress",
  };
  group.activities.push(activity);
  return activity;
}
