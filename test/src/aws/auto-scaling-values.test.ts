import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { describe, expect, it } from "vitest";
import { autoScalingGroupSeen } from "../../../src/aws/auto-scaling-values.js";
import { type Answer, openAnswering } from "./answering.js";

const bare: AutoScalingGroup = {
  AutoScalingGroupName: "workers",
  MinSize: 1,
  MaxSize: 3,
  DesiredCapacity: 2,
  DefaultCooldown: 300,
  AvailabilityZones: ["us-west-2a"],
  HealthCheckType: "EC2",
  CreatedTime: new Date(0),
};
const seven = { LaunchTemplateId: "lt-1", LaunchTemplateName: "n", Version: "7" };
const at = (id: string, version: string) => ({ id, name: "n", version });

describe("autoScalingGroupSeen", () => {
  it.each<[string, Partial<AutoScalingGroup>, unknown, string | undefined]>([
    ["a plain one", { LaunchTemplate: seven }, { kind: "launch template", template: at("lt-1", "7") }, "7"],
    [
      "by an alias",
      { LaunchTemplate: { ...seven, Version: "$Latest" } },
      { kind: "launch template", template: at("lt-1", "$Latest") },
      "$Latest",
    ],
    [
      "without a version: Auto Scaling takes the default",
      { LaunchTemplate: { LaunchTemplateId: "lt-1", LaunchTemplateName: "n" } },
      { kind: "launch template", template: at("lt-1", "$Default") },
      undefined,
    ],
    [
      "a mixed instances policy without overrides",
      { MixedInstancesPolicy: { LaunchTemplate: { LaunchTemplateSpecification: seven } } },
      { kind: "mixed instances", template: at("lt-1", "7"), overrides: [] },
      "7",
    ],
    [
      "a mixed instances policy: overrides with a template of their own keep their place",
      {
        MixedInstancesPolicy: {
          LaunchTemplate: {
            LaunchTemplateSpecification: seven,
            Overrides: [
              { InstanceType: "m5.large" },
              {
                InstanceType: "m6g.large",
                LaunchTemplateSpecification: { ...seven, LaunchTemplateId: "lt-2" },
              },
            ],
          },
        },
      },
      {
        kind: "mixed instances",
        template: at("lt-1", "7"),
        overrides: [{ index: 1, instanceType: "m6g.large", template: at("lt-2", "7") }],
      },
      "7",
    ],
    [
      "a mixed instances policy with an AMI in an override",
      {
        MixedInstancesPolicy: {
          LaunchTemplate: {
            LaunchTemplateSpecification: seven,
            Overrides: [{ InstanceType: "m6g.large", ImageId: "ami-1" }],
          },
        },
      },
      { kind: "mixed instances", template: at("lt-1", "7"), overrides: [], ownImages: ["m6g.large"] },
      "7",
    ],
    [
      "a launch configuration",
      { LaunchConfigurationName: "old" },
      { kind: "launch configuration", name: "old" },
      undefined,
    ],
    ["none that we know", {}, undefined, undefined],
  ])("template: %s", (_, group, template, version) => {
    const seen = autoScalingGroupSeen({ ...bare, ...group });
    expect(seen.template).toEqual(template);
    expect(seen.launchTemplateVersion).toBe(version);
  });

  it.each([
    ["one", "subnet-1", ["subnet-1"]],
    ["several, with the blank that people leave", "subnet-1, subnet-2", ["subnet-1", "subnet-2"]],
    ["none", "", []],
  ])("subnets: %s", (_, VPCZoneIdentifier, subnets) => {
    expect(autoScalingGroupSeen({ ...bare, VPCZoneIdentifier }).subnets).toEqual(subnets);
  });

  it("tells tags, target groups, suspended processes and who is protected", () => {
    const seen = autoScalingGroupSeen({
      ...bare,
      Tags: [{ Key: "team", Value: "shop", PropagateAtLaunch: true }, { Key: "empty" }],
      TargetGroupARNs: ["arn:shop"],
      SuspendedProcesses: [{ ProcessName: "AZRebalance" }],
      Instances: [true, false].map((ProtectedFromScaleIn, index) => ({
        InstanceId: `i-${index}`,
        AvailabilityZone: "us-west-2a",
        LifecycleState: "InService",
        HealthStatus: "Healthy",
        ProtectedFromScaleIn,
      })),
    });
    expect(seen).toMatchObject({
      tags: { team: "shop", empty: "" },
      targetGroups: ["arn:shop"],
      suspended: ["AZRebalance"],
    });
    expect(seen.instances.map(({ id, protected: kept }) => [id, kept])).toEqual([
      ["i-0", true],
      ["i-1", undefined],
    ]);
  });
});

