import type { Coverage } from "../coverage.js";

const eks = "test/playground/aws/eks.test.ts";
const ssm = "test/playground/aws/ssm.test.ts";
const autoScaling = "test/playground/aws/auto-scaling.test.ts";
const writes = "test/playground/aws/auto-scaling-writes.test.ts";
const templates = "test/playground/aws/launch-template-writes.test.ts";
const ec2 = "test/playground/aws/ec2.test.ts";
const sts = "test/playground/aws/sts.test.ts";

export const awsCoverage: readonly Coverage[] = [
  row("eks", "ListClusters", eks, "no registered external clusters"),
  row("eks", "DescribeCluster", eks, "no logging, identity provider, encryption or Auto Mode settings"),
  row("eks", "ListNodegroups", eks),
  row("eks", "DescribeNodegroup", eks, "no labels, taints, remote access or warm pool"),
  row("eks", "UpdateNodegroupVersion", eks, "going back to an older release is refused"),
  row("eks", "ListUpdates", eks, "only node groups have updates"),
  row("eks", "DescribeUpdate", eks, "only node groups have updates"),
  row("eks", "DescribeClusterVersions", eks, "dates and support; no patch or platform versions"),
  row("ssm", "GetParameter", ssm, "public parameters of EKS AMIs; no selectors"),
  row("ssm", "GetParameters", ssm, "public parameters of EKS AMIs; no selectors"),
  row("ssm", "GetParametersByPath", ssm, "public parameters of EKS AMIs; no filters"),
  row("sts", "GetCallerIdentity", ec2),
  row("sts", "AssumeRole", sts, "roles of the scenario; no session policies, tags, MFA or source identity"),
  row("autoscaling", "DescribeAutoScalingGroups", autoScaling, "no launch configurations, no warm pools"),
  row("autoscaling", "DescribeAutoScalingInstances", autoScaling),
  row("autoscaling", "DescribeScalingActivities", autoScaling, "no filters"),
  row("autoscaling", "DescribeInstanceRefreshes", writes, "one that is listed replaces nothing"),
  row(
    "autoscaling",
    "UpdateAutoScalingGroup",
    writes,
    "sizes, launch template and MixedInstancesPolicy; a policy's distribution and weights are kept, not acted on",
  ),
  row("autoscaling", "SetDesiredCapacity", writes),
  row("autoscaling", "TerminateInstanceInAutoScalingGroup", writes),
  row(
    "autoscaling",
    "SuspendProcesses",
    writes,
    "Launch, Terminate, HealthCheck, ReplaceUnhealthy and AZRebalance stop; what the others would do is not simulated",
  ),
  row("autoscaling", "ResumeProcesses", writes),
  row("autoscaling", "CreateOrUpdateTags", writes),
  row("autoscaling", "DeleteTags", writes),
  row("ec2", "DescribeInstances", ec2, "the filters that name an instance, its place, state, AMI or tags"),
  row("ec2", "DescribeLaunchTemplates", ec2, "no filters"),
  row("ec2", "DescribeLaunchTemplateVersions", ec2, "a version's data is its AMI and instance type"),
  row("ec2", "CreateLaunchTemplateVersion", templates, "a version's data is its AMI and instance type"),
  row("ec2", "ModifyLaunchTemplate", templates),
  row(
    "ec2",
    "DescribeImages",
    ec2,
    "the AMIs of every release that was published and the account's own; by id, name and architecture",
  ),
  row("ec2", "DescribeSubnets", ec2, "by id and zone"),
  row(
    "elasticloadbalancing",
    "DescribeTargetHealth",
    "test/playground/aws/elb.test.ts",
    "an instance's own target; a node that is excluded by its label is drained from when somebody first looks",
  ),
];

function row(service: string, operation: string, testedBy: string, notes?: string): Coverage {
  return notes === undefined
    ? { service, operation, how: "full", testedBy }
    : { service, operation, how: "part", notes, testedBy };
}
