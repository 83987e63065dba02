import { existing, membersOf, templateOf } from "../world/lookup.js";
import type { AutoScalingGroup, Instance, ScalingActivity, World } from "../world/state.js";
import { filtered } from "./filters.js";
import { flag, number, text, texts } from "./input.js";
import { page } from "./paging.js";
import { isoTime, querySkin } from "./query.js";
import type { Input } from "./skin.js";
import type { XmlValue } from "./xml.js";

export const autoScaling = querySkin("autoscaling", "http://autoscaling.amazonaws.com/doc/2011-01-01/", {
  /** Unknown names are simply absent. */
  DescribeAutoScalingGroups(world, input) {
    const names = texts(input, "AutoScalingGroupNames");
    const groups = [...world.autoScalingGroups.values()].filter(({ name }) => !names || names.includes(name));
    const { items, nextToken } = pageOf(
      filtered(groups, input, { list: "Filters", values: "Values" }, {}, groupTags),
      input,
    );
    const withInstances = flag(input, "IncludeInstances") ?? true;
    return {
      AutoScalingGroups: items.map((group) => groupShape(world, group, withInstances)),
      NextToken: nextToken,
    };
  },

  DescribeAutoScalingInstances(world, input) {
    const ids = texts(input, "InstanceIds");
    const members = [...world.autoScalingGroups.values()]
      .flatMap((group) => membersOf(world, group))
      .filter(({ id }) => !ids || ids.includes(id));
    const { items, nextToken } = pageOf(members, input);
    return {
      AutoScalingInstances: items.map((instance) => ({
        ...instanceShape(world, instance),
        AutoScalingGroupName: instance.autoScalingGroup,
      })),
      NextToken: nextToken,
    };
  },

  /** Newest first. */
  DescribeScalingActivities(world, input) {
    const name = text(input, "AutoScalingGroupName");
    const activities = [...world.autoScalingGroups.values()]
      .filter((group) => name === undefined || group.name === name)
      .flatMap((group) => group.activities.map((activity) => activityShape(world, group, activity)));
    const { items, nextToken } = pageOf(activities.reverse(), input);
    return { Activities: items, NextToken: nextToken };
  },
});

function pageOf<T>(items: readonly T[], input: Input) {
  return page(items, {
    size: number(input, "MaxRecords"),
    token: text(input, "NextToken"),
    most: 100,
    code: "InvalidNextToken",
  });
}

function groupShape(world: World, group: AutoScalingGroup, withInstances: boolean): XmlValue {
  const { region, account } = world.scenario;
  return {
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: `arn:aws:autoscaling:${region}:${account}:autoScalingGroup::autoScalingGroupName/${group.name}`,
    LaunchTemplate: templateShape(world, group, group.launchTemplateVersion),
    MinSize: group.min,
    MaxSize: group.max,
    DesiredCapacity: group.desired,
    DefaultCooldown: 300,
    AvailabilityZones: group.subnets.map(({ zone }) => zone),
    LoadBalancerNames: [],
    TargetGroupARNs: [],
    HealthCheckType: "EC2",
    HealthCheckGracePeriod: 15,
    Instances: withInstances
      ? membersOf(world, group).map((instance) => instanceShape(world, instance))
      : undefined,
    CreatedTime: isoTime(group.createdAt),
    SuspendedProcesses: [],
    VPCZoneIdentifier: group.subnets.map(({ id }) => id).join(","),
    EnabledMetrics: [],
    Tags: Object.entries(groupTags(group)).map(([key, value]) => ({
      ResourceId: group.name,
      ResourceType: "auto-scaling-group",
      Key: key,
      Value: value,
      PropagateAtLaunch: true,
    })),
    TerminationPolicies: ["AllocationStrategy", "OldestLaunchTemplate", "OldestInstance"],
    NewInstancesProtectedFromScaleIn: false,
    CapacityRebalance: true,
  };
}

function instanceShape(world: World, instance: Instance) {
  const group = existing(world.autoScalingGroups.get(instance.autoScalingGroup), instance.autoScalingGroup);
  return {
    InstanceId: instance.id,
    InstanceType: instance.instanceType,
    AvailabilityZone: instance.subnet.zone,
    LifecycleState: instance.lifecycle,
    HealthStatus: "Healthy",
    LaunchTemplate: templateShape(world, group, instance.launchTemplateVersion),
    ProtectedFromScaleIn: false,
  };
}

function templateShape(world: World, group: AutoScalingGroup, version: number): XmlValue {
  const template = templateOf(world, group);
  return { LaunchTemplateId: template.id, LaunchTemplateName: template.name, Version: String(version) };
}

function activityShape(world: World, group: AutoScalingGroup, activity: ScalingActivity): XmlValue {
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
    Details: JSON.stringify({ region: world.scenario.region }),
  };
}

/** The tags that EKS puts on the group of a managed node group. */
export function groupTags(group: Pick<AutoScalingGroup, "cluster" | "nodeGroup">): Record<string, string> {
  return {
    "eks:cluster-name": group.cluster,
    "eks:nodegroup-name": group.nodeGroup,
    "k8s.io/cluster-autoscaler/enabled": "true",
    [`k8s.io/cluster-autoscaler/${group.cluster}`]: "owned",
    [`kubernetes.io/cluster/${group.cluster}`]: "owned",
  };
}
