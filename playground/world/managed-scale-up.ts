import { setSizes } from "./auto-scaling.js";
import { activeMembersOf, scalingGroupOf } from "./lookup.js";
import { markUnschedulable, maxUnavailable, newNodes, nodesDidNotJoin, oldNodes, type Roll } from "./roll.js";
import { passUntil } from "./time.js";

/**
 * Raises max and desired until every zone that has old nodes has a new one, waits until all new ones are Ready, then keeps
 * pods off the old ones. The guide's bound is twice the zones, or maxUnavailable where that is more; we start with one
 * per zone and go up to the bound only where zone balancing put the new ones elsewhere.
 */
export async function scaleUp(roll: Roll): Promise<void> {
  const { world, group } = roll;
  const scaling = scalingGroupOf(world, group);
  world.record("phase", roll.subject, "scale up");
  const zones = new Set(oldNodes(roll).map((instance) => instance.subnet.zone));
  if (zones.size === 0) return;

  const bound = Math.max(2 * scaling.subnets.length, maxUnavailable(group));
  // An update that failed may have left the group larger: it is never made smaller here.
  const raiseTo = (surge: number) =>
    setSizes(world, scaling, {
      max: Math.max(scaling.max, group.sizes.max + surge),
      desired: Math.max(scaling.desired, group.sizes.desired + surge),
    });
  let surge = Math.max(zones.size, maxUnavailable(group));
  raiseTo(surge);

  const deadline = world.clock.now() + world.scenario.timings.nodeLimit * 1000;
  const everyZoneIsServed = () => {
    const settled = activeMembersOf(world, scaling).length === scaling.desired;
    const served = new Set(newNodes(roll).map((instance) => instance.subnet.zone));
    const unserved = [...zones].filter((zone) => !served.has(zone));
    // Zone balancing put the new ones elsewhere: one more is asked for.
    if (settled && unserved.length > 0 && surge < bound) raiseTo(++surge);
    return settled && unserved.length === 0 && newNodes(roll).every((instance) => instance.node === "ready");
  };
  if (!(await passUntil(world.clock, everyZoneIsServed, deadline))) throw nodesDidNotJoin(roll);
  markUnschedulable(roll);
}
