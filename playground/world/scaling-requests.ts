import type { ScalingProcess } from "../scenarios/scaling-groups.js";
import type { Sizes } from "../scenarios/types.js";
import { setSizes, terminateInGroup, wake } from "./auto-scaling.js";
import { isActive } from "./lookup.js";
import type { AutoScalingGroup, ScalingActivity } from "./scaling-state.js";
import { type Instance, Refusal, type World } from "./state.js";

/** UpdateAutoScalingGroup's sizes: a new bound takes desired along, where no desired is given (API reference). */
export function resize(world: World, group: AutoScalingGroup, sizes: Partial<Sizes>): void {
  const { min = group.min, max = group.max } = sizes;
  if (min > max) throw invalid(`Min size ${min} cannot be greater than max size ${max}.`);
  const desired = sizes.desired ?? Math.min(max, Math.max(min, group.desired));
  if (desired < min || desired > max)
    throw invalid(
      `Desired capacity:${desired} must be between the specified min size:${min} and max size:${max}`,
    );
  setSizes(world, group, { min, max, desired });
}

/** @param honorCooldown refuse within the group's default cooldown after its last activity */
export function setDesiredCapacity(
  world: World,
  group: AutoScalingGroup,
  desired: number,
  honorCooldown: boolean,
): void {
  if (desired > group.max)
    throw invalid(
      `New SetDesiredCapacity value ${desired} is above max value ${group.max} for the AutoScalingGroup.`,
    );
  if (desired < group.min)
    throw invalid(
      `New SetDesiredCapacity value ${desired} is below min value ${group.min} for the AutoScalingGroup.`,
    );
  const last = group.activities.at(-1);
  if (honorCooldown && last && world.clock.now() - last.startedAt < defaultCooldown * 1000)
    throw new Refusal(
      "ScalingActivityInProgress",
      `Scaling activity ${last.id} is in progress and blocks this action`,
    );
  setSizes(world, group, { max: group.max, desired });
}

/** Seconds. */
export const defaultCooldown = 300;

/** TerminateInstanceInAutoScalingGroup: all of them, or none where one is gone or going already, or would take too much. */
export function terminateByRequest(
  world: World,
  ids: readonly string[],
  decrement: boolean,
  of?: AutoScalingGroup,
): ScalingActivity[] {
  const instances = ids.map((id) => memberById(world, id, of));
  refuseBelowMin(world, instances, decrement);
  return instances.flatMap(
    (instance) => terminateInGroup(world, groupOf(world, instance), instance, { decrement }) ?? [],
  );
}

function memberById(world: World, id: string, of: AutoScalingGroup | undefined): Instance {
  const instance = world.instances.get(id);
  const listed = instance && instance.lifecycle !== "gone" && (!of || of.name === instance.autoScalingGroup);
  if (!listed) throw invalid(`Instance Id not found - No managed instance found for instance ID: ${id}`);
  if (!isActive(instance))
    throw invalid(
      `The instance ${id} is in ${instance.lifecycle} and cannot be terminated in the Auto Scaling group.`,
    );
  return instance;
}

function refuseBelowMin(world: World, instances: readonly Instance[], decrement: boolean): void {
  if (!decrement) return;
  for (const group of new Set(instances.map((instance) => groupOf(world, instance)))) {
    const leaving = instances.filter(({ autoScalingGroup }) => autoScalingGroup === group.name).length;
    if (group.desired - leaving < group.min)
      throw invalid(
        `Currently, desiredSize equals minSize (${group.min}). Terminating instance without replacement will violate group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.`,
      );
  }
}

export function suspend(world: World, group: AutoScalingGroup, processes: readonly ScalingProcess[]): void {
  const fresh = processes.filter((process) => !group.suspended.has(process));
  for (const process of fresh) group.suspended.add(process);
  if (fresh.length > 0)
    world.record("processes", group.name, `${group.name} no longer does ${fresh.join(", ")}`);
}

export function resume(world: World, group: AutoScalingGroup, processes: readonly ScalingProcess[]): void {
  const resumed = processes.filter((process) => group.suspended.delete(process));
  if (resumed.length === 0) return;
  world.record("processes", group.name, `${group.name} does ${resumed.join(", ")} again`);
  wake(world, group);
}

export function findScalingGroup(world: World, name: string): AutoScalingGroup {
  const group = world.autoScalingGroups.get(name);
  if (!group) throw invalid(`AutoScalingGroup name not found - AutoScalingGroup '${name}' not found`);
  return group;
}

function groupOf(world: World, instance: Instance): AutoScalingGroup {
  return findScalingGroup(world, instance.autoScalingGroup);
}

export function invalid(message: string): Refusal {
  return new Refusal("ValidationError", message);
}
