import { whyNoReleases, whyOnlyLatest } from "./ami-support.js";
import type { Wish } from "./plan.js";
import type { NodeGroupLook } from "./planner.js";
import type { Problem } from "./problems.js";
import { compareReleases } from "./releases.js";
import type { AutoScalingGroupSeen, ClusterSeen, NodeGroupSeen, ReleaseSeen } from "./seen.js";
import { compareMinors } from "./versions.js";

/** The reasons why a node group cannot be updated now, and what to know before it is. One rule per function. */

export function clusterBlockers(cluster: ClusterSeen): Problem[] {
  if (cluster.status === "UPDATING") {
    return [
      {
        code: "ControlPlaneUpdating",
        what: `The control plane of ${cluster.name} is being updated`,
        next: "Nodes are never rolled meanwhile. Plan again when the cluster is ACTIVE.",
      },
    ];
  }
  if (cluster.status !== "ACTIVE") {
    const next = "Bring the cluster to ACTIVE first; see its page in the EKS console.";
    return [{ code: "ClusterNotActive", what: `Cluster ${cluster.name} is ${cluster.status}`, next }];
  }
  return cluster.healthIssues.map((issue) => ({
    code: "ClusterUnhealthy",
    what: `EKS reports a health issue of cluster ${cluster.name}: ${issue.code}`,
    next: "Resolve it first; the EKS console (cluster, Health issues) says how.",
  }));
}

export function groupBlockers(nodeGroup: NodeGroupSeen): Problem[] {
  // UPDATING shows as an update in progress, which says more.
  const notActive: Problem[] =
    nodeGroup.status === "ACTIVE" || nodeGroup.status === "UPDATING" || isTolerablyDegraded(nodeGroup)
      ? []
      : [
          {
            code: "NodeGroupNotActive",
            what: `Node group ${nodeGroup.name} is ${nodeGroup.status}`,
            next:
              whenNotActive[nodeGroup.status] ??
              "Plan again when it is ACTIVE; see its page in the EKS console.",
          },
        ];
  const refused = nodeGroup.healthIssues.filter((issue) => !toleratedIssues.has(issue.code));
  return [
    ...notActive,
    ...refused.map((issue) => ({
      code: "NodeGroupUnhealthy",
      what: `EKS refuses updates while node group ${nodeGroup.name} has the health issue ${issue.code}`,
      next: "Resolve it first; the EKS console (node group, Health issues) says how.",
    })),
  ];
}

const whenNotActive: Readonly<Record<string, string>> = {
  CREATING: "Plan again when it is ACTIVE.",
  DELETING: "It is on its way out: nothing to upgrade.",
  DEGRADED: "Resolve its health issues first; the EKS console (node group, Health issues) says how.",
  CREATE_FAILED: "It never worked: delete it in EKS and make a new node group.",
  DELETE_FAILED: "Somebody wanted it gone: resolve what keeps EKS from deleting it, and delete it again.",
};

/** EKS refuses by health issue, not by status: degraded only by what it tolerates, a group can be updated. */
function isTolerablyDegraded({ status, healthIssues }: NodeGroupSeen): boolean {
  return (
    status === "DEGRADED" &&
    healthIssues.length > 0 &&
    healthIssues.every((issue) => toleratedIssues.has(issue.code))
  );
}

/** The only health issues with which EKS still accepts a version update. */
const toleratedIssues = new Set([
  "AsgInstanceLaunchFailures",
  "InstanceLimitExceeded",
  "InsufficientFreeAddresses",
  "ClusterUnreachable",
]);

export function healthWarnings(nodeGroup: NodeGroupSeen): Problem[] {
  const tolerated = nodeGroup.healthIssues.filter((issue) => toleratedIssues.has(issue.code));
  return tolerated.map((issue) => ({
    code: issue.code,
    what: `EKS reports the health issue ${issue.code} for node group ${nodeGroup.name}`,
    next: "EKS will accept the update, but new nodes may not come up. Better resolve it first.",
  }));
}

