import { describeImages } from "./ec2-images.js";
import { describeInstances } from "./ec2-instances.js";
import { createLaunchTemplateVersion, modifyLaunchTemplate } from "./ec2-launch-template-writes.js";
import { describeLaunchTemplates, describeLaunchTemplateVersions } from "./ec2-launch-templates.js";
import { describeSubnets } from "./ec2-subnets.js";
import { ec2Skin } from "./query.js";

export const ec2 = ec2Skin("http://ec2.amazonaws.com/doc/2016-11-15/", {
  DescribeInstances: describeInstances,
  DescribeLaunchTemplates: describeLaunchTemplates,
  DescribeLaunchTemplateVersions: describeLaunchTemplateVersions,
  CreateLaunchTemplateVersion: createLaunchTemplateVersion,
  ModifyLaunchTemplate: modifyLaunchTemplate,
  DescribeImages: describeImages,
  DescribeSubnets: describeSubnets,
});
