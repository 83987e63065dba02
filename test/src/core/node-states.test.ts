import { describe, expect, it } from "vitest";
import { minute } from "../../../src/core/instant.js";
import { followNodes, isMarked, isNew, isReady, type NodesLook } from "../../../src/core/node-states.js";
import type { NodeProgress } from "../../../src/core/run.js";
import type { InstanceSeen, NodeSeen, PodSeen } from "../../../src/core/seen.js";
import { aNewNode, aNode, aStep, start } from "../../builders.js";
import {
  aPod,
  aTaint,
  evicted,
  newImage,
  newInstance,
  newNode,
  newTemplate,
  oldImage,
  oldInstance,
  oldNode,
  oldTemplate,
} from "../../seen.js";

const step = aStep();
const later = start + minute;

/** Follows nodes over looks a minute apart; answers what each look told: "NodeReady x". */
function story(...looks: NodesLook[]): string[][] {
  let nodes: Readonly<Record<string, NodeProgress>> = {};
  return looks.map((look, i) => {
    const change = followNodes(nodes, look, step, 0, start + i * minute);
    nodes = change.nodes;
    return change.facts.map((fact) => `${fact.type} ${"node" in fact ? fact.node : ""}`);
  });
}

const a = oldNode("a");
const b = oldNode("b");
const cordoned = oldNode("a", { unschedulable: true });
const seen = (nodes: NodeSeen[], pods: PodSeen[] = [], instances: InstanceSeen[] = []): NodesLook => ({
  nodes,
  pods,
  instances,
  groupTemplateVersion: newTemplate,
});