export function updateBlockers({ cluster, nodeGroup, updatesInProgress }: NodeGroupLook): Problem[] {
  const [update] = updatesInProgress;
  if (!update && nodeGroup.status !== "UPDATING") return [];
  return [
    {
      code: "UpdateInProgress",
      what: `Node group ${nodeGroup.name} is being updated already${update ? ` (${update.type}, id ${update.id})` : ""}`,
      next: `EKS does one update of a group at a time. Follow it with "/eks-upgrade watch ${cluster.name}/${nodeGroup.name}", or plan again when it is over.`,
    },
  ];
}

export function targetBlockers(
  { cluster, nodeGroup, target }: NodeGroupLook,
  wish: Wish,
  version: string,
): Problem[] {
  const unavailable = whyNoReleases(nodeGroup.amiType, version);
  if (unavailable) return [unavailable];
  if (compareMinors(version, cluster.version) > 0) {
    return [
      {
        code: "AheadOfControlPlane",
        what: `Kubernetes ${version} is newer than the control plane, which runs ${cluster.version}`,
        next: `Nodes must not be newer than the control plane: upgrade that first, or choose ${cluster.version}.`,
      },
    ];
  }
  if (compareMinors(version, nodeGroup.version) < 0) {
    return [
      {
        code: "VersionDowngrade",
        what: `Kubernetes ${version} is older than what node group ${nodeGroup.name} runs (${nodeGroup.version})`,
        next: "EKS moves a node group forward only. Make a new group for an older version.",
      },
    ];
  }
  if (!target) return [noTarget(nodeGroup, wish, version)];
  return orderBlockers(nodeGroup, target, version);
}

function noTarget(nodeGroup: NodeGroupSeen, wish: Wish, version: string): Problem {
  if (wish.release === undefined) {
    return {
      code: "NoRelease",
      what: `AWS lists no ${nodeGroup.amiType} AMI for Kubernetes ${version} in this region`,
      next: "Check the Kubernetes version and the AMI type of the node group.",
    };
  }
  const unlisted = whyOnlyLatest(nodeGroup.amiType);
  if (unlisted) return unlisted;
  return {
    code: "ReleaseUnknown",
    what: `AWS lists no release ${wish.release} of ${nodeGroup.amiType} for Kubernetes ${version}`,
    next: "Check its spelling, or leave it out to get the latest.",
  };
}

function orderBlockers(nodeGroup: NodeGroupSeen, target: ReleaseSeen, version: string): Problem[] {
  if (target.release === nodeGroup.release) {
    // One Bottlerocket release is published for many Kubernetes versions, as an AMI for each.
    if (version !== nodeGroup.version) return [];
    const what = `Node group ${nodeGroup.name} runs ${target.release} already`;
    return [{ code: "AlreadyAtTarget", what, next: "Nothing to do." }];
  }
  const order = compareReleases(nodeGroup.amiType, target.release, nodeGroup.release);
  if (order === undefined || order >= 0) return [];
  return [
    {
      code: "ReleaseDowngrade",
      what: `Release ${target.release} is older than what node group ${nodeGroup.name} runs (${nodeGroup.release})`,
      next: "EKS does not roll a node group back to an earlier AMI. A release may also have been withdrawn by AWS: wait for the next.",
    },
  ];
}

/** EKS launches and terminates through these; suspended, an update would hang until EKS gives up. */
const neededProcesses = ["Launch", "Terminate"];

export function scalingBlockers(groups: readonly AutoScalingGroupSeen[]): Problem[] {
  return groups.flatMap((group) => {
    const suspended = group.suspended.filter((process) => neededProcesses.includes(process));
    if (suspended.length === 0) return [];
    const what = `The Auto Scaling group ${group.name} has ${suspended.join(" and ")} suspended`;
    return [{ code: "ScalingSuspended", what, next: "EKS needs them for the update: resume them first." }];
  });
}

export function strategyWarnings(nodeGroup: NodeGroupSeen): Problem[] {
  if (nodeGroup.updateConfig.strategy !== "MINIMAL") return [];
  return [
    {
      code: "MinimalStrategy",
      what: "Update strategy MINIMAL: EKS cordons every node first and adds none, so evicted pods may stay Pending until a replacement is Ready",
      next: "Make sure that other node groups have room for them.",
    },
  ];
}
