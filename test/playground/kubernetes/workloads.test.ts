import { describe, expect, it } from "vitest";
import type { NodeRegistration, Workload } from "../../../playground/kubernetes/types.js";
import { addNode, addReadyNodes, agent, foundTown, nameOf, podsOf, second, shop, statusOf } from "./town.js";

const minute = 60 * second;

async function foundWith(workload: Partial<Workload>) {
  const town = foundTown();
  addReadyNodes(town, "a", "b");
  town.cluster.deploy([shop(workload)]);
  await town.clock.advance(minute);
  return town;
}

describe("bare pods", () => {
  it.each([
    ["one has the workload's name", 1, ["ui"]],
    ["more are numbered", 2, ["ui-1", "ui-2"]],
  ])("%s", async (_title, replicas, expected) => {
    const town = await foundWith({ kind: "Pod", replicas });
    expect(podsOf(town).map(({ metadata }) => metadata.name)).toEqual(expected);
    expect(podsOf(town)[0]?.metadata.ownerReferences).toBeUndefined();
    expect(statusOf(podsOf(town)[0], "Ready")).toBe("True");
  });

  it("do not come back when they are evicted", async () => {
    const town = await foundWith({ kind: "Pod", replicas: 1 });
    town.cluster.evict({ namespace: "shop", name: "ui" });
    await town.clock.advance(minute);
    expect(podsOf(town)).toEqual([]);
  });

  it("that finish need no drain", async () => {
    const town = await foundWith({ kind: "Pod", replicas: 1, finishes: true });
    expect(podsOf(town)[0]?.status.phase).toBe("Succeeded");
    expect([...town.cluster.podsToEvict("a"), ...town.cluster.podsToEvict("b")]).toEqual([]);
  });
});

describe("static pods", () => {
  it("are mirrored on every node, now and later, and made again when deleted", async () => {
    const town = await foundWith({ kind: "Static", name: "proxy" });
    addReadyNodes(town, "c");
    town.cluster.deletePod({ namespace: "shop", name: "proxy-a" });
    await town.clock.advance(minute);
    expect(podsOf(town).map(({ metadata }) => metadata.name)).toEqual(["proxy-a", "proxy-b", "proxy-c"]);
    for (const { metadata } of podsOf(town)) {
      expect(metadata.annotations).toHaveProperty(["kubernetes.io/config.mirror"]);
      expect(metadata.ownerReferences).toMatchObject([{ kind: "Node" }]);
    }
    expect(town.cluster.podsToEvict("a")).toEqual([]);
  });

  it("go with their node", async () => {
    const town = await foundWith({ kind: "Static", name: "proxy" });
    town.cluster.removeNode("a");
    await town.clock.advance(minute);
    expect(podsOf(town).map(({ metadata }) => metadata.name)).toEqual(["proxy-b"]);
  });
});

it("a crashing pod shows why it is not Ready", async () => {
  const town = await foundWith({ crashes: true });
  expect(podsOf(town)[0]?.status.containerStatuses).toMatchObject([
    { ready: false, restartCount: 5, state: { waiting: { reason: "CrashLoopBackOff" } } },
  ]);
});

it("a pod carries its emptyDir, its selector and its priority", async () => {
  const town = await foundWith({
    emptyDir: true,
    nodeSelector: { "kubernetes.io/hostname": "b" },
    priorityClassName: "system-cluster-critical",
  });
  for (const { spec } of podsOf(town))
    expect(spec).toMatchObject({
      nodeName: "b",
      volumes: [{ emptyDir: {} }],
      priorityClassName: "system-cluster-critical",
      priority: 2_000_000_000,
    });
});

it("a pod that no node is selected for says so", async () => {
  const town = await foundWith({ nodeSelector: { disk: "fast" } });
  expect(podsOf(town)[0]?.status.conditions).toMatchObject([
    { message: "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector." },
  ]);
});

describe("a node that has just come", () => {
  const startupTaints: NodeRegistration["startupTaints"] = [
    {
      key: "node.cloudprovider.kubernetes.io/uninitialized",
      value: "true",
      effect: "NoSchedule",
      removedAfter: 5,
    },
    { key: "ebs.csi.aws.com/agent-not-ready", effect: "NoExecute", removedAfter: 20 },
  ];

  it("takes pods when its startup taints are gone, and keeps its other taints", async () => {
    const town = foundTown();
    const own = { key: "dedicated", value: "shop", effect: "PreferNoSchedule" } as const;
    addNode(town, "a", { startupTaints, taints: [own] });
    town.cluster.setNodeReady("a", "True");
    town.cluster.deploy([shop({ replicas: 1 })]);
    const keys = () => town.cluster.store.get("nodes", { name: "a" })?.spec.taints?.map(({ key }) => key);
    await town.clock.advance(6 * second);
    expect(keys()).toEqual(["dedicated", "ebs.csi.aws.com/agent-not-ready"]);
    expect(podsOf(town)[0]?.spec.nodeName).toBeUndefined();
    await town.clock.advance(30 * second);
    expect(keys()).toEqual(["dedicated"]);
    expect(podsOf(town)[0]?.spec.nodeName).toBe("a");
  });

  it("has DaemonSet pods that are Ready a few seconds after it", async () => {
    const town = foundTown();
    town.cluster.deploy([{ ...agent, readyAfterNode: 5 }]);
    addNode(town, "a");
    await town.clock.advance(30 * second);
    town.cluster.setNodeReady("a", "True");
    await town.clock.advance(4 * second);
    expect(podsOf(town, "kube-system").map((pod) => statusOf(pod, "Ready"))).toEqual(["False"]);
    await town.clock.advance(second);
    expect(podsOf(town, "kube-system").map((pod) => statusOf(pod, "Ready"))).toEqual(["True"]);
  });
});

it.each([
  ["a cordon", { unschedulable: true }, undefined],
  ["the taint of a node that is going", {}, { key: "eks.amazonaws.com/nodegroup", value: "unschedulable" }],
])(
  "a pod that tolerates everything comes back in spite of %s, and no other does",
  async (_what, change, taint) => {
    const town = foundTown();
    addReadyNodes(town, "a");
    town.cluster.deploy([
      shop({ replicas: 1, toleratesEverything: true }),
      shop({ name: "cart", replicas: 1 }),
    ]);
    await town.clock.advance(minute);
    town.cluster.changeNode("a", change);
    if (taint)
      town.cluster.store.update("nodes", { name: "a" }, ({ spec }) => {
        spec.taints = [{ ...taint, effect: "NoSchedule" }];
      });
    for (const pod of podsOf(town)) town.cluster.evict(nameOf(pod));
    await town.clock.advance(minute);
    const placed = podsOf(town).map(({ metadata, spec }) => [
      metadata.labels?.["app.kubernetes.io/name"],
      spec.nodeName,
    ]);
    expect(placed).toEqual([
      ["cart", undefined],
      ["ui", "a"],
    ]);
  },
);