describe("isRefreshing", () => {
  const refresh = (status: string) =>
    `<member><InstanceRefreshId>r</InstanceRefreshId><Status>${status}</Status></member>`;
  it.each([
    ...["Pending", "InProgress", "Cancelling", "RollbackInProgress", "Baking"].map(
      (each) => [each, true] as const,
    ),
    ...["Successful", "Failed", "Cancelled", "RollbackFailed", "RollbackSuccessful"].map(
      (each) => [each, false] as const,
    ),
  ])("%s: %j", async (status, refreshing) => {
    const answer: Answer = `<InstanceRefreshes>${refresh(status)}${refresh("Successful")}</InstanceRefreshes>`;
    const { region } = await openAnswering({ DescribeInstanceRefreshes: [answer] });
    expect(await region.autoScaling.isRefreshing("workers")).toBe(refreshing);
  });

  it("not where there never was one", async () => {
    const { region } = await openAnswering({ DescribeInstanceRefreshes: ["<InstanceRefreshes/>"] });
    expect(await region.autoScaling.isRefreshing("workers")).toBe(false);
  });
});

it("activities tell why a launch failed, a hundred at most", async () => {
  const activity = (id: string, rest: string) =>
    `<member><ActivityId>${id}</ActivityId><Description>Launching a new EC2 instance</Description><StartTime>2026-07-20T09:00:00Z</StartTime>${rest}</member>`;
  const wire = await openAnswering({
    DescribeScalingActivities: [
      `<Activities>${activity("a2", "<StatusCode>Failed</StatusCode><StatusMessage>no capacity</StatusMessage>")}${activity("a1", "<StatusCode>Successful</StatusCode>")}</Activities><NextToken>older</NextToken>`,
    ],
  });
  const seen = { description: "Launching a new EC2 instance", startedAt: Date.parse("2026-07-20T09:00:00Z") };
  expect(await wire.region.autoScaling.activities("workers")).toEqual([
    { id: "a2", ...seen, status: "Failed", message: "no capacity" },
    { id: "a1", ...seen, status: "Successful" },
  ]);
  expect(wire.sent).toEqual([
    { Action: "DescribeScalingActivities", AutoScalingGroupName: "workers", MaxRecords: "100" },
  ]);
});

it("groupsOf asks for 50 instances at once, and leaves out those of no group", async () => {
  const members = (...ids: string[]): Answer =>
    `<AutoScalingInstances>${ids.map((id) => `<member><InstanceId>${id}</InstanceId><AutoScalingGroupName>workers</AutoScalingGroupName></member>`).join("")}</AutoScalingInstances>`;
  const wire = await openAnswering({ DescribeAutoScalingInstances: [members("i-0"), members("i-50")] });
  const ids = Array.from({ length: 51 }, (_, index) => `i-${index}`);
  expect([...(await wire.region.autoScaling.groupsOf(ids))]).toEqual([
    ["i-0", "workers"],
    ["i-50", "workers"],
  ]);
  expect(wire.sent.map((form) => Object.keys(form).length - 1)).toEqual([50, 1]);
});
