import {
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  DescribeScalingActivitiesCommand,
  paginateDescribeAutoScalingInstances,
} from "@aws-sdk/client-auto-scaling";
import { describe, expect, it } from "vitest";
import { serving } from "./serving.js";

describe("Auto Scaling over the wire", () => {
  it("DescribeAutoScalingGroups tells sizes, template version, zones, tags and instances", async () => {
    const { autoScaling, scaling } = await serving();
    const { AutoScalingGroups: groups } = await autoScaling.send(new DescribeAutoScalingGroupsCommand());
    expect(groups).toHaveLength(1);
    expect(groups?.[0]).toMatchObject({
      AutoScalingGroupName: scaling.name,
      MinSize: 3,
      MaxSize: 6,
      DesiredCapacity: 3,
      LaunchTemplate: { LaunchTemplateId: scaling.launchTemplate, Version: "1" },
      AvailabilityZones: ["us-west-2a", "us-west-2b", "us-west-2c"],
      CreatedTime: new Date("2026-02-27"),
    });
    expect(groups?.[0]?.Tags).toContainEqual(
      expect.objectContaining({ Key: "eks:nodegroup-name", Value: "default", PropagateAtLaunch: true }),
    );
    expect(
      groups?.[0]?.Instances?.map(({ LifecycleState, LaunchTemplate }) => [
        LifecycleState,
        LaunchTemplate?.Version,
      ]),
    ).toEqual([
      ["InService", "1"],
      ["InService", "1"],
      ["InService", "1"],
    ]);
  });

  it("shows an update under way: more wanted, new ones from the new version, old ones on their way out", async () => {
    const { autoScaling, start, until, changes } = await serving();
    start();
    await until(() => changes("terminating").length === 1);
    const { AutoScalingGroups: groups } = await autoScaling.send(new DescribeAutoScalingGroupsCommand());
    expect(groups?.[0]).toMatchObject({ MaxSize: 9, DesiredCapacity: 6, LaunchTemplate: { Version: "2" } });
    const states = groups?.[0]?.Instances?.map(
      ({ LifecycleState, LaunchTemplate }) => `${LaunchTemplate?.Version} ${LifecycleState}`,
    );
    expect(states?.sort()).toEqual([
      "1 InService",
      "1 InService",
      "1 Terminating:Wait",
      "2 InService",
      "2 InService",
      "2 InService",
    ]);
  });

  it.each([
    ["an unknown name is absent", { AutoScalingGroupNames: ["nope"] }, 0],
    ["a tag's value", { Filters: [{ Name: "tag:eks:nodegroup-name", Values: ["default"] }] }, 1],
    ["another value of that tag", { Filters: [{ Name: "tag:eks:nodegroup-name", Values: ["other"] }] }, 0],
    ["a tag's key", { Filters: [{ Name: "tag-key", Values: ["k8s.io/cluster-autoscaler/enabled"] }] }, 1],
  ])("finds groups by name and tag: %s", async (_sentence, input, count) => {
    const { autoScaling } = await serving();
    const answer = await autoScaling.send(new DescribeAutoScalingGroupsCommand(input));
    expect(answer.AutoScalingGroups).toHaveLength(count);
  });

  it("finds a group by its own name, and leaves instances out when asked", async () => {
    const { autoScaling, scaling } = await serving();
    const input = { AutoScalingGroupNames: [scaling.name], IncludeInstances: false };
    const { AutoScalingGroups } = await autoScaling.send(new DescribeAutoScalingGroupsCommand(input));
    expect(AutoScalingGroups?.map(({ Instances }) => Instances ?? [])).toEqual([[]]);
  });

  it("a tag that no group has finds none", async () => {
    const { autoScaling } = await serving();
    const input = { Filters: [{ Name: "tag:team", Values: ["store"] }] };
    expect((await autoScaling.send(new DescribeAutoScalingGroupsCommand(input))).AutoScalingGroups).toEqual(
      [],
    );
  });

  it("DescribeAutoScalingInstances leads from an instance to its group", async () => {
    const { autoScaling, scaling, world } = await serving();
    const [instance] = world.instances.keys();
    const answer = await autoScaling.send(
      new DescribeAutoScalingInstancesCommand({ InstanceIds: [instance ?? ""] }),
    );
    expect(answer.AutoScalingInstances).toMatchObject([
      { InstanceId: instance, AutoScalingGroupName: scaling.name, LifecycleState: "InService" },
    ]);
  });

  it("DescribeAutoScalingInstances in pages", async () => {
    const { autoScaling } = await serving();
    const sizes: unknown[] = [];
    for await (const page of paginateDescribeAutoScalingInstances({ client: autoScaling, pageSize: 2 }, {}))
      sizes.push(page.AutoScalingInstances?.length);
    expect(sizes).toEqual([2, 1]);
  });

  it("DescribeScalingActivities tells the newest first, with the reason of a failed launch", async () => {
    const { autoScaling, scaling, start, until, world } = await serving();
    world.launchFault = ({ subnet }) =>
      subnet.zone === "us-west-2c"
        ? { kind: "launch fails", message: "No capacity & no luck <in> this zone." }
        : undefined;
    start();
    await until(() => scaling.activities.length > 3);
    const answer = await autoScaling.send(
      new DescribeScalingActivitiesCommand({ AutoScalingGroupName: scaling.name }),
    );
    expect(answer.Activities?.[0]).toMatchObject({
      StatusCode: "Failed",
      StatusMessage: "No capacity & no luck <in> this zone.",
    });
    expect(answer.Activities?.map(({ StatusCode }) => StatusCode).sort()).toEqual([
      "Failed",
      "Failed",
      "Successful",
      "Successful",
    ]);
  });
});
