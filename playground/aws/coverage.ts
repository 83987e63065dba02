import type { Coverage } from "../coverage.js";

const eks = "test/playground/aws/eks.test.ts";
const ssm = "test/playground/aws/ssm.test.ts";
const autoScaling = "test/playground/aws/auto-scaling.test.ts";
const ec2 = "test/playground/aws/ec2.test.ts";

export const awsCoverage: readonly Coverage[] = [
  row("eks", "ListClusters", eks, "no registered external clusters"),
  row("eks", "DescribeCluster", eks, "no logging, identity provider, encryption or Auto Mode settings"),
  row("eks", "ListNodegroups", eks),
  row(
    "eks",
    "DescribeNodegroup",
    eks,
    "no labels, taints, remote access, warm pool or customer's launch template",
  ),
  row(
    "eks",
    "UpdateNodegroupVersion",
    eks,
    "a launch template is refused; going back to an older release is refused",
  ),
  row("eks", "ListUpdates", eks, "only node groups have updates"),
  row("eks", "DescribeUpdate", eks, "only node groups have updates"),
  row("eks", "DescribeClusterVersions", eks, "dates and support; no patch or platform versions"),
  row("ssm", "GetParameter", ssm, "public parameters of EKS AMIs; no selectors"),
  row("ssm", "GetParameters", ssm, "public parameters of EKS AMIs; no selectors"),
  row("ssm", "GetParametersByPath", ssm, "public parameters of EKS AMIs; no filters"),
  row("sts", "GetCallerIdentity", ec2),
  row("autoscaling", "DescribeAutoScalingGroups", autoScaling, "only the groups of managed node groups"),
  row("autoscaling", "DescribeAutoScalingInstances", autoScaling),
  row("autoscaling", "DescribeScalingActivities", autoScaling, "no filters"),
  row("ec2", "DescribeInstances", ec2, "the filters that name an instance, its place, state, AMI or tags"),
  row("ec2", "DescribeLaunchTemplates", ec2, "no filters"),
  row("ec2", "DescribeLaunchTemplateVersions", ec2, "a version's data is its AMI"),
  row("ec2", "DescribeImages", ec2, "the AMIs of the scenario's releases; by id, name and architecture"),
  row("ec2", "DescribeSubnets", ec2, "by id and zone"),
];

function row(service: string, operation: string, testedBy: string, notes?: string): Coverage {
  return notes === undefined
    ? { service, operation, how: "full", testedBy }
    : { service, operation, how: "part", notes, testedBy };
}
