import { describe, expect, it } from "vitest";
import { clusterSeen, nodeGroupSeen, updateSeen } from "../../../src/aws/eks-values.js";

describe("clusterSeen", () => {
  const access = { endpoint: "https://c.eks.amazonaws.com", certificateAuthority: { data: "Q0E=" } };
  it.each([
    [
      "has access with endpoint and authority",
      access,
      { endpoint: access.endpoint, certificateAuthority: "Q0E=" },
    ],
    ["has none without an authority", { endpoint: access.endpoint }, undefined],
    ["has none without an endpoint", { certificateAuthority: { data: "Q0E=" } }, undefined],
  ])("%s", (_, cluster, seen) => {
    expect(clusterSeen(cluster, "us-west-2").access).toEqual(seen);
  });

  it("keeps statuses and issues that AWS may add", () => {
    const cluster = {
      name: "c",
      version: "1.34",
      status: "HIBERNATING" as "ACTIVE",
      health: { issues: [{ code: "NewIssue" as "Other", message: "m", resourceIds: ["r"] }] },
    };
    expect(clusterSeen(cluster, "us-west-2")).toEqual({
      name: "c",
      region: "us-west-2",
      version: "1.34",
      status: "HIBERNATING",
      healthIssues: [{ code: "NewIssue", message: "m", resources: ["r"] }],
    });
  });
});

describe("nodeGroupSeen", () => {
  it.each([
    ["none is one node at a time", undefined, { maxUnavailable: 1, strategy: "DEFAULT" }],
    ["a number", { maxUnavailable: 3 }, { maxUnavailable: 3, strategy: "DEFAULT" }],
    [
      "a percentage, never both",
      { maxUnavailablePercentage: 33 },
      { maxUnavailablePercentage: 33, strategy: "DEFAULT" },
    ],
    [
      "minimal capacity",
      { maxUnavailable: 2, updateStrategy: "MINIMAL" as const },
      { maxUnavailable: 2, strategy: "MINIMAL" },
    ],
  ])("updateConfig: %s", (_, updateConfig, seen) => {
    expect(nodeGroupSeen(updateConfig ? { updateConfig } : {}).updateConfig).toEqual(seen);
  });

  it.each([
    ["none where EKS made it", undefined, undefined],
    ["the customer's own", { id: "lt-1", name: "n", version: "7" }, { id: "lt-1", name: "n", version: "7" }],
  ])("launch template: %s", (_, launchTemplate, seen) => {
    expect(nodeGroupSeen(launchTemplate ? { launchTemplate } : {}).launchTemplate).toEqual(seen);
  });

  it("reads a whole node group", () => {
    const seen = nodeGroupSeen({
      clusterName: "c",
      nodegroupName: "default",
      status: "DEGRADED",
      version: "1.34",
      releaseVersion: "1.34.9-20260714",
      amiType: "AL2023_x86_64_STANDARD",
      capacityType: "SPOT",
      instanceTypes: ["m5.large"],
      scalingConfig: { minSize: 1, maxSize: 6, desiredSize: 3 },
      resources: { autoScalingGroups: [{ name: "eks-default-1" }] },
      health: { issues: [{ code: "AsgInstanceLaunchFailures", message: "no capacity" }] },
    });
    expect(seen).toEqual({
      cluster: "c",
      name: "default",
      status: "DEGRADED",
      version: "1.34",
      release: "1.34.9-20260714",
      amiType: "AL2023_x86_64_STANDARD",
      capacityType: "SPOT",
      instanceTypes: ["m5.large"],
      sizes: { min: 1, max: 6, desired: 3 },
      updateConfig: { maxUnavailable: 1, strategy: "DEFAULT" },
      autoScalingGroups: ["eks-default-1"],
      healthIssues: [{ code: "AsgInstanceLaunchFailures", message: "no capacity", resources: [] }],
    });
  });
});

it("updateSeen reads parameters by type and errors by code", () => {
  const seen = updateSeen({
    id: "u",
    status: "Failed",
    type: "VersionUpdate",
    params: [
      { type: "Version", value: "1.34" },
      { type: "ReleaseVersion", value: "1.34.9-20260714" },
    ],
    createdAt: new Date(1_795_219_200_123),
    errors: [
      { errorCode: "PodEvictionFailure", errorMessage: "Reached max retries", resourceIds: ["ip-10-0-1-5"] },
    ],
  });
  expect(seen).toEqual({
    id: "u",
    status: "Failed",
    type: "VersionUpdate",
    params: { Version: "1.34", ReleaseVersion: "1.34.9-20260714" },
    createdAt: 1_795_219_200_123,
    errors: [{ code: "PodEvictionFailure", message: "Reached max retries", resources: ["ip-10-0-1-5"] }],
  });
});
