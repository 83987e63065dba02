import {
  CreateOrUpdateTagsCommand,
  DeleteTagsCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeInstanceRefreshesCommand,
  ResumeProcessesCommand,
  SetDesiredCapacityCommand,
  SuspendProcessesCommand,
  TerminateInstanceInAutoScalingGroupCommand,
  UpdateAutoScalingGroupCommand,
  type UpdateAutoScalingGroupCommandInput,
} from "@aws-sdk/client-auto-scaling";
import { describe, expect, it } from "vitest";
import { perform } from "../../../playground/world/acts.js";
import { ownWorkshop } from "../world/stage.js";
import { serving, servingOwn } from "./serving.js";

const AutoScalingGroupName = "workers";
const tag = {
  ResourceId: AutoScalingGroupName,
  ResourceType: "auto-scaling-group",
  PropagateAtLaunch: false,
};
const mixed = ownWorkshop({
  group: {
    overrides: [
      { instanceType: "m5.large" },
      {
        instanceType: "m5a.large",
        template: { name: "workers-amd", versions: [{ image: "ami-04f2a9c7d81e6b350" }] },
        version: 1,
      },
    ],
  },
});

async function described(served: Awaited<ReturnType<typeof servingOwn>>) {
  const answer = await served.autoScaling.send(new DescribeAutoScalingGroupsCommand({}));
  return answer.AutoScalingGroups?.[0];
}

describe("a self-managed group over the wire", () => {
  it("tells its owner's template and version as given, sizes, and instances in three zones", async () => {
    const served = await servingOwn();
    const group = await described(served);
    expect(group).toMatchObject({
      AutoScalingGroupName,
      LaunchTemplate: { LaunchTemplateName: "workers", Version: "$Latest" },
      MinSize: 3,
      MaxSize: 8,
      DesiredCapacity: 6,
    });
    expect(
      group?.Instances?.map(({ AvailabilityZone }) => AvailabilityZone?.at(-1))
        .sort()
        .join(""),
    ).toBe("aabbcc");
    expect(group?.Instances?.map(({ LaunchTemplate }) => LaunchTemplate?.Version)).toEqual(
      Array(6).fill("3"),
    );
  });

  it("tells a MixedInstancesPolicy with its overrides' own templates instead of a launch template", async () => {
    const group = await described(await servingOwn(mixed));
    expect(group?.LaunchTemplate).toBeUndefined();
    expect(group?.MixedInstancesPolicy?.LaunchTemplate).toMatchObject({
      LaunchTemplateSpecification: { LaunchTemplateName: "workers", Version: "$Latest" },
      Overrides: [
        { InstanceType: "m5.large" },
        {
          InstanceType: "m5a.large",
          LaunchTemplateSpecification: { LaunchTemplateName: "workers-amd", Version: "1" },
        },
      ],
    });
  });
});

describe("UpdateAutoScalingGroup", () => {
  it.each([
    ["max and desired at once", { MaxSize: 12, DesiredCapacity: 12 }, [3, 12, 12]],
    ["a min above desired takes desired along", { MinSize: 7 }, [7, 8, 7]],
    ["a max below desired takes desired along", { MaxSize: 5 }, [3, 5, 5]],
  ])("sets %s", async (_sentence, sizes, expected) => {
    const { autoScaling, scaling } = await servingOwn();
    await autoScaling.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, ...sizes }));
    expect([scaling.min, scaling.max, scaling.desired]).toEqual(expected);
  });

  it.each([
    ["desired above max", { DesiredCapacity: 9 }],
    ["min above max", { MinSize: 9, DesiredCapacity: 9 }],
    ["a template that does not exist", { LaunchTemplate: { LaunchTemplateId: "lt-0", Version: "1" } }],
    ["a version that does not exist", { LaunchTemplate: { LaunchTemplateName: "workers", Version: "9" } }],
    [
      "a plain template beside a policy",
      {
        LaunchTemplate: { LaunchTemplateName: "workers" },
        MixedInstancesPolicy: {
          LaunchTemplate: { LaunchTemplateSpecification: { LaunchTemplateName: "workers" } },
        },
      },
    ],
  ])("refuses %s with a ValidationError, and changes nothing", async (_sentence, input) => {
    const { autoScaling, scaling } = await servingOwn();
    const update = autoScaling.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, ...input }));
    await expect(update).rejects.toMatchObject({ name: "ValidationError" });
    expect([scaling.min, scaling.max, scaling.desired, scaling.launchTemplateVersion]).toEqual([
      3,
      8,
      6,
      "$Latest",
    ]);
  });

  it("points at another version: running instances stay, new ones come from it", async () => {
    const { autoScaling, members, until } = await servingOwn();
    const LaunchTemplate = { LaunchTemplateName: "workers", Version: "1" };
    await autoScaling.send(
      new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, LaunchTemplate, DesiredCapacity: 7 }),
    );
    await until(() => members().length === 7);
    expect(members().map(({ launchTemplateVersion }) => launchTemplateVersion)).toEqual([
      3, 3, 3, 3, 3, 3, 1,
    ]);
    expect(members().at(-1)?.image).toBe("ami-0b8d4f6a2c1e93057");
  });

  it("changes one override's template, and the policy stays a policy", async () => {
    const served = await servingOwn(mixed);
    const before = (await described(served))?.MixedInstancesPolicy;
    const [first, second] = before?.LaunchTemplate?.Overrides ?? [];
    const MixedInstancesPolicy = {
      LaunchTemplate: {
        LaunchTemplateSpecification: { LaunchTemplateName: "workers", Version: "2" },
        Overrides: [
          first ?? {},
          { ...second, LaunchTemplateSpecification: { LaunchTemplateName: "workers", Version: "1" } },
        ],
      },
    };
    await served.autoScaling.send(
      new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, MixedInstancesPolicy }),
    );
    expect((await described(served))?.MixedInstancesPolicy).toMatchObject(MixedInstancesPolicy);
  });
});

