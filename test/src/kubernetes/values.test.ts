import type { V1Node, V1Pod, V1PodDisruptionBudget } from "@kubernetes/client-node";
import { describe, expect, it } from "vitest";
import { budgetSeen, nodeSeen, podSeen } from "../../../src/kubernetes/values.js";

const at = new Date("2026-07-14T12:00:00Z");

function node(parts: V1Node): V1Node {
  return { metadata: { name: "n", creationTimestamp: at }, ...parts };
}

describe("nodeSeen", () => {
  it("reads a whole node", () => {
    const seen = nodeSeen({
      metadata: {
        name: "ip-10-0-1-5",
        creationTimestamp: at,
        labels: {
          "topology.kubernetes.io/zone": "us-west-2b",
          "eks.amazonaws.com/nodegroup-image": "ami-1",
          "eks.amazonaws.com/sourceLaunchTemplateVersion": "7",
          "node.kubernetes.io/exclude-from-external-load-balancers": "true",
        },
      },
      spec: {
        providerID: "aws:///us-west-2b/i-0123456789abcdef0",
        unschedulable: true,
        taints: [{ key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" }],
      },
      status: {
        conditions: [{ type: "Ready", status: "True" }],
        nodeInfo: { kubeletVersion: "v1.34.9-eks-1a2b3c4" } as never,
      },
    });
    expect(seen).toEqual({
      name: "ip-10-0-1-5",
      instanceId: "i-0123456789abcdef0",
      zone: "us-west-2b",
      image: "ami-1",
      launchTemplateVersion: "7",
      kubelet: "v1.34.9-eks-1a2b3c4",
      ready: "True",
      unschedulable: true,
      excludedFromLoadBalancers: true,
      taints: [{ key: "node.kubernetes.io/unschedulable", value: "", effect: "NoSchedule" }],
      createdAt: at.getTime(),
    });
  });

  it.each([
    ["True is ready", [{ type: "Ready", status: "True" }], "True"],
    ["False is not", [{ type: "Ready", status: "False" }], "False"],
    ["Unknown is not", [{ type: "Ready", status: "Unknown" }], "Unknown"],
    ["a status of the future is not", [{ type: "Ready", status: "Perhaps" }], "Unknown"],
    ["another condition says nothing", [{ type: "MemoryPressure", status: "True" }], "Unknown"],
    ["no condition says nothing", undefined, "Unknown"],
  ])("ready: %s", (_, conditions, ready) => {
    expect(nodeSeen(node(conditions ? { status: { conditions } } : {})).ready).toBe(ready);
  });

  it.each([
    ["an instance in its zone", "aws:///us-west-2a/i-0123456789abcdef0", "i-0123456789abcdef0", "us-west-2a"],
    ["Fargate, which has no instance", "aws:///us-west-2a/0a1b2c/fargate-ip-10-0-1-5", undefined, ""],
    ["another cloud", "gce://project/zone/name", undefined, ""],
    ["not set yet", undefined, undefined, ""],
  ])("providerID: %s", (_, providerID, instanceId, zone) => {
    const seen = nodeSeen(node({ spec: providerID ? { providerID } : {} }));
    expect([seen.instanceId, seen.zone]).toEqual([instanceId, zone]);
  });

  it("leaves out what a fresh node does not have", () => {
    expect(nodeSeen({ metadata: { name: "n" } })).toEqual({
      name: "n",
      zone: "",
      kubelet: "",
      ready: "Unknown",
      unschedulable: false,
      excludedFromLoadBalancers: false,
      taints: [],
      createdAt: 0,
    });
  });
});

function pod(metadata: V1Pod["metadata"], status: V1Pod["status"] = {}): V1Pod {
  return {
    metadata: { namespace: "ui", name: "ui-7d9-abc", uid: "p-1", ...metadata },
    spec: { containers: [], nodeName: "n" },
    status,
  };
}

function owner(kind: string, name: string, controller = true) {
  return { apiVersion: "apps/v1", kind, name, uid: "1", controller };
}

describe("podSeen", () => {
  it("reads a running pod", () => {
    const status = { phase: "Running", conditions: [{ type: "Ready", status: "True" }] };
    expect(podSeen(pod({}, status))).toEqual({
      namespace: "ui",
      name: "ui-7d9-abc",
      uid: "p-1",
      node: "n",
      labels: {},
      phase: "Running",
      ready: true,
      mirror: false,
      emptyDir: false,
      toleratesEverything: false,
      crashLooping: false,
      gracePeriod: 30_000,
      claims: [],
      critical: false,
    });
  });

  const hash = { "pod-template-hash": "7d9f" };
  it.each([
    [
      "a ReplicaSet of a Deployment",
      [owner("ReplicaSet", "ui-7d9f")],
      hash,
      { kind: "Deployment", name: "ui" },
    ],
    ["a ReplicaSet of its own", [owner("ReplicaSet", "ui")], {}, { kind: "ReplicaSet", name: "ui" }],
    [
      "a ReplicaSet whose name has another ending",
      [owner("ReplicaSet", "ui-1")],
      hash,
      { kind: "ReplicaSet", name: "ui-1" },
    ],
    ["a StatefulSet", [owner("StatefulSet", "db")], {}, { kind: "StatefulSet", name: "db" }],
    ["a DaemonSet", [owner("DaemonSet", "aws-node")], {}, { kind: "DaemonSet", name: "aws-node" }],
    [
      "the controller among owners",
      [owner("Foo", "x", false), owner("Job", "j")],
      {},
      { kind: "Job", name: "j" },
    ],
    ["no controller among owners", [owner("Foo", "x", false)], {}, undefined],
    ["none", undefined, {}, undefined],
  ])("owner: %s", (_, ownerReferences, labels, seen) => {
    expect(podSeen(pod({ labels, ...(ownerReferences && { ownerReferences }) })).owner).toEqual(seen);
  });

  it.each([
    ["True: being evicted", "True", { since: at.getTime(), reason: "EvictionByEvictionAPI" }],
    ["False: no longer", "False", undefined],
  ])("DisruptionTarget %s", (_, status, disruption) => {
    const condition = {
      type: "DisruptionTarget",
      status,
      reason: "EvictionByEvictionAPI",
      lastTransitionTime: at,
    };
    expect(podSeen(pod({}, { conditions: [condition] })).disruption).toEqual(disruption);
  });

  it.each([
    [
      "asked for before the grace period",
      { deletionTimestamp: at, deletionGracePeriodSeconds: 30 },
      at.getTime() - 30_000,
    ],
    ["without grace", { deletionTimestamp: at, deletionGracePeriodSeconds: 0 }, at.getTime()],
    ["not deleted", {}, undefined],
  ])("deletion: %s", (_, metadata, since) => {
    expect(podSeen(pod(metadata)).deletingSince).toBe(since);
  });

  it("knows a static pod by its mirror annotation", () => {
    expect(podSeen(pod({ annotations: { "kubernetes.io/config.mirror": "x" } })).mirror).toBe(true);
  });
});

function budget(parts: V1PodDisruptionBudget): V1PodDisruptionBudget {
  return { metadata: { namespace: "shop", name: "ui", generation: 2 }, ...parts };
}

/** A condition as the disruption controller sets it. */
function allowed(status: string, reason: string, message = "why") {
  return { type: "DisruptionAllowed", status, reason, message, lastTransitionTime: at };
}

describe("budgetSeen", () => {
  it("reads a whole budget", () => {
    const seen = budgetSeen(
      budget({
        spec: {
          minAvailable: 2,
          selector: {
            matchLabels: { app: "ui" },
            matchExpressions: [
              { key: "tier", operator: "In", values: ["a", "b"] },
              { key: "canary", operator: "DoesNotExist" },
            ],
          },
        },
        status: {
          observedGeneration: 2,
          disruptionsAllowed: 1,
          currentHealthy: 3,
          desiredHealthy: 2,
          expectedPods: 4,
          conditions: [allowed("True", "SufficientPods")],
        },
      }),
    );
    expect(seen).toEqual({
      namespace: "shop",
      name: "ui",
      minAvailable: "2",
      selector: {
        matchLabels: { app: "ui" },
        matchExpressions: [
          { key: "tier", operator: "In", values: ["a", "b"] },
          { key: "canary", operator: "DoesNotExist", values: [] },
        ],
      },
      observed: true,
      disruptionsAllowed: 1,
      currentHealthy: 3,
      desiredHealthy: 2,
      expectedPods: 4,
    });
  });

  it.each([
    ["a number", { minAvailable: 2 }, { minAvailable: "2" }],
    ["none at all", { maxUnavailable: 0 }, { maxUnavailable: "0" }],
    ["a share", { minAvailable: "50%" }, { minAvailable: "50%" }],
    ["a share that may be missing", { maxUnavailable: "0%" }, { maxUnavailable: "0%" }],
    ["nothing said", {}, {}],
  ])("amount: %s", (_, spec, amounts) => {
    const { minAvailable, maxUnavailable } = budgetSeen(budget({ spec }));
    expect({ minAvailable, maxUnavailable }).toEqual({
      minAvailable: undefined,
      maxUnavailable: undefined,
      ...amounts,
    });
  });

  it.each([
    ["a status of this spec", { observedGeneration: 2 }, true],
    ["a status of a later spec", { observedGeneration: 3 }, true],
    ["a status of an earlier spec", { observedGeneration: 1 }, false],
    ["a status of no spec", {}, false],
    ["no status", undefined, false],
  ])("observed: %s", (_, status, observed) => {
    expect(budgetSeen(budget(status ? { status } : {})).observed).toBe(observed);
  });

  it.each([
    [
      "a failed sync says why",
      allowed("False", "SyncFailed", "found no controllers"),
      "found no controllers",
    ],
    ["a failed sync may say nothing", allowed("False", "SyncFailed", ""), ""],
    ["too few pods is no failure", allowed("False", "InsufficientPods"), undefined],
    ["a failure that is over is none", allowed("True", "SyncFailed"), undefined],
    ["another condition says nothing", { ...allowed("False", "SyncFailed"), type: "Other" }, undefined],
  ])("syncFailed: %s", (_, condition, syncFailed) => {
    expect(budgetSeen(budget({ status: { conditions: [condition] } })).syncFailed).toBe(syncFailed);
  });

  it("leaves out what a fresh budget does not have", () => {
    expect(budgetSeen({ metadata: { namespace: "shop", name: "ui", generation: 1 } })).toEqual({
      namespace: "shop",
      name: "ui",
      observed: false,
      disruptionsAllowed: 0,
      currentHealthy: 0,
      desiredHealthy: 0,
      expectedPods: 0,
    });
  });
});
