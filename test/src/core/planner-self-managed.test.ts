import { describe, expect, it } from "vitest";
import { day } from "../../../src/core/instant.js";
import type { Wish } from "../../../src/core/plan.js";
import { planSelfManaged } from "../../../src/core/planner-self-managed.js";
import { runTag } from "../../../src/core/roll/seen.js";
import type { AutoScalingGroupSeen } from "../../../src/core/seen.js";
import type { SelfManagedLook } from "../../../src/core/target-self-managed.js";
import { start, zones } from "../../builders.js";
import {
  aCluster,
  anImage,
  aRelease,
  ec2Instance,
  newImage,
  newInstance,
  oldImage,
  oldInstance,
  rollNode,
} from "../../seen.js";
import { aSelfManagedGroup, aSelfManagedLook, aTemplate, theOldImage } from "../../self-managed.js";

const codes = (problems: readonly { code: string }[]) => problems.map(({ code }) => code);

/** Extra nodes raise the maximum of nearly every group here: not told again in each row. */
const expectedAlways = new Set(["SurgeRaisesMax"]);

function judged(look: Partial<SelfManagedLook>, wish: Wish = {}) {
  const { blockers, warnings } = planSelfManaged(aSelfManagedLook(look), wish, start);
  return {
    blockers: codes(blockers),
    warnings: codes(warnings).filter((code) => !expectedAlways.has(code)),
  };
}

const group = (over: Partial<AutoScalingGroupSeen>) => {
  const found = aSelfManagedGroup();
  return { found: { ...found, group: { ...found.group, ...over } } };
};
const tagged = (tags: Record<string, string>) => group({ tags });
const instances = (...each: ReturnType<typeof ec2Instance>[]) => ({
  found: aSelfManagedGroup({ instances: each }),
});
const images = (...each: ReturnType<typeof anImage>[]) => ({
  found: aSelfManagedGroup({ images: [theOldImage(), anImage(), ...each] }),
});
const custom = anImage({
  id: "ami-custom",
  name: "golden-image-42",
  owner: "123456789012",
  createdAt: start - 90 * day,
});
const customEverywhere = {
  found: aSelfManagedGroup({
    instances: [ec2Instance("a", { image: custom.id })],
    images: [custom, anImage()],
  }),
  templates: [aTemplate({ image: custom.id })],
};

