import { describe, expect, it } from "vitest";
import { nodegroupShape } from "../../../playground/aws/eks-shapes.js";
import type { ScenarioNodeGroup } from "../../../playground/scenarios/types.js";
import { membersOf } from "../../../playground/world/lookup.js";
import type { UpdateRequest } from "../../../playground/world/request-update.js";
import { stage, workshop } from "./stage.js";

const current = "ami-04f2a9c7d81e6b350";
const latestAmi = "ami-0e6f1b2d9385ca740";

/** Versions 1 and 2 with an AMI, 3 with one that does not exist, 4 with none. */
const custom: Partial<ScenarioNodeGroup> = {
  amiType: "CUSTOM",
  release: current,
  launchTemplate: {
    template: {
      name: "hardened",
      versions: [
        { image: current, instanceType: "m5.large" },
        { image: latestAmi, instanceType: "m5.large" },
        { image: "ami-0" },
        {},
      ],
    },
    version: 1,
  },
};
/** Version 1 without an AMI, as the second, and a third with one. */
const family: Partial<ScenarioNodeGroup> = {
  launchTemplate: { template: { name: "tagged", versions: [{}, {}, { image: latestAmi }] }, version: 1 },
};

describe("a managed node group with a custom AMI in its owner's launch template", () => {
  it("is told by its amiType, its template and version, and an AMI for a release", async () => {
    const { world, group, cluster } = await stage(workshop({ group: custom }));
    expect(nodegroupShape(world, group)).toMatchObject({
      amiType: "CUSTOM",
      releaseVersion: current,
      instanceTypes: null,
      launchTemplate: { name: "hardened", version: "1" },
    });
    const [node] = cluster.kubernetes.store.list("nodes");
    expect(node?.metadata.labels).toMatchObject({
      "eks.amazonaws.com/nodegroup-image": current,
      "eks.amazonaws.com/sourceLaunchTemplateId": group.sourceTemplate?.id,
      "eks.amazonaws.com/sourceLaunchTemplateVersion": "1",
    });
  });

  it("is updated to another version of it, from which EKS makes a version of its own", async () => {
    const { world, group, scaling, cluster, start, until } = await stage(workshop({ group: custom }));
    const update = start({ launchTemplate: { name: "hardened", version: "2" } });
    await until(() => update.status !== "InProgress");
    expect(update).toMatchObject({ status: "Successful", templateVersion: 2 });
    expect([group.release, group.sourceTemplate?.version]).toEqual([latestAmi, 2]);
    const copy = world.launchTemplates.get(scaling.launchTemplate);
    expect(copy).toMatchObject({ name: expect.stringMatching(/^eks-/), ofEks: true });
    expect(copy?.versions.at(-1)).toMatchObject({ image: latestAmi, source: 2 });
    expect(membersOf(world, scaling).map(({ image }) => image)).toEqual(Array(3).fill(latestAmi));
    for (const { metadata } of cluster.kubernetes.store.list("nodes"))
      expect(metadata.labels?.["eks.amazonaws.com/sourceLaunchTemplateVersion"]).toBe("2");
  });

  it("answers a token that was used before with the same update, and refuses another version with it", async () => {
    const { start } = await stage(workshop({ group: custom }));
    const request = { clientRequestToken: "t", launchTemplate: { name: "hardened", version: "2" } };
    const { id } = start(request);
    expect(start(request).id).toBe(id);
    expect(() => start({ ...request, launchTemplate: { name: "hardened", version: "1" } })).toThrow(
      "already used with other parameters",
    );
  });
});

describe("an update is refused", () => {
  const to = (version: string) => ({ launchTemplate: { name: "hardened", version } });
  it.each<[string, Partial<ScenarioNodeGroup>, Partial<UpdateRequest>, string]>([
    [
      "a version for a custom AMI",
      custom,
      { version: "1.34" },
      "You cannot specify the field kubernetesVersion when using custom AMIs",
    ],
    [
      "a release for a custom AMI",
      custom,
      { releaseVersion: "1.34.9-20260714", ...to("2") },
      "You cannot specify the field releaseVersion when using custom AMIs",
    ],
    [
      "a custom AMI without a template",
      custom,
      {},
      "Launch template details can't be null for Custom ami type node group",
    ],
    [
      "another template",
      custom,
      { launchTemplate: { name: "others", version: "2" } },
      "must be the one that the node group was created with",
    ],
    [
      "a template by id and by name",
      custom,
      { launchTemplate: { id: "lt-0", name: "hardened" } },
      "not both",
    ],
    ["a version that does not exist", custom, to("9"), "version 9 does not exist"],
    ["an AMI that does not exist", custom, to("3"), "'[ami-0]' does not exist"],
    ["a version without an AMI, where the group has one", custom, to("4"), "cannot switch"],
    [
      "a version with an AMI, where the group has none",
      family,
      { launchTemplate: { name: "tagged", version: "3" } },
      "cannot switch",
    ],
    ["a template for a group without one", {}, to("2"), "created without one"],
  ])("%s", async (_sentence, group, request, message) => {
    const { start } = await stage(workshop({ group }));
    expect(() => start(request)).toThrow(message);
  });
});

it("a template without an AMI takes a release and a version of it in one update", async () => {
  const { group, start, until } = await stage(workshop({ group: family }));
  const update = start({
    version: "1.34",
    releaseVersion: "1.34.9-20260714",
    launchTemplate: { name: "tagged", version: "2" },
  });
  await until(() => update.status !== "InProgress");
  expect([update.status, group.release, group.sourceTemplate?.version]).toEqual([
    "Successful",
    "1.34.9-20260714",
    2,
  ]);
});
