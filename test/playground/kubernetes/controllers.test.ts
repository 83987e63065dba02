import { describe, expect, it } from "vitest";
import {
  addNode,
  addReadyNodes,
  agent,
  firstPod,
  foundShop,
  foundTown,
  nameOf,
  podsOf,
  second,
  shop,
  statusOf,
} from "./town.js";

const nodesOf = (pods: ReturnType<typeof podsOf>) => pods.map((pod) => pod.spec.nodeName).sort();

describe("a Deployment", () => {
  it("owns a ReplicaSet named after the hash that its pods carry", async () => {
    const town = await foundShop();
    const [set] = town.cluster.store.list("replicasets");
    const hash = set?.metadata.labels?.["pod-template-hash"];
    expect(set?.metadata.name).toBe(`ui-${hash}`);
    expect(set?.metadata.ownerReferences).toMatchObject([
      { kind: "Deployment", name: "ui", controller: true },
    ]);
    for (const pod of podsOf(town)) {
      expect(pod.metadata.labels?.["pod-template-hash"]).toBe(hash);
      expect(pod.metadata.ownerReferences).toMatchObject([{ kind: "ReplicaSet", uid: set?.metadata.uid }]);
      expect(pod.metadata.name).toMatch(new RegExp(`^ui-${hash}-[a-z0-9]{5}$`));
    }
  });

  it("reports its Ready replicas", async () => {
    const town = await foundShop();
    const [deployment] = town.cluster.store.list("deployments");
    expect(deployment?.status).toMatchObject({ replicas: 3, readyReplicas: 3, unavailableReplicas: 0 });
  });

  it("replaces a pod as soon as it terminates, not when it is gone", async () => {
    const town = await foundShop({ stopsIn: 20 });
    town.cluster.deletePod(nameOf(firstPod(town)));
    expect(podsOf(town)).toHaveLength(4);
    await town.clock.advance(20 * second);
    expect(podsOf(town)).toHaveLength(3);
  });

  it("removes surplus pods when it is scaled down", async () => {
    const town = await foundShop();
    town.cluster.store.update("deployments", { namespace: "shop", name: "ui" }, ({ spec }) => {
      spec.replicas = 1;
    });
    await town.clock.advance(5 * second);
    expect(podsOf(town)).toHaveLength(1);
  });
});

describe("a DaemonSet", () => {
  it("has a pod on every node, a cordoned and a broken one included", async () => {
    const town = foundTown();
    town.cluster.deploy([agent]);
    addReadyNodes(town, "a", "b");
    town.cluster.changeNode("b", { unschedulable: true });
    addNode(town, "c");
    await town.clock.advance(60 * second);
    expect(nodesOf(podsOf(town, "kube-system"))).toEqual(["a", "b", "c"]);
  });

  it("gives back a pod that was deleted, on the same node", async () => {
    const town = await foundShop();
    const [before] = podsOf(town, "kube-system");
    if (before) town.cluster.deletePod(nameOf(before));
    await town.clock.advance(60 * second);
    const after = podsOf(town, "kube-system");
    expect(nodesOf(after)).toEqual(["a", "b", "c"]);
    expect(after.map((pod) => pod.metadata.uid)).not.toContain(before?.metadata.uid);
  });
});

