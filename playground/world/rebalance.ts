import { emptiestSubnet, launch, wake } from "./auto-scaling.js";
import { activeMembersOf } from "./lookup.js";
import type { AutoScalingGroup } from "./scaling-state.js";
import type { World } from "./state.js";
import { pass, passUntil } from "./time.js";

/** World seconds until an imbalance is acted on, and until a zone without capacity is tried again. */
const noticedAfter = 30;
const retriedAfter = 300;

/**
 * AZRebalance: where zones differ by more than one it launches in the emptiest, beyond desired, and then takes one out of the
 * fullest: without any drain. It looks when members of the group change, not at the origin.
 */
export function rebalance(world: World, group: AutoScalingGroup): void {
  if (group.balancing || group.balancingDue || !mayBalance(world, group)) return;
  group.balancingDue = true;
  void balance(world, group);
}

async function balance(world: World, group: AutoScalingGroup): Promise<void> {
  await pass(world.clock, noticedAfter);
  group.balancingDue = false;
  if (!mayBalance(world, group)) return;
  const subnet = emptiestSubnet(world, group);
  const instance = launch(
    world,
    group,
    subnet,
    `instances were launched to balance instances in zones ${subnet.zone} with other zones resulting in more than desired number of instances in the group.`,
  );
  if (!instance) {
    world.clock.after(retriedAfter * 1000, () => wake(world, group));
    return;
  }
  group.balancing = instance;
  world.record(
    "rebalance",
    group.name,
    `${group.name} balances its zones: one more in ${subnet.zone}, then one less elsewhere`,
  );
  await passUntil(world.clock, () => instance.lifecycle !== "Pending");
  delete group.balancing;
  wake(world, group);
}

/** The group is at its desired size, and zones differ by more than one. */
function mayBalance(world: World, group: AutoScalingGroup): boolean {
  const needed = ["AZRebalance", "Launch", "Terminate"] as const;
  if (needed.some((process) => group.suspended.has(process))) return false;
  const active = activeMembersOf(world, group);
  const counts = group.subnets.map(({ id }) => active.filter((instance) => instance.subnet.id === id).length);
  return active.length === group.desired && Math.max(...counts) - Math.min(...counts) > 1;
}
