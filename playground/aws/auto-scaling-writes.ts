import { type ScalingProcess, scalingProcesses } from "../scenarios/scaling-groups.js";
import { meddled } from "../world/meddling.js";
import {
  invalid,
  resize,
  resume,
  setDesiredCapacity,
  suspend,
  terminateByRequest,
} from "../world/scaling-requests.js";
import type { AutoScalingGroup } from "../world/scaling-state.js";
import { activityShape } from "./auto-scaling-shapes.js";
import { pointGroup } from "./auto-scaling-templates.js";
import { groupHere, type Here, instancesHere } from "./here.js";
import { flag, number, structures, text, texts } from "./input.js";
import type { QueryOperation } from "./query.js";
import type { Input } from "./skin.js";

/** What anyone with the rights may write, to the group of a managed node group too: that one is degraded by it. */
export const scalingWrites: Readonly<Record<string, QueryOperation>> = {
  UpdateAutoScalingGroup(here, input) {
    const { world } = here;
    const group = groupNamed(here, input);
    const repointed = pointGroup(here, group, input);
    const [min, max, desired] = ["MinSize", "MaxSize", "DesiredCapacity"].map((name) => number(input, name));
    resize(world, group, {
      ...(min !== undefined && { min }),
      ...(max !== undefined && { max }),
      ...(desired !== undefined && { desired }),
    });
    meddled(
      world,
      group,
      repointed ? "Ec2LaunchTemplateVersionMismatch" : "AutoScalingGroupInvalidConfiguration",
    );
    return {};
  },

  SetDesiredCapacity(here, input) {
    const { world } = here;
    const group = groupNamed(here, input);
    const desired = number(input, "DesiredCapacity");
    if (desired === undefined) throw invalid("DesiredCapacity is missing.");
    setDesiredCapacity(world, group, desired, flag(input, "HonorCooldown") ?? false);
    meddled(world, group, "AutoScalingGroupInvalidConfiguration");
    return {};
  },

  /** One by its id, or up to a hundred of one group. */
  TerminateInstanceInAutoScalingGroup(here, input) {
    const { world } = here;
    const one = text(input, "InstanceId");
    const several = texts(input, "InstanceIds");
    const decrement = flag(input, "ShouldDecrementDesiredCapacity");
    if ((one === undefined) === (several === undefined))
      throw invalid("Exactly one of InstanceId and InstanceIds must be given.");
    if (decrement === undefined) throw invalid("ShouldDecrementDesiredCapacity is missing.");
    if (several && several.length > 100)
      throw invalid("At most 100 instances can be terminated in one call.");
    const ids = several ?? (one === undefined ? [] : [one]);
    const of = several && groupNamed(here, input);
    refuseElsewhere(here, ids);
    const activities = terminateByRequest(world, ids, decrement, of);
    const groups = ids.flatMap((id) => world.instances.get(id)?.autoScalingGroup ?? []);
    for (const name of new Set(groups))
      meddled(world, groupHere(here, name), "AutoScalingGroupInvalidConfiguration");
    const shown = activities.map((activity, index) =>
      activityShape(here, groupHere(here, groups[index] ?? ""), activity),
    );
    return several ? { Activities: shown } : { Activity: shown[0] };
  },

  SuspendProcesses(here, input) {
    const { world } = here;
    const group = groupNamed(here, input);
    suspend(world, group, processesIn(input));
    meddled(world, group, "AutoScalingGroupInvalidConfiguration");
    return {};
  },

  ResumeProcesses(here, input) {
    const { world } = here;
    resume(world, groupNamed(here, input), processesIn(input));
    return {};
  },

  CreateOrUpdateTags(here, input) {
    for (const tag of structures(input, "Tags")) {
      const value = text(tag, "Value") ?? "";
      const propagate = flag(tag, "PropagateAtLaunch") ?? false;
      groupTagged(here, tag).tags.set(keyOf(tag), { value, propagate });
    }
    return {};
  },

  /** A tag that is not there is no error. */
  DeleteTags(here, input) {
    for (const tag of structures(input, "Tags")) groupTagged(here, tag).tags.delete(keyOf(tag));
    return {};
  },
};

function groupNamed(here: Here, input: Input): AutoScalingGroup {
  return groupHere(here, text(input, "AutoScalingGroupName") ?? "");
}

/** As for instances that do not exist. */
function refuseElsewhere(here: Here, ids: readonly string[]): void {
  const known = new Set(instancesHere(here).map(({ id }) => id));
  const strange = ids.find((id) => !known.has(id));
  if (strange !== undefined)
    throw invalid(`Instance Id not found - No managed instance found for instance ID: ${strange}`);
}

function groupTagged(here: Here, tag: Input): AutoScalingGroup {
  if (text(tag, "ResourceType") !== "auto-scaling-group")
    throw invalid("Tag resource type must be 'auto-scaling-group'.");
  return groupHere(here, text(tag, "ResourceId") ?? "");
}

/** 128 characters at most; "aws:" is Amazon's own. */
function keyOf(tag: Input): string {
  const key = text(tag, "Key") ?? "";
  if (key === "" || key.length > 128) throw invalid("Tag keys have 1 to 128 characters.");
  if (key.startsWith("aws:")) throw invalid("Tag keys must not begin with 'aws:'.");
  if ((text(tag, "Value") ?? "").length > 256) throw invalid("Tag values have at most 256 characters.");
  return key;
}

/** All of them where none is named. */
function processesIn(input: Input): readonly ScalingProcess[] {
  const names = texts(input, "ScalingProcesses") ?? scalingProcesses;
  return names.map((name) => {
    const known = scalingProcesses.find((process) => process === name);
    if (!known) throw invalid(`'${name}' is not a recognized process type`);
    return known;
  });
}
