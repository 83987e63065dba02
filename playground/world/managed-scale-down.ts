import { setSizes } from "./auto-scaling.js";
import { membersOf, scalingGroupOf } from "./lookup.js";
import { newNodes, nodesDidNotJoin, type Roll } from "./roll.js";
import { pass, passUntil } from "./time.js";

/** Gives the surge back one by one, each surplus node drained by the group's termination hook, down to the sizes before. */
export async function scaleDown(roll: Roll): Promise<void> {
  const { world, group } = roll;
  const { clock, scenario } = world;
  const scaling = scalingGroupOf(world, group);
  world.record("phase", roll.subject, "scale down");
  const allReady = () =>
    newNodes(roll).length >= group.sizes.desired &&
    newNodes(roll).every((instance) => instance.node === "ready");
  if (!(await passUntil(clock, allReady, clock.now() + scenario.timings.nodeLimit * 1000)))
    throw nodesDidNotJoin(roll);

  while (scaling.desired > group.sizes.desired) {
    setSizes(world, scaling, { max: scaling.max - 1, desired: scaling.desired - 1 });
    await passUntil(clock, () => membersOf(world, scaling).length === scaling.desired);
    await pass(clock, scenario.timings.scaleDownPause);
  }
}
