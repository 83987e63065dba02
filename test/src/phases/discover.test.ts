import { expect, it } from "vitest";
import type { RollNodeSeen } from "../../../src/core/roll/seen.js";
import type { AutoScalingGroupSeen } from "../../../src/core/seen.js";
import { discover, discoverNames } from "../../../src/phases/discover.js";
import type { Outside } from "../../../src/phases/outside.js";
import { aCluster, aScalingGroup, ec2Instance, oldInstance, rollNode } from "../../seen.js";
import { anOutside, never } from "./outside.js";

const computeType = "eks.amazonaws.com/compute-type";
const nodes = [
  rollNode("own-a"),
  rollNode("own-b"),
  rollNode("default-a", { labels: { "eks.amazonaws.com/nodegroup": "default" } }),
  rollNode("unlabelled"),
  rollNode("karpenter-a", { labels: { "karpenter.sh/nodepool": "spot" } }),
  rollNode("karpenter-b", { labels: { "karpenter.sh/nodepool": "spot" } }),
  rollNode("fargate-a", { labels: { [computeType]: "fargate" } }),
  rollNode("alone"),
];
const groupOf = new Map([
  ["i-own-a", "workers"],
  ["i-own-b", "workers"],
  ["i-default-a", "eks-default"],
  ["i-unlabelled", "eks-default"],
]);
const workers = aScalingGroup({
  name: "workers",
  instances: [oldInstance("own-a"), oldInstance("own-b"), oldInstance("not-joined")],
});
const tagged = [
  workers,
  aScalingGroup({ name: "asleep" }),
  aScalingGroup({ name: "eks-default" }),
  aScalingGroup({ name: "eks-batch", tags: { "eks:nodegroup-name": "batch" } }),
];

function there(seen: readonly RollNodeSeen[], groups: readonly AutoScalingGroupSeen[]): Outside {
  const region = anOutside().outside.region("us-west-2");
  return {
    region: () => ({
      ...region,
      autoScaling: {
        ...region.autoScaling,
        groupsOf: async () => groupOf,
        groupsOfCluster: async () => [...groups],
        groups: async (names) => groups.filter(({ name }) => names.includes(name)),
      },
      ec2: {
        ...region.ec2,
        instances: async (ids) => ids.map((id) => ec2Instance(id.replace("i-", ""))),
      },
    }),
    kubernetes: () => ({
      allNodes: async () => [...seen],
      ...{ nodes: never, pods: never, budgets: never, tryEviction: never, attachments: never },
      ...{ markNode: never, unmarkNode: never, evict: never, deletePod: never },
      ...{ owner: never, restartOwner: never, scaleOwner: never, follow: never },
    }),
  };
}

const managed = new Set(["eks-default"]);

it("finds the groups that we can roll, with the nodes that joined, and an empty one by its tag", async () => {
  const { groups } = await discover(there(nodes, tagged), aCluster(), managed);
  expect(
    groups.map(({ group, nodes: joined, instances }) => [
      group.name,
      joined.map(({ name }) => name),
      instances.length,
    ]),
  ).toEqual([
    ["workers", ["own-a", "own-b"], 3],
    ["asleep", [], 0],
  ]);
});

it("leaves the nodes of others alone, and says of how many and why", async () => {
  const { leftAlone } = await discover(there(nodes, tagged), aCluster(), managed);
  expect(leftAlone.map(({ kind, count, why }) => [kind, count, why.code])).toEqual([
    ["karpenter", 2, "KarpenterNodes"],
    ["fargate", 1, "FargateNodes"],
    ["unmanaged", 1, "NodesWithoutGroup"],
  ]);
});

it("offers the names of the groups alone", async () => {
  expect(await discoverNames(there(nodes, tagged), aCluster(), managed)).toEqual(["asleep", "workers"]);
});
