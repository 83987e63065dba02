import type { Image, Instance, LaunchTemplateVersion, Subnet } from "@aws-sdk/client-ec2";
import type { Ec2InstanceSeen, ImageSeen, SubnetSeen, TemplateVersionSeen } from "../core/roll/seen.js";

/** EC2's answers in our words. A text that is missing becomes empty. */

export function instanceSeen(instance: Instance): Ec2InstanceSeen {
  return {
    id: instance.InstanceId ?? "",
    image: instance.ImageId ?? "",
    zone: instance.Placement?.AvailabilityZone ?? "",
    subnet: instance.SubnetId ?? "",
    instanceType: instance.InstanceType ?? "",
    architecture: instance.Architecture ?? "",
    state: instance.State?.Name ?? "",
    launchedAt: instance.LaunchTime?.getTime() ?? 0,
  };
}

/** Only a few owners have an alias, and nobody can give themselves one: "amazon" is Amazon. */
export function imageSeen(image: Image): ImageSeen {
  return {
    id: image.ImageId ?? "",
    name: image.Name ?? "",
    architecture: image.Architecture ?? "",
    state: image.State ?? "",
    createdAt: Date.parse(image.CreationDate ?? "") || 0,
    ...(image.DeprecationTime && { deprecatedAt: Date.parse(image.DeprecationTime) }),
    owner: image.ImageOwnerAlias ?? image.OwnerId ?? "",
    ...(image.Platform && { platform: image.Platform }),
  };
}

export function subnetSeen(subnet: Subnet): SubnetSeen {
  return {
    id: subnet.SubnetId ?? "",
    zone: subnet.AvailabilityZone ?? "",
    freeAddresses: subnet.AvailableIpAddressCount ?? 0,
  };
}

export function templateVersionSeen(version: LaunchTemplateVersion): TemplateVersionSeen {
  const { ImageId: image, InstanceType: instanceType } = version.LaunchTemplateData ?? {};
  return {
    template: version.LaunchTemplateId ?? "",
    name: version.LaunchTemplateName ?? "",
    number: version.VersionNumber ?? 0,
    ...(image && { image }),
    ...(instanceType && { instanceType }),
    madeByEks: isMadeByEks(version),
  };
}

/** By its name or, whatever it is called, by who made this version. */
function isMadeByEks({ LaunchTemplateName = "", CreatedBy = "" }: LaunchTemplateVersion): boolean {
  return (
    /^eks-[0-9a-f-]{36}$/.test(LaunchTemplateName) ||
    CreatedBy.includes("AWSServiceRoleForAmazonEKSNodegroup")
  );
}
