import { settle } from "./health.js";
import { scalingGroupOf, templateOf } from "./lookup.js";
import { scaleDown } from "./managed-scale-down.js";
import { scaleUp } from "./managed-scale-up.js";
import { replaceOldNodes } from "./managed-upgrade.js";
import { type Roll, UpdateFailure } from "./roll.js";
import { pass } from "./time.js";

/**
 * Carries one node group version update through its phases on the world's clock (EKS user guide: managed node update behaviour).
 * MINIMAL has no scale up and no scale down. A failure leaves everything as it stands: sizes raised, nodes of both releases,
 * some of them unschedulable; what AWS does then is not documented. The same update asked for again goes on from there.
 */
export async function carryOut(roll: Roll): Promise<void> {
  const { world, group, update } = roll;
  const { clock, scenario } = world;
  const surges = group.updateConfig.updateStrategy === "DEFAULT";
  await pass(clock, scenario.timings.updatingShown);
  group.status = "UPDATING";
  try {
    await setUp(roll);
    if (surges) await scaleUp(roll);
    await replaceOldNodes(roll);
    if (surges) await scaleDown(roll);
  } catch (error) {
    if (!(error instanceof UpdateFailure)) throw error;
    settle(world, group, error.code);
    update.status = "Failed";
    update.errors = [{ errorCode: error.code, errorMessage: error.message, resourceIds: error.resources }];
    world.record("update", roll.subject, `update failed: ${error.code}: ${error.message}`);
    return;
  }
  await finish(roll);
}

/** A new version of the launch template that EKS keeps for the group, and the Auto Scaling group pointed at it. */
async function setUp(roll: Roll): Promise<void> {
  const { world, update } = roll;
  const group = scalingGroupOf(world, roll.group);
  const template = templateOf(world, group);
  world.record("phase", roll.subject, "setup");
  await pass(world.clock, world.scenario.timings.setup);
  const number = template.versions.length + 1;
  const source = update.templateVersion ?? roll.group.sourceTemplate?.version;
  template.versions.push({
    number,
    image: update.target.image,
    createdAt: world.clock.now(),
    ...(source !== undefined && { source }),
  });
  group.launchTemplateVersion = number;
  world.record("template", group.name, `new instances start from version ${number}, ${update.target.image}`);
}

async function finish(roll: Roll): Promise<void> {
  const { world, group, update } = roll;
  const { finish: settling, successShown } = world.scenario.timings;
  await pass(world.clock, settling);
  group.version = update.target.version;
  group.release = update.target.release;
  if (group.sourceTemplate && update.templateVersion !== undefined)
    group.sourceTemplate.version = update.templateVersion;
  settle(world, group);
  group.modifiedAt = world.clock.now();
  await pass(world.clock, successShown);
  update.status = "Successful";
  world.record("update", roll.subject, `update to ${update.target.release} succeeded`);
}
