import { describe, expect, it } from "vitest";
import {
  architectureOf,
  type GroupLook,
  groupRollBlockers,
  groupRollWarnings,
} from "../../../../src/core/roll/group-blockers.js";
import type { AutoScalingGroupSeen } from "../../../../src/core/seen.js";
import { anImage, aScalingGroup, oldInstance } from "../../../seen.js";

const template = {
  kind: "launch template",
  template: { id: "lt-1", name: "workers", version: "7" },
} as const;

function look(over: Partial<GroupLook> = {}, group: Partial<AutoScalingGroupSeen> = {}): GroupLook {
  return {
    group: aScalingGroup({ name: "workers", template, ...group }),
    versions: [{ template: "lt-1", name: "workers", number: 7, madeByEks: false }],
    refreshing: false,
    image: anImage(),
    instanceTypes: ["m6i.large"],
    ...over,
  };
}

const { template: _, ...bare } = aScalingGroup({ name: "workers" });

it.each<[string, GroupLook, codes: string[]]>([
  ["a group of the customer's own", look(), []],
  [
    "a managed node group's group",
    look({}, { tags: { "eks:nodegroup-name": "default" } }),
    ["GroupOwnedByEks"],
  ],
  [
    "a launch configuration",
    look({}, { template: { kind: "launch configuration", name: "old-style" } }),
    ["LaunchConfiguration"],
  ],
  ["no template that we know", { ...look(), group: bare }, ["NoLaunchTemplate"]],
  [
    "a template that EKS made",
    look({ versions: [{ template: "lt-1", name: "eks-1", number: 1, madeByEks: true }] }),
    ["TemplateMadeByEks"],
  ],
  ["an instance refresh", look({ refreshing: true }), ["InstanceRefresh"]],
  ["Launch suspended by a person", look({}, { suspended: ["AZRebalance", "Launch"] }), ["ProcessSuspended"]],
  ["instances in Standby", look({}, { instances: [oldInstance("a", "Standby")] }), ["InstancesInStandby"]],
  [
    "an instance type of another architecture",
    look({ instanceTypes: ["m6i.large", "m7g.large"] }),
    ["OtherArchitecture"],
  ],
  [
    "Graviton throughout",
    look({ instanceTypes: ["m7g.large"], image: anImage({ architecture: "arm64" }) }),
    [],
  ],
])("blocks: %s", (_, seen, codes) => {
  const problems = groupRollBlockers(seen);
  expect(problems.map(({ code }) => code)).toEqual(codes);
  for (const { next } of problems) expect(next).toMatch(/\w/);
});

describe("warns", () => {
  it.each<[string, Partial<GroupLook>, string[]]>([
    ["of nothing", {}, []],
    ["of a warm pool", { warmPool: true }, ["WarmPool"]],
    ["of a maximum age", { maxInstanceLifetime: true }, ["MaxInstanceLifetime"]],
  ])("%s", (_, over, codes) => {
    expect(groupRollWarnings(look(over)).map(({ code }) => code)).toEqual(codes);
  });
});

it.each<[type: string, "arm64" | "x86_64"]>([
  ["m6i.large", "x86_64"],
  ["m7g.xlarge", "arm64"],
  ["c6gn.2xlarge", "arm64"],
  ["im4gn.large", "arm64"],
  ["is4gen.medium", "arm64"],
  ["g5g.xlarge", "arm64"],
  ["g4dn.xlarge", "x86_64"],
  ["g5.xlarge", "x86_64"],
  ["t3a.medium", "x86_64"],
  ["a1.large", "arm64"],
])("%s is %s", (type, architecture) => {
  expect(architectureOf(type)).toBe(architecture);
});
