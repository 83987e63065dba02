import { describe, expect, it } from "vitest";
import { autoScalingGroupSeen } from "../../../src/aws/auto-scaling.js";
import { openWire } from "./wire.js";

describe("autoScalingGroupSeen", () => {
  const template = { LaunchTemplateId: "lt-1", Version: "7" };
  it.each([
    ["of its own", { LaunchTemplate: template }, "7"],
    [
      "of a mixed instances policy",
      { MixedInstancesPolicy: { LaunchTemplate: { LaunchTemplateSpecification: template } } },
      "7",
    ],
    ["by an alias", { LaunchTemplate: { ...template, Version: "$Latest" } }, "$Latest"],
    ["none: a launch configuration", {}, undefined],
  ])("launch template: %s", (_, group, version) => {
    const seen = autoScalingGroupSeen({
      AutoScalingGroupName: "g",
      MinSize: 1,
      MaxSize: 3,
      DesiredCapacity: 2,
      DefaultCooldown: 300,
      AvailabilityZones: ["us-west-2a"],
      HealthCheckType: "EC2",
      CreatedTime: new Date(0),
      ...group,
    });
    expect(seen.launchTemplateVersion).toBe(version);
  });
});

describe("groups", () => {
  it("sees a node group's instances, sizes and zones, and leaves out what does not exist", async () => {
    const { region } = await openWire();
    const [name = ""] = (await region.eks.nodeGroup("eks-workshop", "default")).autoScalingGroups;
    const groups = await region.autoScaling.groups(["nope", name]);
    expect(groups).toEqual([
      {
        name,
        sizes: { min: 3, max: 6, desired: 3 },
        zones: ["us-west-2a", "us-west-2b", "us-west-2c"],
        launchTemplateVersion: expect.stringMatching(/^\d+$/),
        instances: ["us-west-2a", "us-west-2b", "us-west-2c"].map((zone) => ({
          id: expect.stringMatching(/^i-[0-9a-f]{17}$/),
          zone,
          lifecycle: "InService",
          launchTemplateVersion: expect.stringMatching(/^\d+$/),
        })),
        suspended: [],
      },
    ]);
  });

  it.each([
    ["no names, no call", 0, 0],
    ["50 names fit in one call", 50, 1],
    ["51 names need two", 51, 2],
  ])("%s", async (_, count, calls) => {
    const wire = await openWire();
    await wire.region.autoScaling.groups(Array.from({ length: count }, (_, index) => `group-${index}`));
    expect(wire.calls("DescribeAutoScalingGroups")).toBe(calls);
  });

  it("throttling comes as busy", async () => {
    const { region, server } = await openWire();
    const body =
      '<ErrorResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/"><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>';
    server.faults = () => ({ status: 400, headers: { "content-type": "text/xml" }, body });
    await expect(region.autoScaling.groups(["g"])).rejects.toMatchObject({
      kind: "busy",
      code: "Throttling",
    });
  });
});
