import { existing, membersOf } from "../world/lookup.js";
import { defaultCooldown } from "../world/scaling-requests.js";
import type {
  AutoScalingGroup,
  ScalingActivity,
  TemplateOverride,
  TemplateVersion,
} from "../world/scaling-state.js";
import type { Instance } from "../world/state.js";
import { targetGroupArns } from "./elb.js";
import type { Here } from "./here.js";
import { isoTime } from "./query.js";
import type { XmlValue } from "./xml.js";

/** The objects of the Auto Scaling API. */

export function groupShape(here: Here, group: AutoScalingGroup, withInstances: boolean): XmlValue {
  const { world, region, account } = here;
  return {
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: `arn:aws:autoscaling:${region}:${account}:autoScalingGroup::autoScalingGroupName/${group.name}`,
    ...sourceShape(here, group),
    MinSize: group.min,
    MaxSize: group.max,
    DesiredCapacity: group.desired,
    DefaultCooldown: defaultCooldown,
    AvailabilityZones: group.subnets.map(({ zone }) => zone),
    LoadBalancerNames: [],
    TargetGroupARNs: targetGroupArns(here, group),
    HealthCheckType: "EC2",
    HealthCheckGracePeriod: 15,
    Instances: withInstances
      ? membersOf(world, group).map((instance) => instanceShape(here, instance))
      : undefined,
    CreatedTime: isoTime(group.createdAt),
    SuspendedProcesses: [...group.suspended].map((process) => ({
      ProcessName: process,
      SuspensionReason: "User suspended",
    })),
    VPCZoneIdentifier: group.subnets.map(({ id }) => id).join(","),
    EnabledMetrics: [],
    Tags: [...group.tags].map(([key, { value, propagate }]) => ({
      ResourceId: group.name,
      ResourceType: "auto-scaling-group",
      Key: key,
      Value: value,
      PropagateAtLaunch: propagate,
    })),
    TerminationPolicies: ["AllocationStrategy", "OldestLaunchTemplate", "OldestInstance"],
    NewInstancesProtectedFromScaleIn: false,
    CapacityRebalance: group.nodeGroup !== undefined,
  };
}

/** A plain launch template, or a policy with overrides, never both. */
function sourceShape(here: Here, group: AutoScalingGroup): { readonly [name: string]: XmlValue } {
  const template = templateShape(here, group.launchTemplate, group.launchTemplateVersion);
  if (!group.mixed) return { LaunchTemplate: template };
  return {
    MixedInstancesPolicy: {
      LaunchTemplate: {
        LaunchTemplateSpecification: template,
        Overrides: group.overrides.map((override) => overrideShape(here, override)),
      },
      InstancesDistribution: {
        OnDemandBaseCapacity: 0,
        OnDemandPercentageAboveBaseCapacity: 100,
        SpotAllocationStrategy: "lowest-price",
      },
    },
  };
}

function overrideShape(here: Here, override: TemplateOverride): XmlValue {
  const { instanceType, launchTemplate, launchTemplateVersion = "$Default", weight } = override;
  return {
    InstanceType: instanceType,
    WeightedCapacity: weight,
    LaunchTemplateSpecification:
      launchTemplate === undefined ? undefined : templateShape(here, launchTemplate, launchTemplateVersion),
  };
}

function templateShape({ world }: Here, id: string, version: TemplateVersion): XmlValue {
  const { name } = existing(world.launchTemplates.get(id), id);
  return { LaunchTemplateId: id, LaunchTemplateName: name, Version: String(version) };
}

export function instanceShape(here: Here, instance: Instance) {
  return {
    InstanceId: instance.id,
    InstanceType: instance.instanceType,
    AvailabilityZone: instance.subnet.zone,
    LifecycleState: instance.lifecycle,
    HealthStatus: instance.isHealthy ? "Healthy" : "Unhealthy",
    LaunchTemplate: templateShape(here, instance.launchTemplate, instance.launchTemplateVersion),
    ProtectedFromScaleIn: instance.isProtected,
  };
}

export function activityShape(
  { region }: Here,
  group: AutoScalingGroup,
  activity: ScalingActivity,
): XmlValue {
  return {
    ActivityId: activity.id,
    AutoScalingGroupName: group.name,
    Description: activity.description,
    Cause: activity.cause,
    StartTime: isoTime(activity.startedAt),
    EndTime: activity.endedAt === undefined ? undefined : isoTime(activity.endedAt),
    StatusCode: activity.status,
    StatusMessage: activity.message,
    Progress: activity.status === "Successful" || activity.status === "Failed" ? 100 : 50,
    Details: JSON.stringify({ region }),
  };
}

export function tagsOf({ tags }: Pick<AutoScalingGroup, "tags">): Record<string, string> {
  return Object.fromEntries([...tags].map(([key, { value }]) => [key, value]));
}
