import type {
  AutoScalingGroup,
  AutoScaling as AutoScalingSdk,
  Instance,
  LaunchTemplateSpecification,
} from "@aws-sdk/client-auto-scaling";
import type { AutoScalingGroupSeen, InstanceSeen } from "../core/seen.js";
import { allPages, chunksOf } from "./pages.js";
import { ask } from "./trouble.js";

/** Amazon EC2 Auto Scaling in one region, to be looked at only: a managed node group's group belongs to EKS. */
export interface AutoScaling {
  /** The groups of these names. One that does not exist is left out. Throws `Trouble`. */
  groups(names: readonly string[], signal?: AbortSignal): Promise<AutoScalingGroupSeen[]>;
}

/** DescribeAutoScalingGroups takes no more. */
const namesPerCall = 50;

export function connectAutoScaling(client: () => Promise<AutoScalingSdk>): AutoScaling {
  async function read(names: string[], signal: AbortSignal | undefined): Promise<AutoScalingGroup[]> {
    const call = {
      action: "autoscaling:DescribeAutoScalingGroups",
      doing: `describe Auto Scaling group ${names.join(", ")}`,
    };
    return ask(call, signal, async (options) => {
      const sdk = await client();
      return allPages(
        async (NextToken) => {
          const page = await sdk.describeAutoScalingGroups(
            { AutoScalingGroupNames: names, NextToken },
            options,
          );
          return { groups: page.AutoScalingGroups, nextToken: page.NextToken };
        },
        (page) => page.groups,
      );
    });
  }

  return {
    async groups(names, signal) {
      const found: AutoScalingGroup[] = [];
      for (const some of chunksOf(names, namesPerCall)) found.push(...(await read(some, signal)));
      return found.map(autoScalingGroupSeen);
    },
  };
}

export function autoScalingGroupSeen(group: AutoScalingGroup): AutoScalingGroupSeen {
  const template =
    group.LaunchTemplate ?? group.MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification;
  return {
    name: group.AutoScalingGroupName ?? "",
    sizes: { min: group.MinSize ?? 0, max: group.MaxSize ?? 0, desired: group.DesiredCapacity ?? 0 },
    zones: group.AvailabilityZones ?? [],
    ...versionOf(template),
    instances: (group.Instances ?? []).map(instanceSeen),
    suspended: (group.SuspendedProcesses ?? []).flatMap(({ ProcessName }) => ProcessName ?? []),
  };
}

function instanceSeen(instance: Instance): InstanceSeen {
  return {
    id: instance.InstanceId ?? "",
    zone: instance.AvailabilityZone ?? "",
    lifecycle: instance.LifecycleState ?? "",
    ...versionOf(instance.LaunchTemplate),
  };
}

/** A number, "$Latest" or "$Default"; an instance has the number it was launched with. */
function versionOf(template: LaunchTemplateSpecification | undefined): { launchTemplateVersion?: string } {
  return template?.Version ? { launchTemplateVersion: template.Version } : {};
}