describe("the scheduler", () => {
  it("spreads the pods of one owner over the nodes", async () => {
    const town = await foundShop();
    expect(nodesOf(podsOf(town))).toEqual(["a", "b", "c"]);
  });

  it("keeps the order of one node after another when pods outnumber nodes", async () => {
    const town = await foundShop({ replicas: 6 });
    expect(nodesOf(podsOf(town))).toEqual(["a", "a", "b", "b", "c", "c"]);
  });

  it.each([
    ["not on a cordoned node", { cordoned: true, ready: "True", maxPods: 10 }, []],
    ["not on a node that is not Ready", { cordoned: false, ready: "False", maxPods: 10 }, []],
    ["not on a node whose kubelet is silent", { cordoned: false, ready: "Unknown", maxPods: 10 }, []],
    ["not on a full node", { cordoned: false, ready: "True", maxPods: 0 }, []],
    ["on a node with room", { cordoned: false, ready: "True", maxPods: 1 }, ["a"]],
  ] as const)("puts a pod %s", async (_rule, { cordoned, ready, maxPods }, expected) => {
    const town = foundTown();
    addNode(town, "a", { maxPods });
    town.cluster.setNodeReady("a", ready);
    town.cluster.changeNode("a", { unschedulable: cordoned });
    town.cluster.deploy([shop({ replicas: 1 })]);
    await town.clock.advance(60 * second);
    expect(podsOf(town).flatMap((pod) => pod.spec.nodeName ?? [])).toEqual(expected);
  });

  it("says of a pod that fits nowhere that it is unschedulable, and places it when a node comes", async () => {
    const town = foundTown();
    town.cluster.deploy([shop({ replicas: 1 })]);
    await town.clock.advance(second);
    expect(firstPod(town).status.conditions).toMatchObject([
      { type: "PodScheduled", reason: "Unschedulable" },
    ]);
    addReadyNodes(town, "late");
    await town.clock.advance(second);
    expect(firstPod(town).spec.nodeName).toBe("late");
  });

  it("puts a pod that tolerates everything back on a cordoned node", async () => {
    const town = await foundShop({ toleratesEverything: true, replicas: 1 });
    for (const node of town.cluster.nodeNames()) town.cluster.changeNode(node, { unschedulable: true });
    town.cluster.deletePod(nameOf(firstPod(town)));
    await town.clock.advance(60 * second);
    expect(statusOf(firstPod(town), "Ready")).toBe("True");
  });
});

describe("the kubelet", () => {
  it("makes a pod Ready when it has started, and not before", async () => {
    const town = foundTown();
    addReadyNodes(town, "a");
    town.cluster.deploy([shop({ replicas: 1, startsIn: 30 })]);
    await town.clock.advance(30 * second);
    expect(firstPod(town).status.phase).toBe("Pending");
    await town.clock.advance(second);
    expect(firstPod(town).status).toMatchObject({ phase: "Running", containerStatuses: [{ ready: true }] });
    expect(statusOf(firstPod(town), "Ready")).toBe("True");
  });

  it.each([
    ["after the time it takes to stop", { stopsIn: 12, gracePeriod: 30 }, 12],
    ["after its grace period, when it takes longer", { stopsIn: 600, gracePeriod: 30 }, 30],
  ])("ends a pod %s", async (_rule, workload, seconds) => {
    const town = await foundShop(workload);
    const pod = firstPod(town);
    town.cluster.deletePod(nameOf(pod));
    await town.clock.advance(seconds * second - 1);
    expect(town.cluster.store.get("pods", nameOf(pod))?.metadata.deletionTimestamp).toBeDefined();
    await town.clock.advance(1);
    expect(town.cluster.store.get("pods", nameOf(pod))).toBeUndefined();
  });

  it("never makes a crashing pod Ready", async () => {
    const town = await foundShop({ crashes: true, replicas: 1 });
    expect(firstPod(town).status.phase).toBe("Running");
    expect(statusOf(firstPod(town), "Ready")).toBe("False");
  });

  it("ends nothing while it is silent, and catches up when it is back", async () => {
    const town = await foundShop();
    const pod = firstPod(town);
    const node = pod.spec.nodeName ?? "";
    town.cluster.setNodeReady(node, "Unknown");
    town.cluster.deletePod(nameOf(pod));
    await town.clock.advance(600 * second);
    expect(town.cluster.store.get("pods", nameOf(pod))).toBeDefined();
    town.cluster.setNodeReady(node, "True");
    await town.clock.advance(second);
    expect(town.cluster.store.get("pods", nameOf(pod))).toBeUndefined();
  });
});

