import { describe, expect, it } from "vitest";
import type { AutoScaling } from "../../../src/aws/auto-scaling.js";
import type { GroupTemplate, TemplateReference } from "../../../src/core/roll/seen.js";
import { type Answer, openAnswering } from "./answering.js";

const throttled: Answer = { status: 400, code: "Throttling", message: "Rate exceeded" };

describe("what is sent", () => {
  it.each<[string, (group: AutoScaling) => Promise<unknown>, Record<string, string>[]]>([
    [
      "a new size is absolute, and what is not given stays",
      (group) => group.resize("workers", { max: 9, desired: 7 }),
      [
        {
          Action: "UpdateAutoScalingGroup",
          AutoScalingGroupName: "workers",
          MaxSize: "9",
          DesiredCapacity: "7",
        },
      ],
    ],
    [
      "a size of nought is sent too",
      (group) => group.resize("workers", { min: 0 }),
      [{ Action: "UpdateAutoScalingGroup", AutoScalingGroupName: "workers", MinSize: "0" }],
    ],
    [
      "processes are suspended by name",
      (group) => group.suspend("workers", ["AZRebalance", "ReplaceUnhealthy"]),
      [
        {
          Action: "SuspendProcesses",
          AutoScalingGroupName: "workers",
          "ScalingProcesses.member.1": "AZRebalance",
          "ScalingProcesses.member.2": "ReplaceUnhealthy",
        },
      ],
    ],
    ["no process is suspended: without names it would be all", (group) => group.suspend("workers", []), []],
    [
      "processes are resumed by name",
      (group) => group.resume("workers", ["AZRebalance"]),
      [
        {
          Action: "ResumeProcesses",
          AutoScalingGroupName: "workers",
          "ScalingProcesses.member.1": "AZRebalance",
        },
      ],
    ],
    ["no process is resumed: without names it would be all", (group) => group.resume("workers", []), []],
    [
      "a tag stays on the group and does not go to instances",
      (group) => group.tag("workers", { "eks-upgrade-bot:run": "calm-heron-42" }),
      [
        {
          Action: "CreateOrUpdateTags",
          "Tags.member.1.ResourceId": "workers",
          "Tags.member.1.ResourceType": "auto-scaling-group",
          "Tags.member.1.Key": "eks-upgrade-bot:run",
          "Tags.member.1.Value": "calm-heron-42",
          "Tags.member.1.PropagateAtLaunch": "false",
        },
      ],
    ],
    [
      "a tag is removed whatever its value",
      (group) => group.untag("workers", ["eks-upgrade-bot:run"]),
      [
        {
          Action: "DeleteTags",
          "Tags.member.1.ResourceId": "workers",
          "Tags.member.1.ResourceType": "auto-scaling-group",
          "Tags.member.1.Key": "eks-upgrade-bot:run",
        },
      ],
    ],
    ["no tags, no call", (group) => group.tag("workers", {}), []],
    ["no keys, no call", (group) => group.untag("workers", []), []],
  ])("%s", async (_, act, forms) => {
    const wire = await openAnswering(
      Object.fromEntries(
        [
          "UpdateAutoScalingGroup",
          "SuspendProcesses",
          "ResumeProcesses",
          "CreateOrUpdateTags",
          "DeleteTags",
        ].map((operation) => [operation, [""]]),
      ),
    );
    await act(wire.region.autoScaling);
    expect(wire.sent).toEqual(forms);
  });
});