describe("planSelfManaged", () => {
  it("plans a healthy group to the latest AMI of its family for the control plane's version", () => {
    expect(planSelfManaged(aSelfManagedLook(), {}, start)).toEqual({
      step: {
        kind: "self-managed node group",
        nodeGroup: "workers",
        amiType: "AL2023_x86_64_STANDARD",
        from: { version: "1.34", release: "1.34.7-20260301", image: oldImage },
        to: { version: "1.34", release: "1.34.9-20260714", image: newImage },
        updateConfig: { maxUnavailable: 1, strategy: "DEFAULT" },
        launchTemplate: { id: "lt-0aaa", name: "workers", version: "7" },
        force: false,
        ownTemplate: {
          kind: "launch template",
          template: { id: "lt-0aaa", name: "workers", version: "$Latest" },
        },
        surge: 6,
        nodes: { count: 3, zones: [...zones], max: 6 },
      },
      blockers: [],
      warnings: [
        {
          code: "SurgeRaisesMax",
          what: "With 6 extra nodes the group's maximum is raised from 6 to 12 for as long as the roll lasts",
          next: "It is put back at the end; quotas must allow it.",
        },
      ],
    });
  });

  it.each<[string, Partial<SelfManagedLook>, string[]]>([
    ["a healthy group", {}, []],
    [
      "the control plane is being updated",
      { cluster: aCluster({ status: "UPDATING" }) },
      ["ControlPlaneUpdating"],
    ],
    ["the group of a managed node group", tagged({ "eks:nodegroup-name": "default" }), ["GroupOwnedByEks"]],
    ["another run changed it", tagged({ [runTag]: "calm-heron-42" }), ["ChangedByAnotherRun"]],
    ["this very run changed it", { ...tagged({ [runTag]: "calm-heron-42" }), run: "calm-heron-42" }, []],
    ["an instance refresh is in progress", { refreshing: true }, ["InstanceRefresh"]],
    ["Launch is suspended", group({ suspended: ["Launch", "AZRebalance"] }), ["ProcessSuspended"]],
    [
      "a launch configuration",
      { ...group({ template: { kind: "launch configuration", name: "lc-1" } }), templates: [] },
      ["LaunchConfiguration"],
    ],
    [
      "a launch template that EKS made",
      { templates: [aTemplate({ madeByEks: true })] },
      ["TemplateMadeByEks"],
    ],
    ["no instance is a node here", { found: aSelfManagedGroup({ nodes: [] }) }, ["NoNodes"]],
    ["a tag that cannot be read", tagged({ "eks-upgrade-bot:surge": "lots" }), ["TagUnreadable"]],
    [
      "every instance runs the target",
      instances(ec2Instance("a", { image: newImage }), ec2Instance("b", { image: newImage })),
      ["AlreadyAtTarget"],
    ],
    ["one of two runs the target", instances(ec2Instance("a", { image: newImage }), ec2Instance("b")), []],
    ["a custom image, and none named", customEverywhere, ["ImageNeeded"]],
    [
      "the latest is older than what runs: AWS withdrew one",
      {
        found: aSelfManagedGroup({
          images: [theOldImage({ name: "amazon-eks-node-al2023-x86_64-standard-1.34-v20260718" }), anImage()],
          nodes: [rollNode("a", { kubelet: "v1.34.9-eks-1" })],
        }),
      },
      ["ReleaseDowngrade"],
    ],
    [
      "the AMI cannot be seen in EC2",
      { found: aSelfManagedGroup({ images: [theOldImage()] }) },
      ["ImageNotFound"],
    ],
    [
      "an instance of another architecture",
      instances(ec2Instance("a"), ec2Instance("b", { instanceType: "m7g.large", architecture: "arm64" })),
      ["OtherArchitecture"],
    ],
  ])("blockers: %s", (_rule, look, expected) => {
    expect(judged(look).blockers).toEqual(expected);
  });

  it.each<[string, Wish, Partial<SelfManagedLook>, string[], string[]]>([
    ["that does not exist", { image: "ami-gone" }, {}, ["ImageNotFound"], []],
    [
      "that is still being made",
      { image: "ami-new" },
      images(anImage({ id: "ami-new", state: "pending" })),
      ["ImageNotAvailable"],
      [],
    ],
    [
      "for other machines",
      { image: "ami-arm" },
      images(anImage({ id: "ami-arm", name: "golden", owner: "self", architecture: "arm64" })),
      ["OtherArchitecture"],
      ["CustomImage"],
    ],
    [
      "newer than the control plane",
      { image: "ami-135" },
      images(anImage({ id: "ami-135", name: "amazon-eks-node-al2023-x86_64-standard-1.35-v20260714" })),
      ["AheadOfControlPlane"],
      [],
    ],
    [
      "four versions older than the control plane",
      { image: "ami-130" },
      images(anImage({ id: "ami-130", name: "amazon-eks-node-al2023-x86_64-standard-1.30-v20260714" })),
      ["TooFarBehind"],
      ["GoesBack"],
    ],
    [
      "three versions older",
      { image: "ami-131" },
      images(anImage({ id: "ami-131", name: "amazon-eks-node-al2023-x86_64-standard-1.31-v20260714" })),
      [],
      ["GoesBack"],
    ],
    [
      "of another family: the user data would not fit",
      { image: "ami-br" },
      images(anImage({ id: "ami-br", name: "bottlerocket-aws-k8s-1.34-x86_64-v1.50.0-1602f3a8" })),
      ["AmiFamilyDiffers"],
      [],
    ],
    [
      "that nobody knows: a warning",
      { image: custom.id },
      images({ ...custom, createdAt: start }),
      [],
      ["CustomImage"],
    ],
    [
      "called like Amazon's, but not Amazon's",
      { image: "ami-copy" },
      images(anImage({ id: "ami-copy", owner: "123456789012" })),
      [],
      ["CustomImage"],
    ],
    [
      "that is deprecated",
      { image: "ami-old" },
      images(anImage({ id: "ami-old", deprecatedAt: start - day })),
      [],
      ["ImageDeprecated"],
    ],
    [
      "a former one: the way back",
      { image: "ami-former" },
      images(
        anImage({
          id: "ami-former",
          name: "amazon-eks-node-al2023-x86_64-standard-1.34-v20260115",
          createdAt: Date.UTC(2026, 0, 15),
        }),
      ),
      [],
      ["GoesBack"],
    ],
    ["what runs already", { image: oldImage }, {}, ["AlreadyAtTarget"], []],
    ["from a custom image to another", { image: newImage }, customEverywhere, [], []],
  ])("an AMI by its id, %s", (_rule, wish, look, blockers, warnings) => {
    const { release: _, ...withoutRelease } = aSelfManagedLook(look);
    const plan = planSelfManaged(withoutRelease, wish, start);
    expect(codes(plan.blockers)).toEqual(blockers);
    expect(codes(plan.warnings).filter((code) => !expectedAlways.has(code))).toEqual(warnings);
  });

  it.each<[string, Partial<SelfManagedLook>, string[]]>([
    [
      "protected instances",
      group({ instances: [{ ...oldInstance("a"), protected: true }] }),
      ["InstancesProtected"],
    ],
    ["no extra nodes allowed", tagged({ "eks-upgrade-bot:surge": "0" }), ["NoSurge"]],
    [
      "no free address anywhere",
      { freeAddresses: { [zones[0]]: 0, [zones[1]]: 0, [zones[2]]: 0 } },
      ["FewAddresses", "ZoneWithoutAddresses", "NoSurge"],
    ],
    [
      "a template that follows a parameter",
      { templates: [aTemplate({ image: "resolve:ssm:/golden/ami" })] },
      ["TemplateFollowsParameter"],
    ],
  ])("warnings: %s", (_rule, look, expected) => {
    expect(judged(look).warnings).toEqual(expected);
  });

  it("goes by the template's family where people moved it on already", () => {
    const bottlerocket = anImage({
      id: "ami-br",
      name: "bottlerocket-aws-k8s-1.34-x86_64-v1.50.0-1602f3a8",
    });
    const { step, blockers } = planSelfManaged(
      aSelfManagedLook({ ...images(bottlerocket), templates: [aTemplate({ image: "ami-br" })] }),
      { image: "ami-br" },
      start,
    );
    expect(blockers).toEqual([]);
    expect(step).toMatchObject({
      amiType: "BOTTLEROCKET_x86_64",
      to: { release: "1.50.0-1602f3a8", image: "ami-br", version: "1.34" },
    });
  });

  it("comes from what most of the nodes run that have to go", () => {
    const few = anImage({ id: "ami-few", name: "amazon-eks-node-al2023-x86_64-standard-1.34-v20260115" });
    const found = aSelfManagedGroup({
      group: { ...aSelfManagedGroup().group, instances: [oldInstance("a"), newInstance("b")] },
      instances: [
        ec2Instance("x", { image: "ami-few" }),
        ec2Instance("a"),
        ec2Instance("c"),
        ...["n", "o", "p"].map((name) => ec2Instance(name, { image: newImage })),
      ],
      images: [few, theOldImage(), anImage()],
    });
    const { step } = planSelfManaged(aSelfManagedLook({ found }), {}, start);
    expect(step?.from.image).toBe(oldImage);
  });

  it("where nodes are at the target but the template is not, says what new ones come with", () => {
    const { blockers } = planSelfManaged(
      aSelfManagedLook(instances(ec2Instance("a", { image: newImage }))),
      {},
      start,
    );
    expect(blockers[0]?.next).toContain(`names ${oldImage}: new instances come with that`);
  });

  it("takes pace and pauses from the group's tags", () => {
    const { step } = planSelfManaged(
      aSelfManagedLook(
        tagged({
          "eks-upgrade-bot:max-unavailable": "34%",
          "eks-upgrade-bot:surge": "2",
          "eks-upgrade-bot:drain-pause": "90s",
          "eks-upgrade-bot:watch-targets": "true",
        }),
      ),
      {},
      start,
    );
    expect(step).toMatchObject({
      updateConfig: { maxUnavailablePercentage: 34, strategy: "DEFAULT" },
      surge: 2,
      drainPause: 90_000,
      watchTargets: true,
    });
  });

  it.each<[string, Wish, string]>([
    ["of the control plane's version", {}, "NoRelease"],
    ["of that name", { release: "1.34.8-20260601" }, "ReleaseUnknown"],
  ])("without a release %s there is no step", (_rule, wish, code) => {
    const { release: _, ...look } = aSelfManagedLook();
    const plan = planSelfManaged(look, wish, start);
    expect([plan.step, codes(plan.blockers)]).toEqual([undefined, [code]]);
  });

  it("asks for a release as it was named", () => {
    const { blockers } = planSelfManaged(
      { ...aSelfManagedLook(), release: aRelease("1.34.8-20260601") },
      { release: "1.34.8-20260601" },
      start,
    );
    expect(blockers).toEqual([]);
  });
});
