import type {
  Activity,
  AutoScalingGroup,
  Instance,
  InstanceRefresh,
  LaunchTemplateOverrides,
  LaunchTemplateSpecification,
  MixedInstancesPolicy,
} from "@aws-sdk/client-auto-scaling";
import type { ActivitySeen, GroupTemplate, OverrideTemplate, TemplateReference } from "../core/roll/seen.js";
import type { AutoScalingGroupSeen, InstanceSeen } from "../core/seen.js";

/** Auto Scaling's answers in our words, and a group's template in its words again. */

export function autoScalingGroupSeen(group: AutoScalingGroup): AutoScalingGroupSeen {
  const template = templateSeen(group);
  return {
    name: group.AutoScalingGroupName ?? "",
    sizes: { min: group.MinSize ?? 0, max: group.MaxSize ?? 0, desired: group.DesiredCapacity ?? 0 },
    zones: group.AvailabilityZones ?? [],
    ...versionOf(
      group.LaunchTemplate ?? group.MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification,
    ),
    instances: (group.Instances ?? []).map(instanceSeen),
    suspended: (group.SuspendedProcesses ?? []).flatMap(({ ProcessName }) => ProcessName ?? []),
    ...(template && { template }),
    subnets: (group.VPCZoneIdentifier ?? "")
      .split(",")
      .map((id) => id.trim())
      .filter(Boolean),
    tags: Object.fromEntries(
      (group.Tags ?? []).flatMap(({ Key, Value }) => (Key ? [[Key, Value ?? ""]] : [])),
    ),
    targetGroups: group.TargetGroupARNs ?? [],
  };
}

function instanceSeen(instance: Instance): InstanceSeen {
  return {
    id: instance.InstanceId ?? "",
    zone: instance.AvailabilityZone ?? "",
    lifecycle: instance.LifecycleState ?? "",
    ...(instance.ProtectedFromScaleIn && { protected: true }),
    ...versionOf(instance.LaunchTemplate),
  };
}

/** A number, "$Latest" or "$Default"; an instance has the number it was launched with. */
function versionOf(template: LaunchTemplateSpecification | undefined): { launchTemplateVersion?: string } {
  return template?.Version ? { launchTemplateVersion: template.Version } : {};
}

function templateSeen(group: AutoScalingGroup): GroupTemplate | undefined {
  if (group.LaunchTemplate) return { kind: "launch template", template: referenceSeen(group.LaunchTemplate) };
  const name = group.LaunchConfigurationName;
  if (name) return { kind: "launch configuration", name };
  const mixed = group.MixedInstancesPolicy?.LaunchTemplate;
  if (!mixed?.LaunchTemplateSpecification) return undefined;
  const overrides = mixed.Overrides ?? [];
  const ownImages = overrides.flatMap(({ ImageId, InstanceType }) =>
    ImageId ? [InstanceType ?? ImageId] : [],
  );
  return {
    kind: "mixed instances",
    template: referenceSeen(mixed.LaunchTemplateSpecification),
    overrides: overrides.flatMap(overrideSeen),
    ...(ownImages.length > 0 && { ownImages }),
  };
}

function overrideSeen(override: LaunchTemplateOverrides, index: number): OverrideTemplate[] {
  const template = override.LaunchTemplateSpecification;
  if (!template) return [];
  return [{ index, instanceType: override.InstanceType ?? "", template: referenceSeen(template) }];
}

/** Where no version is given, Auto Scaling takes the template's default version. */
function referenceSeen(template: LaunchTemplateSpecification): TemplateReference {
  return {
    id: template.LaunchTemplateId ?? "",
    name: template.LaunchTemplateName ?? "",
    version: template.Version ?? "$Default",
  };
}

export function activitySeen(activity: Activity): ActivitySeen {
  return {
    id: activity.ActivityId ?? "",
    description: activity.Description ?? "",
    status: activity.StatusCode ?? "",
    startedAt: activity.StartTime?.getTime() ?? 0,
    ...(activity.StatusMessage && { message: activity.StatusMessage }),
  };
}

const activeRefresh = new Set(["Pending", "InProgress", "Cancelling", "RollbackInProgress", "Baking"]);

export function isRefreshActive({ Status }: InstanceRefresh): boolean {
  return activeRefresh.has(Status ?? "");
}

/** What of a group is sent to point it at a template's version. */
export interface Pointed {
  LaunchTemplate?: LaunchTemplateSpecification;
  MixedInstancesPolicy?: MixedInstancesPolicy;
}

/** Undefined where the group takes its settings from other templates than `template` says: only versions are changed. */
export function pointedAt(group: AutoScalingGroup, template: GroupTemplate): Pointed | undefined {
  const now = templateSeen(group);
  if (!now || sourcesOf(now) !== sourcesOf(template)) return undefined;
  if (template.kind === "launch template") return { LaunchTemplate: specificationOf(template.template) };
  const policy = group.MixedInstancesPolicy;
  if (template.kind === "launch configuration" || !policy) return undefined;
  return { MixedInstancesPolicy: mixedPointedAt(policy, template) };
}

/** A policy replaces the one before as a whole: everything else in it is sent back as it was read. */
function mixedPointedAt(
  policy: MixedInstancesPolicy,
  { template, overrides }: GroupTemplate & { kind: "mixed instances" },
): MixedInstancesPolicy {
  const wanted = new Map(overrides.map((override) => [override.index, specificationOf(override.template)]));
  const kept = policy.LaunchTemplate?.Overrides?.map((override, index) => {
    const specification = wanted.get(index);
    return specification ? { ...override, LaunchTemplateSpecification: specification } : override;
  });
  return {
    ...policy,
    LaunchTemplate: {
      LaunchTemplateSpecification: specificationOf(template),
      ...(kept && { Overrides: kept }),
    },
  };
}

/** By id alone: Auto Scaling takes an id or a name, and refuses both. */
function specificationOf({ id, version }: TemplateReference): LaunchTemplateSpecification {
  return { LaunchTemplateId: id, Version: version };
}

/** Which templates are used for what, whatever their versions. */
function sourcesOf(template: GroupTemplate): string {
  switch (template.kind) {
    case "launch template":
      return template.template.id;
    case "mixed instances":
      return [
        `mixed ${template.template.id}`,
        ...template.overrides.map((each) => `${each.index} ${each.instanceType} ${each.template.id}`),
      ].join();
    case "launch configuration":
      return `configuration ${template.name}`;
  }
}
