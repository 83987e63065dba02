import { describe, expect, it } from "vitest";
import { inferPhase } from "../../../src/core/infer-phase.js";
import type { PhaseName } from "../../../src/core/plan.js";
import type { Receipt } from "../../../src/core/run.js";
import type { InstanceSeen, NodeSeen } from "../../../src/core/seen.js";
import { aStep, start } from "../../builders.js";
import {
  aScalingGroup,
  aTaint,
  newInstance,
  newNode,
  newTemplate,
  oldInstance,
  oldNode,
  oldTemplate,
} from "../../seen.js";

/** One look: the template and desired size of the Auto Scaling group, its instances, the nodes. */
type Row = [
  string,
  PhaseName,
  template: string,
  desired: number,
  instances: InstanceSeen[],
  nodes: NodeSeen[],
];

const sizes = { min: 3, max: 6, desired: 3 };
const receipt: Receipt = {
  takenAt: start,
  autoScalingGroups: [{ name: "eks-default", sizes, launchTemplateVersion: oldTemplate }],
};
const withoutTemplate: Receipt = { takenAt: start, autoScalingGroups: [{ name: "eks-default", sizes }] };

const a = oldNode("a");
const b = oldNode("b");
const x = newNode("x");
const unready = newNode("y", { ready: "Unknown" });
const cordoned = { unschedulable: true };
const marked = (name: string) => oldNode(name, { ...cordoned, excludedFromLoadBalancers: true });
const olderTaint = { taints: [aTaint("eks.amazonaws.com/nodegroup", "unschedulable")] };
const old = [oldInstance("a"), oldInstance("b")];

function phaseOf(row: Row, strategy: "DEFAULT" | "MINIMAL", saved: Receipt | undefined = receipt): PhaseName {
  const [, , launchTemplateVersion, desired, instances, nodes] = row;
  const group = aScalingGroup({ launchTemplateVersion, sizes: { ...sizes, desired }, instances });
  const step = aStep({ updateConfig: { maxUnavailable: 1, strategy } });
  return inferPhase({ autoScalingGroups: [group], nodes }, saved, step);
}

describe("a group that grows first (strategy DEFAULT)", () => {
  it.each<Row>([
    ["nothing to be seen yet", "setup", oldTemplate, 3, old, [a, b]],
    ["template changed, nothing else", "setup", newTemplate, 3, old, [a, b]],
    ["desired raised, no new instance yet", "scale up", newTemplate, 6, old, [a, b]],
    [
      "new instance Pending, no node yet",
      "scale up",
      newTemplate,
      6,
      [...old, newInstance("x", "Pending")],
      [a, b],
    ],
    ["new node not Ready", "scale up", newTemplate, 6, [...old, newInstance("y")], [a, b, unready]],
    [
      "all new Ready, old ones still take pods",
      "scale up",
      newTemplate,
      6,
      [...old, newInstance("x")],
      [a, b, x],
    ],
    [
      "old ones unschedulable",
      "upgrade",
      newTemplate,
      6,
      [...old, newInstance("x")],
      [oldNode("a", cordoned), oldNode("b", cordoned), x],
    ],
    [
      "old ones kept out of load balancers",
      "upgrade",
      newTemplate,
      6,
      [...old, newInstance("x")],
      [
        oldNode("a", { excludedFromLoadBalancers: true }),
        oldNode("b", { excludedFromLoadBalancers: true }),
        x,
      ],
    ],
    [
      "old ones with the older taint",
      "upgrade",
      newTemplate,
      6,
      [...old, newInstance("x")],
      [oldNode("a", olderTaint), oldNode("b", olderTaint), x],
    ],
    [
      "an old instance Terminating",
      "upgrade",
      newTemplate,
      6,
      [oldInstance("a", "Terminating"), oldInstance("b"), newInstance("x")],
      [b, x],
    ],
    [
      "an old instance Terminating:Wait",
      "upgrade",
      newTemplate,
      6,
      [oldInstance("a", "Terminating:Wait"), newInstance("x")],
      [x],
    ],
    [
      "one old one left, others replaced",
      "upgrade",
      newTemplate,
      6,
      [oldInstance("b"), newInstance("x")],
      [marked("b"), x],
    ],
    ["no old one left, desired still raised", "scale down", newTemplate, 6, [newInstance("x")], [x]],
    [
      "surplus new one leaves",
      "scale down",
      newTemplate,
      5,
      [newInstance("x"), newInstance("z", "Terminating:Wait")],
      [x, newNode("z", cordoned)],
    ],
    ["back at its size, not reported yet", "scale down", newTemplate, 3, [newInstance("x")], [x]],
    [
      "no old instance, but an old node still there",
      "upgrade",
      newTemplate,
      6,
      [newInstance("x")],
      [marked("a"), x],
    ],
  ])("%s: %s", (...row) => {
    expect(phaseOf(row, "DEFAULT")).toBe(row[1]);
  });
});

