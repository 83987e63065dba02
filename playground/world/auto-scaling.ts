import type { Subnet } from "../scenarios/types.js";
import { imageFacts } from "./images.js";
import { bringUp, createInstance, terminate } from "./instances.js";
import { activeMembersOf, isActive } from "./lookup.js";
import { rebalance } from "./rebalance.js";
import type { AutoScalingGroup, ScalingActivity } from "./scaling-state.js";
import type { Instance, LaunchFault, World } from "./state.js";

export function setSizes(
  world: World,
  group: AutoScalingGroup,
  sizes: { min?: number; max: number; desired: number },
): void {
  const { min = group.min, max, desired } = sizes;
  if (group.min === min && group.max === max && group.desired === desired) return;
  Object.assign(group, { min, max, desired });
  world.record("sizes", group.name, `desired ${group.desired}, max ${group.max}`);
  wake(world, group);
}

/** The group launches another one in its place, unless desired is one less from now on. */
export function terminateInGroup(
  world: World,
  group: AutoScalingGroup,
  instance: Instance,
  { decrement }: { decrement: boolean } = { decrement: false },
): ScalingActivity | undefined {
  if (!isActive(instance)) return undefined;
  if (decrement) setSizes(world, group, { max: group.max, desired: group.desired - 1 });
  const activity = startTermination(
    world,
    group,
    instance,
    `instance was taken out of service in response to a user request${decrement ? `, shrinking the capacity from ${group.desired + 1} to ${group.desired}` : ""}.`,
  );
  wake(world, group);
  return activity;
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

/** What a group does not do while a process is suspended it makes up for when that is resumed. */
function reconcile(world: World, group: AutoScalingGroup): void {
  const active = activeMembersOf(world, group);
  const surplus = active.length - group.desired - (group.balancing?.lifecycle === "Pending" ? 1 : 0);
  if (!group.suspended.has("Launch")) launchMissing(world, group, group.desired - active.length);
  if (!group.suspended.has("Terminate")) for (let left = surplus; left > 0; left--) scaleIn(world, group);
  if (group.nodeGroup === undefined) rebalance(world, group);
}

/**
 * The zone with the fewest instances comes first: how Auto Scaling keeps zones balanced. Where a zone has no capacity it goes
 * on in another one.
 */
function launchMissing(world: World, group: AutoScalingGroup, missing: number): void {
  let subnets = group.subnets;
  for (let left = missing; left > 0 && subnets.length > 0; ) {
    const subnet = emptiestSubnet(world, group, subnets);
    const cause = `an instance was started in response to a difference between desired and actual capacity, desired ${group.desired}.`;
    // EKS brings up a managed group's nodes zone by zone: one without capacity is tried again, and no other in its place.
    if (launch(world, group, subnet, cause) || group.nodeGroup !== undefined) left--;
    else subnets = subnets.filter(({ id }) => id !== subnet.id);
  }
}

/** Undefined where it fails: the group tries again after a while. */
export function launch(
  world: World,
  group: AutoScalingGroup,
  subnet: Subnet,
  cause: string,
): Instance | undefined {
  const instance = createInstance(world, group, subnet, world.clock.now());
  const { zone } = instance.subnet;
  const fault = faultOf(world, instance);
  const activity = addActivity(world, group, {
    description: `Launching a new EC2 instance: ${instance.id}`,
    cause,
  });
  if (fault?.kind === "launch fails") {
    world.instances.delete(instance.id);
    group.members.delete(instance.id);
    Object.assign(activity, {
      description: `Launching a new EC2 instance.  Status Reason: ${fault.message}`,
      status: "Failed",
      message: fault.message,
      endedAt: world.clock.now(),
    });
    world.record("launch", instance.nodeName, `no instance in ${zone}: ${fault.message}`);
    wake(world, group, world.scenario.timings.launchRetry);
    return undefined;
  }
  world.record("launch", instance.nodeName, `${instance.id} launched in ${zone}`);
  void bringUp(world, instance, activity, fault);
  return instance;
}

function faultOf(world: World, instance: Instance): LaunchFault | undefined {
  if (imageFacts(world, instance.image)) return world.launchFault(instance);
  return {
    kind: "launch fails",
    message: `The image id '[${instance.image}]' does not exist. Launching EC2 instance failed.`,
  };
}

function scaleIn(world: World, group: AutoScalingGroup): void {
  const victim = scaleInVictim(world, group);
  if (victim)
    startTermination(world, group, victim, "instance was selected for termination: desired was lowered.");
}

function startTermination(
  world: World,
  group: AutoScalingGroup,
  instance: Instance,
  cause: string,
): ScalingActivity {
  const activity = addActivity(world, group, {
    description: `Terminating EC2 instance: ${instance.id}`,
    cause,
  });
  void terminate(world, instance, activity);
  return activity;
}

export function emptiestSubnet(
  world: World,
  group: AutoScalingGroup,
  subnets: readonly Subnet[] = group.subnets,
): Subnet {
  const active = activeMembersOf(world, group);
  const count = (subnet: Subnet) => active.filter((instance) => instance.subnet.id === subnet.id).length;
  return subnets.reduce((best, subnet) => (count(subnet) < count(best) ? subnet : best));
}

/** Default termination policy: the fullest zone, in it the oldest template version, among those any; protected ones never. */
function scaleInVictim(world: World, group: AutoScalingGroup): Instance | undefined {
  const active = activeMembersOf(world, group);
  const inZone = new Map<string, number>();
  for (const { subnet } of active) inZone.set(subnet.zone, (inZone.get(subnet.zone) ?? 0) + 1);
  const free = active.filter(({ isProtected }) => !isProtected);
  const fullest = Math.max(...free.map(({ subnet }) => inZone.get(subnet.zone) ?? 0));
  const candidates = free.filter(({ subnet }) => inZone.get(subnet.zone) === fullest);
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