describe("SetDesiredCapacity", () => {
  it.each([
    ["above max", 9, "is above max value 8"],
    ["below min", 2, "is below min value 3"],
  ])("%s is refused", async (_sentence, DesiredCapacity, message) => {
    const { autoScaling, scaling } = await servingOwn();
    const set = autoScaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity }));
    await expect(set).rejects.toMatchObject({
      name: "ValidationError",
      message: expect.stringContaining(message),
    });
    expect(scaling.desired).toBe(6);
  });

  it("within the cooldown is refused where that is to be honoured, and only there", async () => {
    const { autoScaling, members, until } = await servingOwn();
    await autoScaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: 7 }));
    await until(() => members().length === 7);
    const again = { AutoScalingGroupName, DesiredCapacity: 8 };
    await expect(
      autoScaling.send(new SetDesiredCapacityCommand({ ...again, HonorCooldown: true })),
    ).rejects.toMatchObject({ name: "ScalingActivityInProgressFault" });
    await autoScaling.send(new SetDesiredCapacityCommand(again));
    await until(() => members().length === 8);
  });
});

describe("TerminateInstanceInAutoScalingGroup", () => {
  it("without decrement another one comes in its place", async () => {
    const { autoScaling, scaling, members, until } = await servingOwn();
    const [{ id = "" } = {}] = members();
    const { Activity } = await autoScaling.send(
      new TerminateInstanceInAutoScalingGroupCommand({
        InstanceId: id,
        ShouldDecrementDesiredCapacity: false,
      }),
    );
    expect(Activity).toMatchObject({
      AutoScalingGroupName,
      Description: `Terminating EC2 instance: ${id}`,
      StatusCode: "InProgress",
    });
    expect(members()[0]?.lifecycle).toBe("Terminating");
    await until(() => members().every((member) => member.id !== id && member.node === "ready"));
    expect([scaling.desired, members().length]).toEqual([6, 6]);
  });

  it("with decrement the group is one smaller", async () => {
    const { autoScaling, scaling, members, until } = await servingOwn();
    const [{ id = "" } = {}] = members();
    await autoScaling.send(
      new TerminateInstanceInAutoScalingGroupCommand({
        InstanceId: id,
        ShouldDecrementDesiredCapacity: true,
      }),
    );
    expect(scaling.desired).toBe(5);
    await until(() => members().length === 5);
  });

  it.each([
    ["one that is unknown", () => "i-0"],
    ["one that is going already", (ids: readonly string[]) => ids[0]],
  ])("%s is refused, and nothing is decremented", async (_sentence, which) => {
    const { autoScaling, scaling, members } = await servingOwn();
    const ids = members().map(({ id }) => id);
    const terminate = (InstanceId: string, ShouldDecrementDesiredCapacity: boolean) =>
      autoScaling.send(
        new TerminateInstanceInAutoScalingGroupCommand({ InstanceId, ShouldDecrementDesiredCapacity }),
      );
    await terminate(ids[0] ?? "", false);
    await expect(terminate(which(ids) ?? "", true)).rejects.toMatchObject({ name: "ValidationError" });
    expect(scaling.desired).toBe(6);
  });

  it("one that is gone is refused", async () => {
    const { autoScaling, scaling, members, until } = await servingOwn();
    const [{ id = "" } = {}] = members();
    const terminate = () =>
      autoScaling.send(
        new TerminateInstanceInAutoScalingGroupCommand({
          InstanceId: id,
          ShouldDecrementDesiredCapacity: true,
        }),
      );
    await terminate();
    await until(() => members().length === 5);
    await expect(terminate()).rejects.toMatchObject({ name: "ValidationError" });
    expect(scaling.desired).toBe(5);
  });

  it("a decrement below min is refused, for a batch as a whole", async () => {
    const { autoScaling, scaling, members } = await servingOwn();
    const InstanceIds = members().map(({ id }) => id);
    const batch = (ids: string[]) =>
      autoScaling.send(
        new TerminateInstanceInAutoScalingGroupCommand({
          InstanceIds: ids,
          AutoScalingGroupName,
          ShouldDecrementDesiredCapacity: true,
        }),
      );
    await expect(batch(InstanceIds.slice(0, 4))).rejects.toMatchObject({
      name: "ValidationError",
      message: expect.stringContaining("violate group's min size constraint"),
    });
    expect(scaling.desired).toBe(6);
    const { Activities } = await batch(InstanceIds.slice(0, 3));
    expect([Activities?.length, scaling.desired]).toEqual([3, 3]);
  });
});