describe("the life of a node", () => {
  it.each<[string, NodesLook[], string[][]]>([
    [
      "the first look is the baseline: nothing is told",
      [seen([a, newNode("x"), oldNode("c", { ready: "False" })])],
      [[]],
    ],
    ["nothing changed, nothing told", [seen([a], [aPod("a")]), seen([a], [aPod("a")])], [[], []]],
    [
      "a new node joins, then is Ready",
      [seen([a]), seen([a, newNode("x", { ready: "False" })]), seen([a, newNode("x")])],
      [[], ["NodeJoined x"], ["NodeReady x"]],
    ],
    [
      "it was Ready at first sight",
      [seen([a]), seen([a, newNode("x")])],
      [[], ["NodeJoined x", "NodeReady x"]],
    ],
    [
      "an old node, to its end",
      [
        seen([a, b], [aPod("a")], [oldInstance("a")]),
        seen([cordoned, b], [aPod("a")], [oldInstance("a")]),
        seen([cordoned, b], [aPod("a", evicted)], [oldInstance("a")]),
        seen([cordoned, b], [], [oldInstance("a")]),
        seen([cordoned, b], [], [oldInstance("a", "Terminating:Wait")]),
        seen([b]),
      ],
      [
        [],
        ["NodeUnschedulable a"],
        ["NodeDraining a"],
        ["NodeEmpty a"],
        ["NodeTerminating a"],
        ["NodeGone a"],
      ],
    ],
    [
      "between two evictions it has not stopped draining",
      [
        seen([a], [aPod("a")]),
        seen([cordoned], [aPod("a", evicted), aPod("a", { name: "ui-2" })]),
        seen([cordoned], [aPod("a", { name: "ui-2" })]),
        seen([cordoned], [aPod("a", { name: "ui-2", ...evicted })]),
      ],
      [[], ["NodeDraining a"], [], []],
    ],
    [
      "a deleted pod on its way out drains too (force)",
      [seen([a], [aPod("a")]), seen([cordoned], [aPod("a", { deletingSince: start })])],
      [[], ["NodeDraining a"]],
    ],
    [
      "a terminated instance leaves its group before its node is deleted",
      [
        seen([a, b], [], [oldInstance("a")]),
        seen([cordoned, b], [], [oldInstance("a", "Terminating")]),
        seen([cordoned, b], [], []),
        seen([b]),
      ],
      [[], ["NodeTerminating a"], [], ["NodeGone a"]],
    ],
    ["it vanishes between two looks", [seen([a, b]), seen([b])], [[], ["NodeGone a"]]],
    ["gone is told once", [seen([a, b]), seen([b]), seen([b])], [[], ["NodeGone a"], []]],
    [
      "its name comes back: another node",
      [seen([a, b]), seen([b]), seen([newNode("a"), b])],
      [[], ["NodeGone a"], ["NodeJoined a", "NodeReady a"]],
    ],
    [
      "a Ready node that is Unknown has not joined again; once back it is Ready again",
      [seen([a]), seen([oldNode("a", { ready: "Unknown" })]), seen([a])],
      [[], [], ["NodeReady a"]],
    ],
    [
      "somebody uncordons it",
      [seen([a], [aPod("a")]), seen([cordoned], [aPod("a")]), seen([a], [aPod("a")])],
      [[], ["NodeUnschedulable a"], ["NodeReady a"]],
    ],
    [
      "pods of another node do not count",
      [seen([a, b]), seen([cordoned, b], [aPod("b", evicted)])],
      [[], ["NodeEmpty a"]],
    ],
    [
      "only DaemonSet, mirror and finished pods are left: it is empty",
      [
        seen([a], [aPod("a")]),
        seen(
          [cordoned],
          [
            aPod("a", { owner: { kind: "DaemonSet", name: "aws-node" } }),
            aPod("a", { mirror: true }),
            aPod("a", { phase: "Succeeded" }),
            aPod("a", { phase: "Failed", ...evicted }),
          ],
        ),
      ],
      [[], ["NodeEmpty a"]],
    ],
    [
      "surplus new nodes take the old nodes' road",
      [
        seen([newNode("x")], [aPod("x")], [newInstance("x")]),
        seen(
          [newNode("x", { unschedulable: true })],
          [aPod("x", evicted)],
          [newInstance("x", "Terminating:Wait")],
        ),
        seen([]),
      ],
      [[], ["NodeTerminating x"], ["NodeGone x"]],
    ],
  ])("%s", (_, looks, told) => {
    expect(story(...looks)).toEqual(told);
  });

  it("facts carry step and zone", () => {
    const before = { a: aNode({ zone: "us-west-2c" }) };
    expect(followNodes(before, seen([]), step, 3, later).facts).toEqual([
      { type: "NodeGone", step: 3, node: "a", zone: "us-west-2c" },
    ]);
  });
});

/** A look that was not allowed to list pods. */
const unseen = (nodes: NodeSeen[]): NodesLook => ({ nodes, instances: [] });

describe("what is kept of a node", () => {
  const known = { a: aNode({ state: "unschedulable", podsLeft: 2 }) };
  it.each<[string, Record<string, NodeProgress>, NodesLook, Partial<NodeProgress>]>([
    [
      "the same state: since then",
      known,
      seen([cordoned], [aPod("a")]),
      { state: "unschedulable", since: start, podsLeft: 1 },
    ],
    ["another state: since now", known, seen([cordoned]), { state: "empty", since: later, podsLeft: 0 }],
    [
      "no pods seen: what was left last is all that is known",
      known,
      unseen([cordoned]),
      { state: "unschedulable", since: start, podsLeft: 2 },
    ],
    [
      "no pods seen: a draining node still drains",
      { a: aNode({ state: "draining", podsLeft: 1 }) },
      unseen([cordoned]),
      { state: "draining", since: start, podsLeft: 1 },
    ],
    [
      "no pods seen: an empty node is still empty",
      { a: aNode({ state: "empty" }) },
      unseen([cordoned]),
      { state: "empty", since: start, podsLeft: 0 },
    ],
    [
      "no pods seen: a node shows by itself that it is not Ready",
      {},
      unseen([oldNode("a", { ready: "False" })]),
      { state: "joined" },
    ],
    ["gone: no pods left", known, seen([]), { state: "gone", since: later, podsLeft: 0, old: true }],
    ["gone before: since then", { a: aNode({ state: "gone" }) }, seen([]), { state: "gone", since: start }],
    [
      "a name that came back is new",
      { a: aNode({ state: "gone" }) },
      seen([newNode("a")]),
      { state: "ready", since: later, old: false },
    ],
    [
      "Ready=Unknown is not Ready",
      { a: aNode() },
      seen([oldNode("a", { ready: "Unknown" })]),
      { state: "joined", since: later },
    ],
    [
      "a kubelet that says more",
      { a: aNewNode() },
      seen([newNode("a", { kubelet: "v1.34.9-eks-3" })]),
      { kubelet: "v1.34.9-eks-3", since: start },
    ],
  ])("%s", (_, before, look, node) => {
    expect(followNodes(before, look, step, 0, later).nodes.a).toMatchObject(node);
  });

  it("claims nothing of pods that were never seen", () => {
    const { a } = followNodes({}, unseen([cordoned]), step, 0, later).nodes;
    expect(a).toMatchObject({ state: "unschedulable" });
    expect(a).not.toHaveProperty("podsLeft");
  });
});