describe("pointAt", () => {
  const at = (id: string, version: string): TemplateReference => ({ id, name: `name of ${id}`, version });
  const specification = (id: string, version: string) =>
    `<LaunchTemplateId>${id}</LaunchTemplateId><LaunchTemplateName>name of ${id}</LaunchTemplateName><Version>${version}</Version>`;
  const described = (inside: string) =>
    `<AutoScalingGroups><member><AutoScalingGroupName>workers</AutoScalingGroupName>${inside}</member></AutoScalingGroups>`;
  const plain = described(`<LaunchTemplate>${specification("lt-1", "7")}</LaunchTemplate>`);
  const mixed = described(`<MixedInstancesPolicy>
    <LaunchTemplate>
      <LaunchTemplateSpecification>${specification("lt-1", "7")}</LaunchTemplateSpecification>
      <Overrides>
        <member><InstanceType>m5.large</InstanceType><WeightedCapacity>2</WeightedCapacity></member>
        <member><InstanceType>m6g.large</InstanceType><LaunchTemplateSpecification>${specification("lt-2", "3")}</LaunchTemplateSpecification></member>
      </Overrides>
    </LaunchTemplate>
    <InstancesDistribution><OnDemandBaseCapacity>1</OnDemandBaseCapacity><SpotAllocationStrategy>price-capacity-optimized</SpotAllocationStrategy></InstancesDistribution>
  </MixedInstancesPolicy>`);
  const override = { index: 1, instanceType: "m6g.large", template: at("lt-2", "4") };
  const toMixed: GroupTemplate = {
    kind: "mixed instances",
    template: at("lt-1", "8"),
    overrides: [override],
  };

  it("a plain group is pointed by id and number", async () => {
    const wire = await openAnswering({ DescribeAutoScalingGroups: [plain], UpdateAutoScalingGroup: [""] });
    await wire.region.autoScaling.pointAt("workers", { kind: "launch template", template: at("lt-1", "8") });
    expect(wire.sent.at(-1)).toEqual({
      Action: "UpdateAutoScalingGroup",
      AutoScalingGroupName: "workers",
      "LaunchTemplate.LaunchTemplateId": "lt-1",
      "LaunchTemplate.Version": "8",
    });
  });

  it("a mixed instances policy is sent back whole, with nothing but versions changed", async () => {
    const wire = await openAnswering({ DescribeAutoScalingGroups: [mixed], UpdateAutoScalingGroup: [""] });
    await wire.region.autoScaling.pointAt("workers", toMixed);
    const policy = "MixedInstancesPolicy.LaunchTemplate";
    expect(wire.sent.at(-1)).toEqual({
      Action: "UpdateAutoScalingGroup",
      AutoScalingGroupName: "workers",
      [`${policy}.LaunchTemplateSpecification.LaunchTemplateId`]: "lt-1",
      [`${policy}.LaunchTemplateSpecification.Version`]: "8",
      [`${policy}.Overrides.member.1.InstanceType`]: "m5.large",
      [`${policy}.Overrides.member.1.WeightedCapacity`]: "2",
      [`${policy}.Overrides.member.2.InstanceType`]: "m6g.large",
      [`${policy}.Overrides.member.2.LaunchTemplateSpecification.LaunchTemplateId`]: "lt-2",
      [`${policy}.Overrides.member.2.LaunchTemplateSpecification.Version`]: "4",
      "MixedInstancesPolicy.InstancesDistribution.OnDemandBaseCapacity": "1",
      "MixedInstancesPolicy.InstancesDistribution.SpotAllocationStrategy": "price-capacity-optimized",
    });
  });

  it.each<[string, string, GroupTemplate]>([
    ["another template", plain, { kind: "launch template", template: at("lt-9", "8") }],
    ["a mixed instances policy by now", mixed, { kind: "launch template", template: at("lt-1", "8") }],
    ["no mixed instances policy any more", plain, toMixed],
    ["an override more", mixed, { ...toMixed, overrides: [] }],
    ["an override at another place", mixed, { ...toMixed, overrides: [{ ...override, index: 0 }] }],
    [
      "an override for another instance type",
      mixed,
      { ...toMixed, overrides: [{ ...override, instanceType: "m7g.large" }] },
    ],
    [
      "a launch configuration, which has no versions",
      described("<LaunchConfigurationName>old</LaunchConfigurationName>"),
      { kind: "launch configuration", name: "old" },
    ],
  ])("changes nothing where the group has %s", async (_, group, template) => {
    const wire = await openAnswering({ DescribeAutoScalingGroups: [group], UpdateAutoScalingGroup: [""] });
    await expect(wire.region.autoScaling.pointAt("workers", template)).rejects.toMatchObject({
      kind: "conflict",
      code: "TemplateChanged",
    });
    expect(wire.operations()).toEqual(["DescribeAutoScalingGroups"]);
  });

  it("not found where the group is gone", async () => {
    const wire = await openAnswering({ DescribeAutoScalingGroups: ["<AutoScalingGroups/>"] });
    await expect(wire.region.autoScaling.pointAt("workers", toMixed)).rejects.toMatchObject({
      kind: "not found",
    });
  });
});

