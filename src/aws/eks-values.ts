import type {
  Cluster,
  ClusterIssue,
  ClusterVersionInformation,
  Issue,
  Nodegroup,
  Update,
} from "@aws-sdk/client-eks";
import type { VersionSupport } from "../core/scan/scanned.js";
import type {
  ClusterSeen,
  HealthIssueSeen,
  LaunchTemplateSeen,
  NodeGroupSeen,
  UpdateConfig,
  UpdateSeen,
} from "../core/seen.js";

/**
 * EKS' answers in our words. The SDK calls every field optional; a text that is missing becomes empty, so that one
 * odd answer stops the plan that needs it and nothing else.
 */

export function clusterSeen(cluster: Cluster, region: string): ClusterSeen {
  const endpoint = cluster.endpoint;
  const certificateAuthority = cluster.certificateAuthority?.data;
  const upgradePolicy = cluster.upgradePolicy?.supportType;
  return {
    name: cluster.name ?? "",
    region,
    version: cluster.version ?? "",
    status: cluster.status ?? "",
    healthIssues: issuesSeen(cluster.health?.issues),
    ...(upgradePolicy && { upgradePolicy }),
    ...(endpoint && certificateAuthority ? { access: { endpoint, certificateAuthority } } : {}),
  };
}

/** By minor. Versions for other kinds of clusters than EKS' own, such as local ones on Outposts, have calendars of their own. */
export function versionsSeen(
  versions: readonly ClusterVersionInformation[],
): Map<string, Omit<VersionSupport, "policy">> {
  const own = versions.filter(({ clusterType = "eks" }) => clusterType === "eks");
  return new Map(own.map((version) => [version.clusterVersion ?? "", supportSeen(version)]));
}

function supportSeen(version: ClusterVersionInformation): Omit<VersionSupport, "policy"> {
  const { versionStatus, endOfStandardSupportDate: standard, endOfExtendedSupportDate: extended } = version;
  return {
    status: versionStatus ?? "",
    ...(standard && { endOfStandard: standard.getTime() }),
    ...(extended && { endOfExtended: extended.getTime() }),
  };
}

export function nodeGroupSeen(group: Nodegroup): NodeGroupSeen {
  const { minSize = 0, maxSize = 0, desiredSize = 0 } = group.scalingConfig ?? {};
  const launchTemplate = launchTemplateSeen(group.launchTemplate);
  return {
    cluster: group.clusterName ?? "",
    name: group.nodegroupName ?? "",
    status: group.status ?? "",
    version: group.version ?? "",
    release: group.releaseVersion ?? "",
    amiType: group.amiType ?? "",
    capacityType: group.capacityType ?? "",
    instanceTypes: group.instanceTypes ?? [],
    sizes: { min: minSize, max: maxSize, desired: desiredSize },
    updateConfig: updateConfigSeen(group.updateConfig),
    ...(launchTemplate ? { launchTemplate } : {}),
    autoScalingGroups: (group.resources?.autoScalingGroups ?? []).flatMap(({ name }) => name ?? []),
    healthIssues: issuesSeen(group.health?.issues),
  };
}

export function updateSeen(update: Update): UpdateSeen {
  return {
    id: update.id ?? "",
    status: update.status ?? "",
    type: update.type ?? "",
    params: Object.fromEntries(
      (update.params ?? []).flatMap(({ type, value }) => (type ? [[type, value ?? ""]] : [])),
    ),
    createdAt: update.createdAt?.getTime() ?? 0,
    errors: (update.errors ?? []).map((error) => ({
      code: error.errorCode ?? "Unknown",
      message: error.errorMessage ?? "",
      resources: error.resourceIds ?? [],
    })),
  };
}

/** Groups made before this setting existed have none: EKS then replaces one node at a time. */
function updateConfigSeen(config: Nodegroup["updateConfig"]): UpdateConfig {
  const strategy = config?.updateStrategy === "MINIMAL" ? "MINIMAL" : "DEFAULT";
  if (config?.maxUnavailablePercentage !== undefined) {
    return { maxUnavailablePercentage: config.maxUnavailablePercentage, strategy };
  }
  return { maxUnavailable: config?.maxUnavailable ?? 1, strategy };
}

function launchTemplateSeen(template: Nodegroup["launchTemplate"]): LaunchTemplateSeen | undefined {
  if (!template?.id) return undefined;
  return { id: template.id, name: template.name ?? "", version: template.version ?? "" };
}

/** A cluster's and a node group's issues differ in nothing but the codes they may have. */
function issuesSeen(issues: readonly (ClusterIssue | Issue)[] = []): HealthIssueSeen[] {
  return issues.map(({ code, message, resourceIds }) => ({
    code: code ?? "Unknown",
    message: message ?? "",
    resources: resourceIds ?? [],
  }));
}
