import { clusterOf } from "../world/lookup.js";
import type { Cluster, NodeGroup, Update, World } from "../world/state.js";
import { epochSeconds } from "./json.js";

/** The objects of the EKS API, as DescribeCluster, DescribeNodegroup and DescribeUpdate return them. */

export function clusterShape(cluster: Cluster) {
  const { account, region } = cluster;
  return {
    name: cluster.name,
    arn: `arn:aws:eks:${region}:${account}:cluster/${cluster.name}`,
    createdAt: epochSeconds(cluster.createdAt),
    version: cluster.version,
    platformVersion: cluster.platformVersion,
    status: cluster.status,
    endpoint: cluster.access?.endpoint,
    certificateAuthority: cluster.access && { data: cluster.access.certificateAuthorityData },
    roleArn: `arn:aws:iam::${account}:role/${cluster.name}-cluster`,
    resourcesVpcConfig: {
      subnetIds: cluster.subnets.map(({ id }) => id),
      securityGroupIds: [],
      endpointPublicAccess: true,
      endpointPrivateAccess: true,
      publicAccessCidrs: ["0.0.0.0/0"],
    },
    kubernetesNetworkConfig: { serviceIpv4Cidr: "172.20.0.0/16", ipFamily: "ipv4" },
    accessConfig: { authenticationMode: "API_AND_CONFIG_MAP" },
    upgradePolicy: { supportType: cluster.supportType },
    health: { issues: [] },
    deletionProtection: false,
    tags: {},
  };
}

export function nodegroupShape(world: World, group: NodeGroup) {
  const { account, region } = clusterOf(world, group);
  const { min, max, desired } = group.sizes;
  return {
    nodegroupName: group.name,
    nodegroupArn: `arn:aws:eks:${region}:${account}:nodegroup/${group.cluster}/${group.name}/${group.uuid}`,
    clusterName: group.cluster,
    version: group.version,
    releaseVersion: group.release,
    createdAt: epochSeconds(group.createdAt),
    modifiedAt: epochSeconds(group.modifiedAt),
    status: group.status,
    capacityType: group.capacityType,
    scalingConfig: { minSize: min, maxSize: max, desiredSize: desired },
    ...templateShape(world, group),
    subnets: group.subnets.map(({ id }) => id),
    amiType: group.amiType,
    nodeRole: `arn:aws:iam::${account}:role/${group.cluster}-nodes`,
    labels: {},
    taints: [],
    resources: { autoScalingGroups: [{ name: group.autoScalingGroup }] },
    diskSize: 20,
    health: { issues: group.healthIssues },
    updateConfig: group.updateConfig,
    nodeRepairConfig: { enabled: false },
    tags: {},
  };
}

/** Where the customer's own launch template names the instance type, the node group has none. */
function templateShape(world: World, { sourceTemplate, instanceType }: NodeGroup) {
  const template = sourceTemplate && world.launchTemplates.get(sourceTemplate.id);
  if (!template) return { instanceTypes: [instanceType] };
  const { id, name, versions } = template;
  const named = versions[sourceTemplate.version - 1]?.instanceType !== undefined;
  return {
    instanceTypes: named ? null : [instanceType],
    launchTemplate: { id, name, version: String(sourceTemplate.version) },
  };
}

export function updateShape(update: Update) {
  const { templateVersion, target } = update;
  return {
    id: update.id,
    status: update.status,
    type: "VersionUpdate",
    params: [
      ...(target.amiType === "CUSTOM"
        ? []
        : [
            { type: "Version", value: target.version },
            { type: "ReleaseVersion", value: target.release },
          ]),
      ...(templateVersion === undefined
        ? []
        : [{ type: "LaunchTemplateVersion", value: String(templateVersion) }]),
    ],
    createdAt: epochSeconds(update.createdAt),
    errors: update.errors,
  };
}