describe("processes", () => {
  it("SuspendProcesses and ResumeProcesses take names, and are shown by name", async () => {
    const served = await servingOwn();
    const { autoScaling } = served;
    const names = async () =>
      (await described(served))?.SuspendedProcesses?.map(({ ProcessName }) => ProcessName);
    const ScalingProcesses = ["AZRebalance", "ReplaceUnhealthy"];
    await autoScaling.send(new SuspendProcessesCommand({ AutoScalingGroupName, ScalingProcesses }));
    await autoScaling.send(new SuspendProcessesCommand({ AutoScalingGroupName, ScalingProcesses }));
    expect(await names()).toEqual(ScalingProcesses);
    await autoScaling.send(
      new ResumeProcessesCommand({ AutoScalingGroupName, ScalingProcesses: ["AZRebalance"] }),
    );
    expect(await names()).toEqual(["ReplaceUnhealthy"]);
    await autoScaling.send(new SuspendProcessesCommand({ AutoScalingGroupName }));
    expect(await names()).toHaveLength(9);
  });

  it("an unknown process is refused", async () => {
    const { autoScaling } = await servingOwn();
    const suspend = new SuspendProcessesCommand({ AutoScalingGroupName, ScalingProcesses: ["Sleep"] });
    await expect(autoScaling.send(suspend)).rejects.toMatchObject({ name: "ValidationError" });
  });
});

describe("tags", () => {
  it("CreateOrUpdateTags writes and overwrites, DeleteTags takes away, twice too", async () => {
    const served = await servingOwn();
    const { autoScaling } = served;
    const value = async () =>
      (await described(served))?.Tags?.find(({ Key }) => Key === "eks-upgrade-bot:run");
    const write = (Value: string) =>
      autoScaling.send(
        new CreateOrUpdateTagsCommand({ Tags: [{ ...tag, Key: "eks-upgrade-bot:run", Value }] }),
      );
    await write("one");
    await write("two");
    expect(await value()).toMatchObject({ Value: "two", PropagateAtLaunch: false });
    for (let times = 0; times < 2; times++)
      await autoScaling.send(new DeleteTagsCommand({ Tags: [{ ...tag, Key: "eks-upgrade-bot:run" }] }));
    expect(await value()).toBeUndefined();
  });

  it.each([
    ["a key of Amazon's own", { Key: "aws:x", Value: "y" }],
    ["a value that is too long", { Key: "x", Value: "y".repeat(257) }],
  ])("%s is refused", async (_sentence, given) => {
    const { autoScaling } = await servingOwn();
    const write = autoScaling.send(new CreateOrUpdateTagsCommand({ Tags: [{ ...tag, ...given }] }));
    await expect(write).rejects.toMatchObject({ name: "ValidationError" });
  });
});

describe("DescribeInstanceRefreshes", () => {
  it("tells of one only while somebody has started it", async () => {
    const { autoScaling, world, cluster } = await servingOwn();
    const statuses = async () => {
      const answer = await autoScaling.send(new DescribeInstanceRefreshesCommand({ AutoScalingGroupName }));
      return answer.InstanceRefreshes?.map(({ Status }) => Status);
    };
    expect(await statuses()).toEqual([]);
    perform(world, cluster, { kind: "start refresh", group: AutoScalingGroupName });
    expect(await statuses()).toEqual(["InProgress"]);
    perform(world, cluster, { kind: "cancel refresh", group: AutoScalingGroupName });
    expect(await statuses()).toEqual(["Cancelled"]);
  });
});

it.each<[string, UpdateAutoScalingGroupCommandInput["LaunchTemplate"], string]>([
  ["sizes", undefined, "AutoScalingGroupInvalidConfiguration"],
  ["template", { Version: "2" }, "Ec2LaunchTemplateVersionMismatch"],
])("whoever changes a managed node group's %s degrades it", async (_sentence, template, code) => {
  const { autoScaling, scaling, group, world } = await serving();
  const versions = world.launchTemplates.get(scaling.launchTemplate)?.versions;
  versions?.push({ number: 2, image: "ami-0e6f1b2d9385ca740", createdAt: 0 });
  await autoScaling.send(
    new UpdateAutoScalingGroupCommand({
      AutoScalingGroupName: scaling.name,
      MaxSize: 7,
      ...(template && { LaunchTemplate: { LaunchTemplateId: scaling.launchTemplate, ...template } }),
    }),
  );
  expect([group.status, group.healthIssues.map((issue) => issue.code)]).toEqual(["DEGRADED", [code]]);
});
