import { CoreV1Api, KubeConfig, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { describe, expect, it } from "vitest";
import { kubeconfigOf } from "../../../playground/kubernetes/kubeconfig.js";
import { budgetOf, foundShop, foundTown, podsOf, second, type Town } from "./town.js";
import { openTown, refusal } from "./wire.js";

const merging = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
const strategic = setHeaderOptions("Content-Type", PatchStrategy.StrategicMergePatch);
const ui = { namespace: "shop", name: "ui" };

const setsOf = ({ cluster }: Town) => cluster.store.list("replicasets");

describe("a workload is changed over the wire", () => {
  it("by its scale, as a patch and as a whole", async () => {
    const town = await foundShop();
    const { apps } = await openTown(town);
    const scale = await apps.patchNamespacedDeploymentScale(
      { ...ui, body: { spec: { replicas: 5 } } },
      merging,
    );
    expect(scale).toMatchObject({ kind: "Scale", spec: { replicas: 5 } });
    expect(scale.status?.selector).toContain("app.kubernetes.io/name=ui");
    await town.clock.advance(60 * second);
    expect(podsOf(town)).toHaveLength(5);
    const read = await apps.readNamespacedDeploymentScale(ui);
    await apps.replaceNamespacedDeploymentScale({ ...ui, body: { ...read, spec: { replicas: 1 } } });
    await town.clock.advance(60 * second);
    expect(podsOf(town)).toHaveLength(1);
  });

  it("by another image, which is rolled out without falling below three quarters", async () => {
    const town = await foundShop({ replicas: 4 });
    const { apps } = await openTown(town);
    const containers = [{ name: "ui", image: "ui:2" }];
    await apps.patchNamespacedDeployment(
      { ...ui, body: { spec: { template: { spec: { containers } } } } },
      strategic,
    );
    const ready: number[] = [];
    for (let step = 0; step < 60; step++) {
      await town.clock.advance(2 * second);
      ready.push(town.cluster.store.get("deployments", ui)?.status.readyReplicas ?? 0);
    }
    expect(Math.min(...ready)).toBeGreaterThanOrEqual(3);
    expect(
      setsOf(town)
        .map(({ spec }) => spec.replicas)
        .sort(),
    ).toEqual([0, 4]);
    expect(podsOf(town).map(({ spec }) => spec.containers[0]?.image)).toEqual(Array(4).fill("ui:2"));
    expect(budgetless(town)).toMatchObject({ updatedReplicas: 4, availableReplicas: 4, replicas: 4 });
  });

  it("not at all as a dry run", async () => {
    const town = await foundShop({ budgets: [{ name: "ui", minAvailable: 2 }] });
    const { policy } = await openTown(town);
    const body = { spec: { minAvailable: 1 } };
    await policy.patchNamespacedPodDisruptionBudget({ ...ui, body, dryRun: "All" }, merging);
    expect(budgetOf(town).spec.minAvailable).toBe(2);
    await policy.deleteNamespacedPodDisruptionBudget({ ...ui, dryRun: "All" });
    expect(budgetOf(town).spec.minAvailable).toBe(2);
  });

  const budgetless = ({ cluster }: Town) => cluster.store.get("deployments", ui)?.status;

  it.each([
    ["replicas that are no number", { spec: { replicas: "many" } }, "spec.replicas"],
    ["fewer than no replicas", { spec: { replicas: -1 } }, "spec.replicas"],
    ["another selector", { spec: { selector: { matchLabels: { a: "b" } } } }, "spec.selector"],
    ["a label that is no text", { metadata: { labels: { a: 1 } } }, "metadata"],
  ])("not into %s", async (_what, body, field) => {
    const { apps } = await openTown(await foundShop());
    expect(await refusal(apps.patchNamespacedDeployment({ ...ui, body }, merging))).toMatchObject({
      code: 422,
      reason: "Invalid",
      details: { causes: [{ field }] },
    });
  });
});

describe("heartbeats", () => {
  it("renew the lease of a node that answers, and stop with one that does not", async () => {
    const town = await foundShop();
    const { core } = await openTown(town);
    const beat = async () =>
      (await core.readNode({ name: "a" })).status?.conditions?.map(
        ({ lastHeartbeatTime }) => lastHeartbeatTime,
      );
    const first = await beat();
    await town.clock.advance(600 * second);
    const later = await beat();
    expect(later).not.toEqual(first);
    town.cluster.setNodeReady("a", "Unknown");
    const last = await beat();
    await town.clock.advance(600 * second);
    expect(await beat()).toEqual(last);
  });
});

describe("a kubeconfig", () => {
  it("lets a client into every cluster with the static token, and into the first by default", async () => {
    const [north, south] = [foundTown(), foundTown()];
    const opened = [await openTown(north, {}), await openTown(south, {})];
    const [one, other] = opened.map(({ server }) => server);
    if (!one || !other) throw new Error("There are two servers.");
    const config = new KubeConfig();
    config.loadFromString(
      kubeconfigOf(
        new Map([
          ["north", one],
          ["south", other],
        ]),
      ),
    );
    expect(config.getCurrentContext()).toBe("north");
    expect(config.getCurrentCluster()?.server).toBe(one.endpoint);
    for (const { name } of config.getContexts()) {
      config.setCurrentContext(name);
      expect((await config.makeApiClient(CoreV1Api).listNode()).items).toEqual([]);
    }
  });
});