it.each<[string, NodeSeen, InstanceSeen | undefined, boolean]>([
  ["the target's image", newNode("a"), undefined, true],
  ["another image", oldNode("a"), undefined, false],
  ["an image goes before the template", newNode("a", { image: oldImage }), newInstance("a"), false],
  [
    "the target's image, spared by an earlier update",
    newNode("a", { image: newImage }),
    oldInstance("a"),
    true,
  ],
  ["no image, the group's template", withoutImage(a), newInstance("a"), true],
  ["no image, an older template", withoutImage(a), oldInstance("a"), false],
  ["no image, no instance", withoutImage(a), undefined, false],
])("isNew: %s", (_, node, instance, expected) => {
  expect(isNew(node, step, instance, newTemplate)).toBe(expected);
});

it("isNew: two templates that are not known are not the same", () => {
  const { launchTemplateVersion: _, ...instance } = oldInstance("a");
  expect(isNew(withoutImage(a), step, instance, undefined)).toBe(false);
  expect(isNew(withoutImage(a), step, oldInstance("a"), oldTemplate)).toBe(true);
});

function withoutImage({ image: _, ...node }: NodeSeen): NodeSeen {
  return node;
}

it.each<[string, Partial<NodeSeen>, boolean]>([
  ["True", { ready: "True" }, true],
  ["False", { ready: "False" }, false],
  ["Unknown", { ready: "Unknown" }, false],
  ["True, tainted not-ready", { taints: [aTaint("node.kubernetes.io/not-ready")] }, false],
  ["True, tainted unreachable", { taints: [aTaint("node.kubernetes.io/unreachable")] }, false],
  [
    "True, not initialised by the cloud",
    { taints: [aTaint("node.cloudprovider.kubernetes.io/uninitialized", "true")] },
    false,
  ],
  ["True, tainted by its owner", { taints: [aTaint("dedicated", "gpu")] }, true],
  ["True, cordoned", { unschedulable: true }, true],
])("isReady: %s", (_, over, expected) => {
  expect(isReady(newNode("x", over))).toBe(expected);
});

it.each<[string, Partial<NodeSeen>, boolean]>([
  ["nothing", {}, false],
  ["unschedulable", { unschedulable: true }, true],
  ["kept out of load balancers", { excludedFromLoadBalancers: true }, true],
  ["the older taint", { taints: [aTaint("eks.amazonaws.com/nodegroup", "unschedulable")] }, true],
  ["that taint with another value", { taints: [aTaint("eks.amazonaws.com/nodegroup", "mine")] }, false],
  ["another taint with that value", { taints: [aTaint("mine", "unschedulable")] }, false],
])("isMarked: %s", (_, over, expected) => {
  expect(isMarked(oldNode("a", over))).toBe(expected);
});
