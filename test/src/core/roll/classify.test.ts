import { expect, it } from "vitest";
import { type LeftAlone, nodeKind, whyLeftAlone } from "../../../../src/core/roll/classify.js";
import type { NodeKind } from "../../../../src/core/roll/seen.js";
import { rollNode } from "../../../seen.js";

const compute = (type: string) => ({ "eks.amazonaws.com/compute-type": type });
const nodepool = { "karpenter.sh/nodepool": "general" };
const nodegroup = { "eks.amazonaws.com/nodegroup": "default" };

it.each<[string, Readonly<Record<string, string>>, group: string | undefined, NodeKind]>([
  ["a pod's own machine is Fargate's", compute("fargate"), undefined, "fargate"],
  [
    "Auto Mode's node is not Karpenter's, though it carries that label",
    { ...compute("auto"), ...nodepool },
    undefined,
    "auto mode",
  ],
  ["a machine outside AWS is hybrid", compute("hybrid"), undefined, "hybrid"],
  ["a node of a node pool is Karpenter's", nodepool, undefined, "karpenter"],
  ["Karpenter's comes before an Auto Scaling group's", nodepool, "workers", "karpenter"],
  ["a node with a node group's label is managed", nodegroup, "eks-default", "managed"],
  ["a node that lost the label is managed by its group", {}, "eks-default", "managed"],
  ["a node of another Auto Scaling group is self-managed", {}, "workers", "self-managed"],
  ["another compute type says nothing", compute("ec2"), "workers", "self-managed"],
  ["a node of no group is unmanaged", {}, undefined, "unmanaged"],
])("%s", (_, labels, group, kind) => {
  const groupOf = (instance: string) => (instance === "i-a" ? group : undefined);
  expect(nodeKind(rollNode("a", { labels }), groupOf, new Set(["eks-default"]))).toBe(kind);
});

it("a node without an instance is unmanaged: nothing is asked about it", () => {
  const { instanceId: _, ...node } = rollNode("a");
  expect(nodeKind(node, () => "workers", new Set())).toBe("unmanaged");
});

it.each<[LeftAlone, instead: RegExp]>([
  ["fargate", /rollout restart/],
  ["auto mode", /EKS replaces them/],
  ["hybrid", /nodeadm upgrade/],
  ["karpenter", /EC2NodeClass/],
  ["unmanaged", /by hand/],
])("of %s nodes it says what to do instead", (kind, instead) => {
  expect(whyLeftAlone(kind, ["a"]).next).toMatch(instead);
});

it("names three nodes and counts the others", () => {
  expect(whyLeftAlone("karpenter", ["a", "b", "c", "d", "e"]).what).toBe(
    "5 Karpenter nodes are left alone, since Karpenter replaces them: a, b, c, 2 more",
  );
  expect(whyLeftAlone("hybrid", ["a"]).what).toBe(
    "1 hybrid node is left alone, since they run on machines outside AWS: a",
  );
});
