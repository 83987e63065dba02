import { describe, expect, it } from "vitest";
import { openWire } from "./wire.js";

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
        template: {
          kind: "launch template",
          template: {
            id: expect.stringMatching(/^lt-/),
            name: expect.stringMatching(/^eks-/),
            version: expect.stringMatching(/^\d+$/),
          },
        },
        subnets: [expect.any(String), expect.any(String), expect.any(String)],
        tags: expect.objectContaining({ "eks:nodegroup-name": "default" }),
        targetGroups: [],
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