describe("terminate", () => {
  const member = (state: string): Answer =>
    `<AutoScalingInstances><member><InstanceId>i-1</InstanceId><AutoScalingGroupName>workers</AutoScalingGroupName><LifecycleState>${state}</LifecycleState></member></AutoScalingInstances>`;
  const nowhere: Answer = "<AutoScalingInstances/>";
  const done: Answer = "<Activity><ActivityId>a</ActivityId></Activity>";
  const invalid: Answer = { status: 400, code: "ValidationError", message: "Instance Id not found" };
  const look = "DescribeAutoScalingInstances";
  const write = "TerminateInstanceInAutoScalingGroup";

  it.each<[string, boolean, { looks?: Answer[]; writes?: Answer[] }, string, string[]]>([
    ["keeps desired: one call", false, { writes: [done] }, "terminating", [write]],
    [
      "lowers desired: after a look",
      true,
      { looks: [member("InService")], writes: [done] },
      "terminating",
      [look, write],
    ],
    [
      "one that waits in a hook is not lowered for twice",
      true,
      { looks: [member("Terminating:Wait")] },
      "not there",
      [look],
    ],
    [
      "one that is being detached is not lowered for",
      true,
      { looks: [member("Detaching")] },
      "not there",
      [look],
    ],
    ["one that is gone", true, { looks: [nowhere] }, "not there", [look]],
    [
      "one that is gone without a look first",
      false,
      { writes: [invalid], looks: [nowhere] },
      "not there",
      [write, look],
    ],
    [
      "one that goes between the look and the call",
      true,
      { looks: [member("InService"), nowhere], writes: [invalid] },
      "not there",
      [look, write, look],
    ],
    [
      "is repeated by the SDK where that is harmless",
      false,
      { writes: [throttled, done] },
      "terminating",
      [write, write],
    ],
  ])("%s", async (_, decrement, { looks = [], writes = [] }, answer, operations) => {
    const wire = await openAnswering({ [look]: looks, [write]: writes });
    expect(await wire.region.autoScaling.terminate("i-1", { decrement })).toBe(answer);
    expect(wire.operations()).toEqual(operations);
    expect(wire.sent.filter(({ Action }) => Action === write)).toEqual(
      operations
        .filter((operation) => operation === write)
        .map(() => ({ Action: write, InstanceId: "i-1", ShouldDecrementDesiredCapacity: String(decrement) })),
    );
  });

  it.each<[string, Answer, string]>([
    ["a lost answer", undefined, "unreachable"],
    ["throttling", throttled, "busy"],
    ["contention", { status: 500, code: "ResourceContention" }, "busy"],
  ])("that lowers desired is sent once, and %s is told", async (_, answer, kind) => {
    const wire = await openAnswering({ [look]: [member("InService")], [write]: [answer] });
    await expect(wire.region.autoScaling.terminate("i-1", { decrement: true })).rejects.toMatchObject({
      kind,
    });
    expect(wire.operations()).toEqual([look, write]);
  });

  it("what Auto Scaling refuses for an instance that stays is told: the group is at its minimum", async () => {
    const message = "Terminating instance without replacement will violate group's min size constraint.";
    const wire = await openAnswering({
      [look]: [member("InService")],
      [write]: [{ status: 400, code: "ValidationError", message }],
    });
    await expect(wire.region.autoScaling.terminate("i-1", { decrement: true })).rejects.toMatchObject({
      kind: "refused",
      next: expect.stringContaining(message),
    });
  });
});

describe("trouble", () => {
  it.each<[string, Answer, Record<string, unknown>]>([
    [
      "a scaling activity in progress is a conflict",
      { status: 400, code: "ScalingActivityInProgress" },
      { kind: "conflict", code: "ScalingActivityInProgressFault" },
    ],
    ["contention comes as busy", { status: 500, code: "ResourceContention" }, { kind: "busy" }],
    [
      "a size out of bounds is refused, in AWS' words",
      {
        status: 400,
        code: "ValidationError",
        message: "Desired capacity:9 must be between the specified min size:1 and max size:3",
      },
      { kind: "refused", next: expect.stringContaining("must be between") },
    ],
    [
      "what IAM denies names the action",
      {
        status: 403,
        code: "AccessDenied",
        message: "User is not authorized to perform: autoscaling:UpdateAutoScalingGroup",
      },
      { kind: "denied", next: expect.stringContaining("autoscaling:UpdateAutoScalingGroup") },
    ],
  ])("%s", async (_, answer, trouble) => {
    const { region } = await openAnswering({ UpdateAutoScalingGroup: [answer] });
    await expect(region.autoScaling.resize("workers", { desired: 9 })).rejects.toMatchObject(trouble);
  });
});
