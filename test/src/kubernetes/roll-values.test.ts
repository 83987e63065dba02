import type { V1ContainerStatus, V1Node, V1PodSpec, V1PodStatus } from "@kubernetes/client-node";
import { describe, expect, it } from "vitest";
import { attachmentSeen, podSeen, rollNodeSeen } from "../../../src/kubernetes/values.js";

const at = new Date("2026-07-14T12:00:00Z");

function podWith(spec: Partial<V1PodSpec>, status: V1PodStatus = {}) {
  return podSeen({ metadata: { name: "ui-1" }, spec: { containers: [], ...spec }, status });
}

function waiting(reason: string): V1ContainerStatus {
  const state = { waiting: { reason } };
  return { name: "ui", image: "", imageID: "", ready: false, restartCount: 1, state };
}

describe("a pod that has to move", () => {
  it.each<[string, Partial<V1PodSpec>, boolean]>([
    ["of nothing", {}, false],
    ["of every taint", { tolerations: [{ operator: "Exists" }] }, true],
    ["of every taint by an empty key", { tolerations: [{ key: "", operator: "Exists" }] }, true],
    ["of every NoSchedule", { tolerations: [{ operator: "Exists", effect: "NoSchedule" }] }, true],
    [
      "of every NoExecute, which is no cordon",
      { tolerations: [{ operator: "Exists", effect: "NoExecute" }] },
      false,
    ],
    ["of one key", { tolerations: [{ key: "gpu", operator: "Exists" }] }, false],
    ["of one value", { tolerations: [{ key: "gpu", operator: "Equal", value: "a" }] }, false],
    ["of every taint among others", { tolerations: [{ key: "gpu" }, { operator: "Exists" }] }, true],
  ])("tolerance %s", (_, spec, expected) => {
    expect(podWith(spec).toleratesEverything).toBe(expected);
  });

  it.each<[string, V1PodStatus, boolean]>([
    ["is told by a container", { containerStatuses: [waiting("CrashLoopBackOff")] }, true],
    ["is told by one of several", { containerStatuses: [waiting("x"), waiting("CrashLoopBackOff")] }, true],
    [
      "is told by a container that comes first",
      { initContainerStatuses: [waiting("CrashLoopBackOff")] },
      true,
    ],
    ["is not every wait", { containerStatuses: [waiting("ContainerCreating")] }, false],
    ["is not told before a container began", {}, false],
  ])("a crash loop %s", (_, status, expected) => {
    expect(podWith({}, status).crashLooping).toBe(expected);
  });

  it.each<[string, Partial<V1PodSpec>, number]>([
    ["is 30 s where nothing is said", {}, 30_000],
    ["is what the pod says, in milliseconds", { terminationGracePeriodSeconds: 90 }, 90_000],
    ["may be none", { terminationGracePeriodSeconds: 0 }, 0],
  ])("its grace period %s", (_, spec, expected) => {
    expect(podWith(spec).gracePeriod).toBe(expected);
  });

  it("tells the claims it mounts, and whether data dies with it", () => {
    const volumes = [
      { name: "data", persistentVolumeClaim: { claimName: "data-db-0" } },
      { name: "scratch", ephemeral: { volumeClaimTemplate: { spec: {} } } },
      { name: "config", configMap: { name: "ui" } },
    ];
    expect(podWith({ volumes })).toMatchObject({ claims: ["data-db-0", "ui-1-scratch"], emptyDir: false });
    expect(podWith({ volumes: [...volumes, { name: "tmp", emptyDir: {} }] }).emptyDir).toBe(true);
  });

  it.each([
    ["system-node-critical", true],
    ["system-cluster-critical", true],
    ["shop-critical", false],
    [undefined, false],
  ])("priority class %s is the system's: %s", (priorityClassName, expected) => {
    expect(podWith({ ...(priorityClassName && { priorityClassName }) }).critical).toBe(expected);
  });
});

describe("rollNodeSeen", () => {
  it("reads a node that we may change", () => {
    const labels = { team: "data" };
    const annotations = { note: "mine" };
    const node: V1Node = {
      metadata: { name: "n", uid: "u-1", creationTimestamp: at, labels, annotations },
      spec: { providerID: "aws:///us-west-2b/i-0123456789abcdef0" },
      status: { conditions: [{ type: "Ready", status: "True" }] },
    };
    expect(rollNodeSeen(node)).toEqual({
      name: "n",
      uid: "u-1",
      instanceId: "i-0123456789abcdef0",
      providerId: "aws:///us-west-2b/i-0123456789abcdef0",
      zone: "us-west-2b",
      labels,
      annotations,
      pressures: [],
      kubelet: "",
      ready: "True",
      unschedulable: false,
      excludedFromLoadBalancers: false,
      taints: [],
      createdAt: at.getTime(),
    });
  });

  const withConditions = (...pairs: readonly (readonly [type: string, status: string, message?: string])[]) =>
    rollNodeSeen({
      status: {
        conditions: pairs.map(([type, status, message]) => ({ type, status, ...(message && { message }) })),
      },
    });

  it("names what presses on it: a pressure that is there, a readiness that is not", () => {
    const seen = withConditions(
      ["MemoryPressure", "False"],
      ["DiskPressure", "True"],
      ["PIDPressure", "Unknown"],
      ["StorageReady", "False"],
      ["NetworkingReady", "True"],
      ["Ready", "False", "container runtime network not ready"],
    );
    expect(seen.pressures).toEqual(["DiskPressure", "StorageReady"]);
    expect(seen.notReadyBecause).toBe("container runtime network not ready");
  });

  it("does not say why a Ready node would not be", () => {
    expect(withConditions(["Ready", "True", "kubelet is posting ready status"])).not.toHaveProperty(
      "notReadyBecause",
    );
  });

  it("takes the reason where there is no message", () => {
    const condition = { type: "Ready", status: "Unknown", reason: "NodeStatusUnknown" };
    expect(rollNodeSeen({ status: { conditions: [condition] } }).notReadyBecause).toBe("NodeStatusUnknown");
  });
});

describe("attachmentSeen", () => {
  it.each([
    ["a PersistentVolume by its name", { persistentVolumeName: "pv-1" }, "pv-1"],
    ["any other volume by its attachment", {}, "csi-1"],
  ])("names %s", (_, source, volume) => {
    const seen = attachmentSeen({
      metadata: { name: "csi-1" },
      spec: { attacher: "ebs", nodeName: "n", source },
    });
    expect(seen).toEqual({ node: "n", volume });
  });
});
