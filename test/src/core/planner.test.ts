import { describe, expect, it } from "vitest";
import { day } from "../../../src/core/instant.js";
import type { Wish } from "../../../src/core/plan.js";
import { type NodeGroupLook, planNodeGroup } from "../../../src/core/planner.js";
import { start } from "../../builders.js";
import {
  aCluster,
  aLook,
  aNodeGroup,
  anIssue,
  anUpdate,
  aRelease,
  aScalingGroup,
  noWish,
  oldInstance,
} from "../../seen.js";

const codes = (problems: readonly { code: string }[]) => problems.map(({ code }) => code);

function judged(look: Partial<NodeGroupLook>, wish: Wish = noWish) {
  const { blockers, warnings } = planNodeGroup(aLook(look), wish, start);
  return { blockers: codes(blockers), warnings: codes(warnings) };
}

const al2 = (over: Parameters<typeof aNodeGroup>[0]) => aNodeGroup({ amiType: "AL2_x86_64", ...over });

describe("planNodeGroup", () => {
  it("plans a healthy group to the latest release of its own Kubernetes version", () => {
    expect(planNodeGroup(aLook(), noWish, start)).toEqual({
      step: {
        kind: "managed node group",
        nodeGroup: "default",
        amiType: "AL2023_x86_64_STANDARD",
        from: { version: "1.34", release: "1.34.7-20260301" },
        to: { version: "1.34", release: "1.34.9-20260714", image: "ami-0123456789abcdef0" },
        updateConfig: { maxUnavailable: 1, strategy: "DEFAULT" },
        force: false,
        nodes: { count: 3, zones: ["us-west-2a", "us-west-2b", "us-west-2c"], max: 6 },
      },
      blockers: [],
      warnings: [],
    });
  });

  it.each<[string, Partial<NodeGroupLook>, string[]]>([
    ["an ACTIVE cluster and group", {}, []],
    ["control plane updating", { cluster: aCluster({ status: "UPDATING" }) }, ["ControlPlaneUpdating"]],
    ["cluster CREATING", { cluster: aCluster({ status: "CREATING" }) }, ["ClusterNotActive"]],
    ["cluster PENDING", { cluster: aCluster({ status: "PENDING" }) }, ["ClusterNotActive"]],
    ["cluster DELETING", { cluster: aCluster({ status: "DELETING" }) }, ["ClusterNotActive"]],
    ["cluster FAILED", { cluster: aCluster({ status: "FAILED" }) }, ["ClusterNotActive"]],
    ["a cluster status AWS adds", { cluster: aCluster({ status: "NAPPING" }) }, ["ClusterNotActive"]],
    [
      "two health issues of the cluster, each told",
      { cluster: aCluster({ healthIssues: [anIssue("KmsKeyDisabled"), anIssue("IamRoleNotFound")] }) },
      ["ClusterUnhealthy", "ClusterUnhealthy"],
    ],
    ["group CREATING", { nodeGroup: aNodeGroup({ status: "CREATING" }) }, ["NodeGroupNotActive"]],
    ["group DELETING", { nodeGroup: aNodeGroup({ status: "DELETING" }) }, ["NodeGroupNotActive"]],
    ["group DEGRADED", { nodeGroup: aNodeGroup({ status: "DEGRADED" }) }, ["NodeGroupNotActive"]],
    [
      "group DEGRADED only by what EKS tolerates",
      { nodeGroup: aNodeGroup({ status: "DEGRADED", healthIssues: [anIssue("InstanceLimitExceeded")] }) },
      [],
    ],
    ["group CREATE_FAILED", { nodeGroup: aNodeGroup({ status: "CREATE_FAILED" }) }, ["NodeGroupNotActive"]],
    ["group DELETE_FAILED", { nodeGroup: aNodeGroup({ status: "DELETE_FAILED" }) }, ["NodeGroupNotActive"]],
    ["a group status AWS adds", { nodeGroup: aNodeGroup({ status: "NAPPING" }) }, ["NodeGroupNotActive"]],
    [
      "group UPDATING, update not listed yet",
      { nodeGroup: aNodeGroup({ status: "UPDATING" }) },
      ["UpdateInProgress"],
    ],
    ["an update listed, group still ACTIVE", { updatesInProgress: [anUpdate()] }, ["UpdateInProgress"]],
    [
      "both: told once",
      { updatesInProgress: [anUpdate()], nodeGroup: aNodeGroup({ status: "UPDATING" }) },
      ["UpdateInProgress"],
    ],
    [
      "Launch suspended",
      { autoScalingGroups: [aScalingGroup({ suspended: ["Launch"] })] },
      ["ScalingSuspended"],
    ],
    [
      "Terminate suspended",
      { autoScalingGroups: [aScalingGroup({ suspended: ["Terminate"] })] },
      ["ScalingSuspended"],
    ],
    [
      "suspended processes that an update does not need",
      { autoScalingGroups: [aScalingGroup({ suspended: ["AZRebalance", "AlarmNotification"] })] },
      [],
    ],
    [
      "everything wrong at once: each reason told",
      {
        cluster: aCluster({ status: "UPDATING" }),
        nodeGroup: aNodeGroup({ status: "DEGRADED", healthIssues: [anIssue("AccessDenied")] }),
        updatesInProgress: [anUpdate()],
        target: aRelease("1.34.7-20260301"),
        autoScalingGroups: [aScalingGroup({ suspended: ["Launch"] })],
      },
      [
        "ControlPlaneUpdating",
        "NodeGroupNotActive",
        "NodeGroupUnhealthy",
        "UpdateInProgress",
        "AlreadyAtTarget",
        "ScalingSuspended",
      ],
    ],
  ])("blockers of the state: %s", (_, look, blockers) => {
    expect(judged(look).blockers).toEqual(blockers);
  });

  it.each([
    ["AsgInstanceLaunchFailures", [], ["AsgInstanceLaunchFailures"]],
    ["InstanceLimitExceeded", [], ["InstanceLimitExceeded"]],
    ["InsufficientFreeAddresses", [], ["InsufficientFreeAddresses"]],
    ["ClusterUnreachable", [], ["ClusterUnreachable"]],
    ["AccessDenied", ["NodeGroupUnhealthy"], []],
    ["Ec2LaunchTemplateVersionMismatch", ["NodeGroupUnhealthy"], []],
    ["AutoScalingGroupInstanceRefreshActive", ["NodeGroupUnhealthy"], []],
    ["NodeCreationFailure", ["NodeGroupUnhealthy"], []],
    ["PodEvictionFailure", ["NodeGroupUnhealthy"], []],
    ["SomethingAwsAdds", ["NodeGroupUnhealthy"], []],
  ])("health issue %s of an ACTIVE group: blockers %j, warnings %j", (code, blockers, warnings) => {
    const nodeGroup = aNodeGroup({ healthIssues: [anIssue(code)] });
    expect(judged({ nodeGroup })).toEqual({ blockers, warnings });
  });

  it.each([
    ["Amazon Linux 2 on the day of its end", al2({ version: "1.32" }), Date.UTC(2025, 10, 26), []],
    [
      "Amazon Linux 2 the day after",
      al2({ version: "1.32" }),
      Date.UTC(2025, 10, 26) + day,
      ["AmazonLinux2Ended"],
    ],
    ["Amazon Linux 2023", aNodeGroup(), start, []],
    [
      "update strategy MINIMAL",
      aNodeGroup({ updateConfig: { maxUnavailable: 1, strategy: "MINIMAL" } }),
      start,
      ["MinimalStrategy"],
    ],
  ])("warnings: %s", (_, nodeGroup, now, warnings) => {
    expect(codes(planNodeGroup(aLook({ nodeGroup }), noWish, now).warnings)).toEqual(warnings);
  });

  it.each<[string, Partial<NodeGroupLook>, Wish, string]>([
    [
      "names the update that runs",
      { updatesInProgress: [anUpdate()] },
      {},
      'Node group default is being updated already (VersionUpdate, id upd-1). EKS does one update of a group at a time. Follow it with "/eks-upgrade watch eks-workshop/default", or plan again when it is over.',
    ],
    [
      "names both processes",
      { autoScalingGroups: [aScalingGroup({ suspended: ["Terminate", "AZRebalance", "Launch"] })] },
      {},
      "The Auto Scaling group eks-default has Terminate and Launch suspended. EKS needs them for the update: resume them first.",
    ],
    [
      "says which version would do",
      {},
      { version: "1.35" },
      "Kubernetes 1.35 is newer than the control plane, which runs 1.34. Nodes must not be newer than the control plane: upgrade that first, or choose 1.34.",
    ],
    [
      "does not ask to heal what is being made",
      { nodeGroup: aNodeGroup({ status: "CREATING" }) },
      {},
      "Node group default is CREATING. Plan again when it is ACTIVE.",
    ],
    [
      "does not ask to heal what is being deleted",
      { nodeGroup: aNodeGroup({ status: "DELETING" }) },
      {},
      "Node group default is DELETING. It is on its way out: nothing to upgrade.",
    ],
  ])("words of a blocker: %s", (_, look, wish, said) => {
    const [blocker] = planNodeGroup(aLook(look), wish, start).blockers;
    expect(`${blocker?.what}. ${blocker?.next}`).toBe(said);
  });

  it("carries what the approver must see: force, the group's own template, every zone once", () => {
    const launchTemplate = { id: "lt-1", name: "workers", version: "7" };
    const nodeGroup = aNodeGroup({ launchTemplate, sizes: { min: 0, max: 9, desired: 4 } });
    const autoScalingGroups = [
      aScalingGroup({ zones: ["us-west-2c", "us-west-2a"], instances: [oldInstance("old-a")] }),
      aScalingGroup({ name: "eks-default-2", zones: ["us-west-2a"] }),
    ];
    const { step } = planNodeGroup(aLook({ nodeGroup, autoScalingGroups }), { force: true }, start);
    expect(step).toMatchObject({
      force: true,
      launchTemplate,
      nodes: { count: 4, zones: ["us-west-2a", "us-west-2c"], max: 9 },
    });
  });
});
