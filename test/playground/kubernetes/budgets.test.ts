import { describe, expect, it } from "vitest";
import type { Budget } from "../../../playground/kubernetes/types.js";
import {
  addReadyNodes,
  agent,
  budgetOf,
  firstPod,
  foundShop,
  foundTown,
  nameOf,
  podsOf,
  second,
} from "./town.js";

const withBudget = (budget: Omit<Budget, "name">, replicas = 3) =>
  foundShop({ replicas, budgets: [{ name: "ui", ...budget }] });

describe("a budget's status", () => {
  it.each([
    [
      "minAvailable 2 of 3",
      { minAvailable: 2 },
      3,
      { expectedPods: 3, desiredHealthy: 2, disruptionsAllowed: 1 },
    ],
    [
      "minAvailable of all",
      { minAvailable: 3 },
      3,
      { expectedPods: 3, desiredHealthy: 3, disruptionsAllowed: 0 },
    ],
    ["minAvailable above all", { minAvailable: 5 }, 3, { desiredHealthy: 5, disruptionsAllowed: 0 }],
    [
      "minAvailable 50 % of 3, rounded up",
      { minAvailable: "50%" },
      3,
      { desiredHealthy: 2, disruptionsAllowed: 1 },
    ],
    [
      "maxUnavailable 1",
      { maxUnavailable: 1 },
      3,
      { expectedPods: 3, desiredHealthy: 2, disruptionsAllowed: 1 },
    ],
    ["maxUnavailable 0", { maxUnavailable: 0 }, 3, { desiredHealthy: 3, disruptionsAllowed: 0 }],
    ["maxUnavailable 0 %", { maxUnavailable: "0%" }, 3, { desiredHealthy: 3, disruptionsAllowed: 0 }],
    [
      "maxUnavailable 34 % of 3, rounded up",
      { maxUnavailable: "34%" },
      3,
      { desiredHealthy: 1, disruptionsAllowed: 2 },
    ],
    ["maxUnavailable above all", { maxUnavailable: 9 }, 3, { desiredHealthy: 0, disruptionsAllowed: 3 }],
    ["one replica that must stay", { minAvailable: 1 }, 1, { expectedPods: 1, disruptionsAllowed: 0 }],
    ["no pods at all", { minAvailable: 0 }, 0, { expectedPods: 0, disruptionsAllowed: 0 }],
  ])("%s", async (_case, budget, replicas, expected) => {
    const town = await withBudget(budget, replicas);
    const { status } = budgetOf(town);
    expect(status).toMatchObject({ ...expected, currentHealthy: replicas, observedGeneration: 1 });
    const allowed = expected.disruptionsAllowed > 0;
    expect(status.conditions).toMatchObject([
      {
        type: "DisruptionAllowed",
        status: allowed ? "True" : "False",
        reason: allowed ? "SufficientPods" : "InsufficientPods",
      },
    ]);
  });

  it("counts neither terminating nor unready pods as healthy", async () => {
    const town = await withBudget({ minAvailable: 1 });
    const [first, other] = podsOf(town);
    if (first) town.cluster.deletePod(nameOf(first));
    town.cluster.setNodeReady(other?.spec.nodeName ?? "", "False");
    await town.clock.advance(second);
    expect(budgetOf(town).status.currentHealthy).toBe(1);
  });

  it("follows a changed budget a moment later", async () => {
    const town = await withBudget({ minAvailable: 2 });
    town.cluster.store.update("poddisruptionbudgets", budgetOf(town).metadata, ({ spec }) => {
      spec.minAvailable = 3;
    });
    expect(budgetOf(town)).toMatchObject({ metadata: { generation: 2 }, status: { observedGeneration: 1 } });
    await town.clock.advance(second);
    expect(budgetOf(town).status).toMatchObject({ observedGeneration: 2, disruptionsAllowed: 0 });
  });

  it("forgets after two minutes an eviction that did not delete its pod", async () => {
    const town = await withBudget({ minAvailable: 2 });
    const { name } = firstPod(town).metadata;
    town.cluster.store.update("poddisruptionbudgets", budgetOf(town).metadata, ({ status }) => {
      status.disruptionsAllowed = 0;
      status.disruptedPods = { [name]: town.cluster.store.timestamp() };
    });
    await town.clock.advance(119 * second);
    expect(budgetOf(town).status).toMatchObject({ disruptionsAllowed: 0, currentHealthy: 2 });
    await town.clock.advance(2 * second);
    expect(budgetOf(town).status).toMatchObject({ disruptionsAllowed: 1, disruptedPods: {} });
  });

  it.each([
    [
      "of a DaemonSet, which has no scale",
      undefined,
      "daemonsets.apps does not implement the scale subresource",
    ],
    ["whose owner is gone", "ReplicaSet", /^found no controllers for pod "orphan-/],
  ])("fails to sync over pods %s", async (_case, owner, message) => {
    const town = foundTown();
    addReadyNodes(town, "a");
    town.cluster.deploy([
      { ...agent, namespace: "shop", name: "ui", budgets: [{ name: "ui", maxUnavailable: 1 }] },
    ]);
    if (owner) {
      const [template] = podsOf(town);
      if (template) orphan(town, template);
    }
    await town.clock.advance(second);
    const [condition] = budgetOf(town).status.conditions ?? [];
    expect(condition).toMatchObject({ type: "DisruptionAllowed", status: "False", reason: "SyncFailed" });
    expect(condition?.message).toMatch(message);
  });
});

/** In place of the DaemonSet and its pods, a pod that refers to a ReplicaSet that is not there. */
function orphan({ cluster }: ReturnType<typeof foundTown>, pod: ReturnType<typeof firstPod>): void {
  const reference = { apiVersion: "apps/v1", kind: "ReplicaSet", name: "gone", uid: "gone" };
  cluster.store.transaction(() => {
    cluster.store.remove("daemonsets", { namespace: "shop", name: "ui" });
    cluster.store.remove("pods", nameOf(pod));
    cluster.store.create("pods", {
      spec: pod.spec,
      status: { phase: "Running" },
      metadata: {
        namespace: "shop",
        generateName: "orphan-",
        labels: pod.metadata.labels ?? {},
        ownerReferences: [{ ...reference, controller: true, blockOwnerDeletion: true }],
      },
    });
  });
}
