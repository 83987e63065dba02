import { describe, expect, it } from "vitest";
import type { CustomAmiLook } from "../../../src/core/custom-ami.js";
import type { Wish } from "../../../src/core/plan.js";
import { planNodeGroup } from "../../../src/core/planner.js";
import type { NodeGroupSeen } from "../../../src/core/seen.js";
import { start } from "../../builders.js";
import { aLook, aNodeGroup, anImage, oldImage } from "../../seen.js";
import { aTemplate, theOldImage } from "../../self-managed.js";

const launchTemplate = { id: "lt-0aaa", name: "workers", version: "7" };
const golden = { owner: "123456789012", name: "golden" };
const to = "ami-0next";

function planned(wish: Wish, over: Partial<CustomAmiLook> = {}, group: Partial<NodeGroupSeen> = {}) {
  const nodeGroup = aNodeGroup({ amiType: "CUSTOM", release: oldImage, launchTemplate, ...group });
  const custom = {
    template: aTemplate(),
    current: theOldImage(golden),
    image: anImage({ id: to, ...golden }),
    ...over,
  };
  const { target: _, ...look } = aLook({ nodeGroup, custom });
  const target = wish.image === undefined ? {} : { target: { release: wish.image, image: wish.image } };
  return planNodeGroup({ ...look, ...target }, wish, start);
}

const codes = (problems: readonly { code: string }[]) => problems.map(({ code }) => code);

describe("a managed node group whose AMI is the customer's own", () => {
  it("goes to the AMI that is named, by a new version of the customer's template", () => {
    expect(planned({ image: to }).step).toMatchObject({
      kind: "managed node group",
      amiType: "CUSTOM",
      from: { version: "1.34", release: oldImage, image: oldImage },
      to: { version: "1.34", release: to, image: to },
      launchTemplate,
      ownTemplate: { kind: "launch template", template: launchTemplate },
    });
  });

  it.each<[string, Wish, Partial<CustomAmiLook>, Partial<NodeGroupSeen>, string[]]>([
    ["an AMI is named", { image: to }, {}, {}, []],
    ["none is named: how to", {}, {}, {}, ["ImageNeeded"]],
    ["a release is named: there are none", { release: "1.34.9-20260714" }, {}, {}, ["ImageNeeded"]],
    ["the template names it already", { image: oldImage }, {}, {}, ["AlreadyAtTarget"]],
    ["EKS chooses the AMI", { image: to }, {}, { amiType: "AL2023_x86_64_STANDARD" }, ["AmiChosenByEks"]],
    [
      "a template that EKS made",
      { image: to },
      { template: aTemplate({ madeByEks: true }) },
      {},
      ["NoOwnTemplate"],
    ],
    [
      "an AMI still being made",
      { image: to },
      { image: anImage({ id: to, state: "pending" }) },
      {},
      ["ImageNotAvailable"],
    ],
    [
      "an AMI for other machines",
      { image: to },
      { image: anImage({ id: to, ...golden, architecture: "arm64" }) },
      {},
      ["OtherArchitecture"],
    ],
    [
      "an AMI newer than the control plane",
      { image: to },
      { image: anImage({ id: to, name: "amazon-eks-node-al2023-x86_64-standard-1.35-v20260714" }) },
      {},
      ["AheadOfControlPlane"],
    ],
    ["what forbids any update", { image: to }, {}, { status: "DELETING" }, ["NodeGroupNotActive"]],
  ])("blockers: %s", (_rule, wish, custom, group, expected) => {
    expect(codes(planned(wish, custom, group).blockers)).toEqual(expected);
  });

  it("is warned of an AMI whose Kubernetes version nobody knows", () => {
    const { warnings } = planned({ image: to });
    expect(warnings.map(({ what }) => what)).toEqual([
      `Custom image ${to} (golden): I cannot tell its Kubernetes version`,
    ]);
  });
});
