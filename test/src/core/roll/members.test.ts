import { expect, it } from "vitest";
import { members, nameOf } from "../../../../src/core/roll/members.js";
import type { Ec2InstanceSeen, RollNodeSeen } from "../../../../src/core/roll/seen.js";
import { aScalingGroup, aTaint, ec2Instance, newImage, oldInstance, rollNode } from "../../../seen.js";

function only(node: RollNodeSeen | undefined, machine: Ec2InstanceSeen | undefined, lifecycle = "InService") {
  const group = aScalingGroup({ instances: [oldInstance("a", lifecycle)] });
  const [found, ...more] = members(group, machine ? [machine] : [], node ? [node] : [], newImage);
  expect(more).toEqual([]);
  if (!found) throw new Error("The group's instance is no member.");
  return found;
}

it.each<[string, Ec2InstanceSeen | undefined, boolean | undefined]>([
  ["another AMI than the target is old", ec2Instance("a"), true],
  ["the target's AMI is new, whatever its template says", ec2Instance("a", { image: newImage }), false],
  ["while EC2 has not told it is neither", undefined, undefined],
])("%s", (_, machine, old) => {
  expect(only(rollNode("a"), machine).old).toBe(old);
});

it.each<[string, RollNodeSeen | undefined, string, boolean]>([
  ["a Ready node in service serves", rollNode("a"), "InService", true],
  ["Unknown is not Ready", rollNode("a", { ready: "Unknown" }), "InService", false],
  ["one that is not Ready does not", rollNode("a", { ready: "False" }), "InService", false],
  ["one that has not joined does not", undefined, "InService", false],
  ["one on its way out does not", rollNode("a"), "Terminating:Wait", false],
  ["one that waits for a lifecycle hook does not", rollNode("a"), "Pending:Wait", false],
  [
    "one that the cloud controller has not met does not",
    rollNode("a", { taints: [aTaint("node.cloudprovider.kubernetes.io/uninitialized")] }),
    "InService",
    false,
  ],
  [
    "one whose volume driver is not up does not",
    rollNode("a", { taints: [aTaint("ebs.csi.aws.com/agent-not-ready")] }),
    "InService",
    false,
  ],
  [
    "one with a declared start-up taint does not",
    rollNode("a", { taints: [aTaint("startup-taint.cluster-autoscaler.kubernetes.io/warm")] }),
    "InService",
    false,
  ],
  [
    "one that Cluster Autoscaler deletes does not",
    rollNode("a", { taints: [aTaint("ToBeDeletedByClusterAutoscaler")] }),
    "InService",
    false,
  ],
  [
    "a person's taint changes nothing for the pods that are there",
    rollNode("a", { taints: [aTaint("team", "shop")] }),
    "InService",
    true,
  ],
  ["neither does a cordon", rollNode("a", { unschedulable: true }), "InService", true],
])("%s", (_, node, lifecycle, serving) => {
  expect(only(node, ec2Instance("a"), lifecycle).serving).toBe(serving);
});

it("a machine that EC2 shuts down does not serve, though its node still looks Ready", () => {
  expect(only(rollNode("a"), ec2Instance("a", { state: "shutting-down" })).serving).toBe(false);
});

it("is called by its node, and before it joins by its instance", () => {
  expect(nameOf(only(rollNode("a"), undefined))).toBe("a");
  expect(nameOf(only(undefined, undefined))).toBe("i-a");
});