describe("a group that never grows (strategy MINIMAL)", () => {
  it.each<Row>([
    ["nothing to be seen yet", "setup", oldTemplate, 3, old, [a, b]],
    ["template changed, nothing else", "setup", newTemplate, 3, old, [a, b]],
    ["every old one cordoned", "upgrade", newTemplate, 3, old, [marked("a"), marked("b")]],
    [
      "an old one leaves",
      "upgrade",
      newTemplate,
      3,
      [oldInstance("a", "Terminating"), oldInstance("b")],
      [a, marked("b")],
    ],
    ["a replacement comes", "upgrade", newTemplate, 3, [oldInstance("b"), newInstance("x", "Pending")], [b]],
    [
      "the last replacement is not Ready",
      "upgrade",
      newTemplate,
      3,
      [newInstance("x"), newInstance("y")],
      [x, unready],
    ],
  ])("%s: %s", (...row) => {
    expect(phaseOf(row, "MINIMAL")).toBe(row[1]);
  });
});

describe("what was there before the update proves nothing", () => {
  it.each<Row>([
    [
      "new nodes of an update that failed, not begun again",
      "setup",
      oldTemplate,
      3,
      [...old, newInstance("x")],
      [a, b, x],
    ],
    ["its cordoned old node, not begun again", "setup", oldTemplate, 3, old, [marked("a"), b]],
    [
      "somebody cordoned one node",
      "scale up",
      newTemplate,
      6,
      [...old, newInstance("x")],
      [marked("a"), b, x],
    ],
  ])("%s: %s", (...row) => {
    expect(phaseOf(row, "DEFAULT")).toBe(row[1]);
  });

  it("a spared new node keeps its earlier template: it is not an old one", () => {
    const spared = { ...newInstance("x"), launchTemplateVersion: "2" };
    const row: Row = [
      "",
      "scale down",
      "3",
      6,
      [spared, { ...newInstance("z"), launchTemplateVersion: "3" }],
      [x, newNode("z")],
    ];
    expect(phaseOf(row, "DEFAULT")).toBe("scale down");
  });
});

describe("the cluster's API does not answer: AWS alone tells", () => {
  it.each<Row>([
    ["template changed", "setup", newTemplate, 3, old, []],
    ["desired raised", "scale up", newTemplate, 6, old, []],
    ["new instances beside old ones", "scale up", newTemplate, 6, [...old, newInstance("x")], []],
    [
      "an old instance leaves",
      "upgrade",
      newTemplate,
      6,
      [oldInstance("a", "Terminating:Wait"), newInstance("x")],
      [],
    ],
    ["only new instances", "scale down", newTemplate, 6, [newInstance("x")], []],
  ])("%s: %s", (...row) => {
    expect(phaseOf(row, "DEFAULT")).toBe(row[1]);
  });
});

it.each<[string, PhaseName, NodeSeen[]]>([
  ["no new node", "setup", [a, b]],
  ["a new node beside the old ones", "scale up", [a, b, x]],
])("where the template's earlier version is not known, nodes tell: %s: %s", (_, phase, nodes) => {
  const row: Row = ["", phase, newTemplate, 3, [newInstance("x")], nodes];
  expect(phaseOf(row, "DEFAULT", withoutTemplate)).toBe(phase);
});

it.each<[string, PhaseName, template: string, desired: number]>([
  ["not begun", "setup", oldTemplate, 0],
  ["template changed", "setup", newTemplate, 0],
  ["grown", "scale up", newTemplate, 3],
])("a group of no nodes: %s: %s", (_, phase, template, desired) => {
  const none = { ...sizes, desired: 0 };
  const saved: Receipt = {
    takenAt: start,
    autoScalingGroups: [{ name: "eks-default", sizes: none, launchTemplateVersion: oldTemplate }],
  };
  expect(phaseOf(["", phase, template, desired, [], []], "DEFAULT", saved)).toBe(phase);
});

it("one of several Auto Scaling groups is enough to tell", () => {
  const saved = (name: string) => ({ name, sizes, launchTemplateVersion: oldTemplate });
  const groups = (over: object) => [
    aScalingGroup({ name: "eks-1" }),
    aScalingGroup({ name: "eks-2", launchTemplateVersion: newTemplate, ...over }),
  ];
  const phase = (over: object) => {
    const both = { takenAt: start, autoScalingGroups: [saved("eks-1"), saved("eks-2")] };
    return inferPhase({ autoScalingGroups: groups(over), nodes: [a, b] }, both, aStep());
  };
  expect(phase({})).toBe("setup");
  expect(phase({ sizes: { ...sizes, desired: 6 } })).toBe("scale up");
});
