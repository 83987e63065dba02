import { describe, expect, it } from "vitest";
import { day } from "../../../src/core/instant.js";
import type { Wish } from "../../../src/core/plan.js";
import { type NodeGroupLook, planNodeGroup, wishedVersion } from "../../../src/core/planner.js";
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
const windows = (amiType: string) => aNodeGroup({ amiType, release: "1.34-2026.01.22" });
const nothingListed = (over: Partial<NodeGroupLook> = {}): NodeGroupLook => {
  const { target: _, ...look } = aLook(over);
  return look;
};

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

  it.each<[string, NodeGroupLook, Wish, string[]]>([
    ["already at the latest", aLook({ target: aRelease("1.34.7-20260301") }), {}, ["AlreadyAtTarget"]],
    [
      "a withdrawn release: latest went back",
      aLook({ target: aRelease("1.34.7-20260215") }),
      {},
      ["ReleaseDowngrade"],
    ],
    ["older patch, later day", aLook({ target: aRelease("1.34.6-20260714") }), {}, ["ReleaseDowngrade"]],
    [
      "older release by name",
      aLook({ target: aRelease("1.34.6-20260101") }),
      { release: "1.34.6-20260101" },
      ["ReleaseDowngrade"],
    ],
    ["a release that cannot be compared", aLook({ target: aRelease("brand-new-spelling") }), {}, []],
    [
      "version of the control plane",
      aLook({ cluster: aCluster({ version: "1.35" }), target: aRelease("1.35.6-20260714") }),
      { version: "1.35" },
      [],
    ],
    [
      "two minors up to the control plane",
      aLook({ cluster: aCluster({ version: "1.36" }), target: aRelease("1.36.2-20260714") }),
      { version: "1.36" },
      [],
    ],
    [
      "version ahead of the control plane",
      aLook({ target: aRelease("1.35.6-20260714") }),
      { version: "1.35" },
      ["AheadOfControlPlane"],
    ],
    ["1.100 is ahead of 1.34, not behind it", nothingListed(), { version: "1.100" }, ["AheadOfControlPlane"]],
    [
      "version downgrade",
      aLook({ target: aRelease("1.33.13-20260714") }),
      { version: "1.33" },
      ["VersionDowngrade"],
    ],
    ["1.9 is older than 1.34", nothingListed(), { version: "1.9" }, ["VersionDowngrade"]],
    ["what is no version", nothingListed(), { version: "latest" }, ["VersionInvalid"]],
    ["AWS lists nothing", nothingListed(), {}, ["NoRelease"]],
    [
      "AWS does not list the release that was named",
      nothingListed(),
      { release: "1.34.9-20260715" },
      ["ReleaseUnknown"],
    ],
    [
      "a release of a newer minor than the control plane",
      nothingListed(),
      { release: "1.35.6-20260714" },
      ["AheadOfControlPlane"],
    ],
    [
      "a release of an older minor than the group",
      nothingListed(),
      { release: "1.33.13-20260714" },
      ["VersionDowngrade"],
    ],
    [
      "an old Windows release by name",
      nothingListed({ nodeGroup: windows("WINDOWS_CORE_2022_x86_64") }),
      { release: "1.34-2026.01.01" },
      ["ReleaseNotListed"],
    ],
    [
      "Windows 2025 before 1.35",
      nothingListed({ nodeGroup: windows("WINDOWS_CORE_2025_x86_64") }),
      {},
      ["Windows2025HasNoAmi"],
    ],
    [
      "a custom AMI",
      nothingListed({ nodeGroup: aNodeGroup({ amiType: "CUSTOM", release: "ami-1" }) }),
      {},
      ["AmiTypeCustom"],
    ],
    [
      "an amiType AWS adds",
      nothingListed({ nodeGroup: aNodeGroup({ amiType: "AL2030_RISCV" }) }),
      {},
      ["AmiTypeUnknown"],
    ],
    ["no amiType at all", nothingListed({ nodeGroup: aNodeGroup({ amiType: "" }) }), {}, ["AmiTypeUnknown"]],
    [
      "AL2 on 1.32, newer release of before the end",
      aLook({
        cluster: aCluster({ version: "1.32" }),
        nodeGroup: al2({ version: "1.32", release: "1.32.3-20250519" }),
        target: aRelease("1.32.9-20251112"),
      }),
      {},
      [],
    ],
    [
      "AL2 to 1.33",
      nothingListed({
        cluster: aCluster({ version: "1.33" }),
        nodeGroup: al2({ version: "1.32", release: "1.32.9-20251112" }),
      }),
      { version: "1.33" },
      ["AmazonLinux2HasNoAmi"],
    ],
  ])("blockers of the target: %s", (_, look, wish, blockers) => {
    expect(codes(planNodeGroup(look, wish, start).blockers)).toEqual(blockers);
  });

  it("without a release there is no step, only reasons", () => {
    expect(planNodeGroup(nothingListed(), noWish, start).step).toBeUndefined();
  });

  describe("Bottlerocket, whose releases do not say for which Kubernetes version they are", () => {
    const nodeGroup = aNodeGroup({ amiType: "BOTTLEROCKET_x86_64", release: "1.50.0-1602f3a8" });
    const cluster = aCluster({ version: "1.35" });
    it.each([
      ["the same release for the same version: nothing to do", {}, "1.50.0-1602f3a8", ["AlreadyAtTarget"]],
      ["the same release for the next version", { version: "1.35" }, "1.50.0-1602f3a8", []],
      ["a newer release for the next version", { version: "1.35" }, "1.51.0-0a1b2c3d", []],
      ["an older release for the next version", { version: "1.35" }, "1.49.0-0a1b2c3d", ["ReleaseDowngrade"]],
    ])("%s", (_, wish, release, blockers) => {
      expect(judged({ nodeGroup, cluster, target: aRelease(release) }, wish).blockers).toEqual(blockers);
    });
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
      "Node group default is being updated already (VersionUpdate, id upd-1). EKS does one update of a group at a time. Plan again when it is over.",
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

describe("wishedVersion", () => {
  const bottlerocket = aNodeGroup({ amiType: "BOTTLEROCKET_x86_64" });
  it.each([
    ["nothing wished: the group's own", {}, aNodeGroup(), "1.34"],
    ["the version that is named", { version: "1.35" }, aNodeGroup(), "1.35"],
    ["the version of the release that is named", { release: "1.35.6-20260714" }, aNodeGroup(), "1.35"],
    ["Bottlerocket's releases do not say", { release: "1.50.0-1602f3a8" }, bottlerocket, "1.34"],
    ["what is no release says nothing", { release: "latest" }, aNodeGroup(), "1.34"],
    [
      "a version goes before a release",
      { version: "1.34", release: "1.35.6-20260714" },
      aNodeGroup(),
      "1.34",
    ],
  ])("%s", (_, wish, nodeGroup, version) => {
    expect(wishedVersion(wish, nodeGroup)).toBe(version);
  });
});