describe("a node", () => {
  const taintsOf = (town: ReturnType<typeof foundTown>) =>
    town.cluster.store
      .get("nodes", { name: "a" })
      ?.spec.taints?.map(({ key, effect }) => `${key}:${effect}`) ?? [];

  it.each([
    ["Ready and open: none", "True", false, []],
    ["cordoned", "True", true, ["node.kubernetes.io/unschedulable:NoSchedule"]],
    [
      "not Ready",
      "False",
      false,
      ["node.kubernetes.io/not-ready:NoSchedule", "node.kubernetes.io/not-ready:NoExecute"],
    ],
    [
      "silent",
      "Unknown",
      false,
      ["node.kubernetes.io/unreachable:NoSchedule", "node.kubernetes.io/unreachable:NoExecute"],
    ],
  ] as const)("carries its state as taints: %s", (_state, ready, unschedulable, expected) => {
    const town = foundTown();
    addNode(town, "a");
    town.cluster.setNodeReady("a", ready);
    town.cluster.changeNode("a", { unschedulable });
    expect(taintsOf(town)).toEqual(expected);
  });

  it("loses the taint when it is uncordoned, and keeps those of others", () => {
    const town = foundTown();
    addReadyNodes(town, "a");
    town.cluster.store.update("nodes", { name: "a" }, ({ spec }) => {
      spec.taints = [{ key: "mine", effect: "NoSchedule" }];
    });
    town.cluster.changeNode("a", { unschedulable: true });
    town.cluster.changeNode("a", { unschedulable: false });
    expect(taintsOf(town)).toEqual(["mine:NoSchedule"]);
  });

  it("registers not Ready, with its topology and a lease", () => {
    const town = foundTown();
    addNode(town, "a", { labels: { "eks.amazonaws.com/nodegroup": "default" } });
    const node = town.cluster.store.get("nodes", { name: "a" });
    expect(node?.status.conditions).toContainEqual(
      expect.objectContaining({ type: "Ready", status: "False" }),
    );
    expect(node?.metadata.labels).toMatchObject({
      "eks.amazonaws.com/nodegroup": "default",
      "topology.kubernetes.io/zone": "us-west-2a",
    });
    expect(node?.spec.providerID).toBe("aws:///us-west-2a/i-a");
    expect(town.cluster.store.get("leases", { namespace: "kube-node-lease", name: "a" })).toBeDefined();
  });

  it("that stays broken loses its pods after the five minutes they tolerate, but not its DaemonSet pods", async () => {
    const town = await foundShop();
    town.cluster.setNodeReady("a", "False");
    await town.clock.advance(300 * second - 1);
    const names = (namespace: string) => podsOf(town, namespace).filter((pod) => pod.spec.nodeName === "a");
    expect(names("shop").filter((pod) => pod.metadata.deletionTimestamp)).toHaveLength(0);
    await town.clock.advance(20 * second);
    expect(names("shop")).toHaveLength(0);
    expect(names("kube-system")).toHaveLength(1);
  });

  it("takes its pods with it, and their owners make new ones elsewhere", async () => {
    const town = await foundShop();
    town.cluster.removeNode("a");
    expect(town.cluster.nodeNames()).toEqual(["b", "c"]);
    await town.clock.advance(60 * second);
    expect(nodesOf(podsOf(town, "kube-system"))).toEqual(["b", "c"]);
    expect(new Set(nodesOf(podsOf(town)))).toEqual(new Set(["b", "c"]));
    expect(podsOf(town).map((pod) => statusOf(pod, "Ready"))).toEqual(["True", "True", "True"]);
  });

  it("has labels changed and removed", () => {
    const town = foundTown();
    addNode(town, "a", { labels: { old: "1" } });
    town.cluster.changeNode("a", { labels: { old: null, "node.kubernetes.io/exclude": "true" } });
    const labels = town.cluster.store.get("nodes", { name: "a" })?.metadata.labels;
    expect(labels).toMatchObject({ "node.kubernetes.io/exclude": "true" });
    expect(labels).not.toHaveProperty("old");
  });

  it("names for a drain only pods that have to be evicted", async () => {
    const town = await foundShop();
    const [pod] = podsOf(town).filter((pod) => pod.spec.nodeName === "a");
    expect(town.cluster.podsToEvict("a")).toEqual(pod ? [nameOf(pod)] : "no pod on a");
  });
});

it("does nothing more once it is stopped", async () => {
  const town = await foundShop();
  town.cluster.stop();
  town.cluster.removeNode("a");
  await town.clock.advance(60 * second);
  expect(podsOf(town)).toHaveLength(2);
});
