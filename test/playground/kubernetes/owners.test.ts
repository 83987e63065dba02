import { PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { describe, expect, it } from "vitest";
import type { Workload } from "../../../playground/kubernetes/types.js";
import {
  addNode,
  addReadyNodes,
  agent,
  foundShop,
  foundTown,
  nameOf,
  podsOf,
  second,
  statusOf,
} from "./town.js";
import { openTown, refusal } from "./wire.js";

const minute = 60 * second;
const shopName = { namespace: "shop", name: "ui" };
const merging = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
const restart = {
  spec: {
    template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": "2026-03-01T09:00:00Z" } } },
  },
};

const database = (change: Partial<Workload> = {}): Workload => ({
  kind: "StatefulSet",
  namespace: "shop",
  name: "db",
  replicas: 3,
  image: "db:1",
  ...change,
});

async function foundDatabase(change: Partial<Workload> = {}) {
  const town = foundTown();
  addReadyNodes(town, "a", "b", "c", "d");
  town.cluster.deploy([agent, database(change)]);
  await town.clock.advance(2 * minute);
  return town;
}

const namesOf = (town: Parameters<typeof podsOf>[0]) => podsOf(town).map(({ metadata }) => metadata.name);

describe("a rollout restart", () => {
  it.each([
    ["by default: a quarter more, and none fewer of three", {}, { most: 4, least: 3 }],
    ["with a surge of two", { maxSurge: 2, maxUnavailable: 0 }, { most: 5, least: 3 }],
    ["without surge", { maxSurge: 0, maxUnavailable: 1 }, { most: 3, least: 2 }],
    [
      "with bounds of nothing, which are taken for one too few",
      { maxSurge: 0, maxUnavailable: 0 },
      { most: 3, least: 2 },
    ],
  ])("keeps to the bounds %s", async (_title, bounds, expected) => {
    const town = await foundShop(bounds);
    const { apps } = await openTown(town);
    const before = podsOf(town).map(({ metadata }) => metadata.uid);
    await apps.patchNamespacedDeployment({ ...shopName, body: restart }, merging);
    let [most, least] = [0, 9];
    for (let elapsed = 0; elapsed < 120; elapsed++) {
      await town.clock.advance(second);
      const active = podsOf(town).filter(({ metadata }) => !metadata.deletionTimestamp);
      most = Math.max(most, active.length);
      least = Math.min(least, active.filter((pod) => statusOf(pod, "Ready") === "True").length);
    }
    expect({ most, least }).toEqual(expected);
    expect(podsOf(town)).toHaveLength(3);
    for (const { metadata } of podsOf(town)) expect(before).not.toContain(metadata.uid);
  });

  it("made again with the same moment changes nothing", async () => {
    const town = await foundShop();
    const { apps } = await openTown(town);
    await apps.patchNamespacedDeployment({ ...shopName, body: restart }, merging);
    await town.clock.advance(2 * minute);
    const before = podsOf(town).map(({ metadata }) => metadata.uid);
    await apps.patchNamespacedDeployment({ ...shopName, body: restart }, merging);
    await town.clock.advance(2 * minute);
    expect(podsOf(town).map(({ metadata }) => metadata.uid)).toEqual(before);
  });

  it("of a DaemonSet replaces its pods one after another", async () => {
    const town = await foundShop();
    const { apps } = await openTown(town);
    const before = podsOf(town, "kube-system").map(({ metadata }) => metadata.uid);
    await apps.patchNamespacedDaemonSet(
      { namespace: "kube-system", name: "aws-node", body: restart },
      merging,
    );
    let fewest = 3;
    for (let elapsed = 0; elapsed < 120; elapsed++) {
      await town.clock.advance(second);
      const ready = podsOf(town, "kube-system").filter(
        (pod) => statusOf(pod, "Ready") === "True" && !pod.metadata.deletionTimestamp,
      );
      fewest = Math.min(fewest, ready.length);
    }
    expect(fewest).toBe(2);
    for (const { metadata } of podsOf(town, "kube-system")) expect(before).not.toContain(metadata.uid);
  });
});

describe("a scale", () => {
  it.each(["Deployment", "StatefulSet"] as const)(
    "of a %s is changed by who has seen the latest",
    async (kind) => {
      const town = foundTown();
      town.cluster.deploy([database({ kind })]);
      const { apps } = await openTown(town);
      const name = { namespace: "shop", name: "db" };
      const call = {
        Deployment: () => apps.readNamespacedDeploymentScale(name),
        StatefulSet: () => apps.readNamespacedStatefulSetScale(name),
      }[kind];
      const write = (body: Awaited<ReturnType<typeof call>>) =>
        kind === "Deployment"
          ? apps.replaceNamespacedDeploymentScale({ ...name, body })
          : apps.replaceNamespacedStatefulSetScale({ ...name, body });
      const seen = await call();
      await write({ ...seen, spec: { replicas: 4 } });
      expect(await refusal(write({ ...seen, spec: { replicas: 5 } }))).toMatchObject({
        code: 409,
        message: expect.stringContaining("the object has been modified"),
      });
      expect((await call()).spec?.replicas).toBe(4);
    },
  );
});

describe("an autoscaler", () => {
  it.each([
    ["raises a workload to its lower bound", { minReplicas: 5, maxReplicas: 9 }, 15, 5],
    ["lowers a workload to its upper bound", { minReplicas: 1, maxReplicas: 2 }, 300, 2],
    [
      "takes back a surge that its metrics do not ask for",
      { minReplicas: 1, maxReplicas: 9, wants: 2 },
      300,
      2,
    ],
  ])("%s", async (_title, autoscaler, seconds, expected) => {
    const town = foundTown();
    town.cluster.deploy([database({ kind: "Deployment", autoscaler })]);
    const replicas = () => town.cluster.store.list("deployments")[0]?.spec.replicas;
    await town.clock.advance((seconds - 1) * second);
    expect(replicas()).toBe(3);
    await town.clock.advance(second);
    expect(replicas()).toBe(expected);
  });

  it("is listed with its bounds and its target", async () => {
    const town = await foundShop({ autoscaler: { minReplicas: 2, maxReplicas: 9 } });
    const { autoscaling } = await openTown(town);
    const { items } = await autoscaling.listNamespacedHorizontalPodAutoscaler({ namespace: "shop" });
    expect(items.map(({ spec }) => spec)).toMatchObject([
      { minReplicas: 2, maxReplicas: 9, scaleTargetRef: { kind: "Deployment", name: "ui" } },
    ]);
  });
});

describe("a StatefulSet", () => {
  it("makes its pods in order, each when the one before is Ready", async () => {
    const town = foundTown();
    addReadyNodes(town, "a", "b", "c");
    town.cluster.deploy([database()]);
    await town.clock.advance(5 * second);
    expect(namesOf(town)).toEqual(["db-0"]);
    await town.clock.advance(11 * second);
    expect(namesOf(town)).toEqual(["db-0", "db-1"]);
    await town.clock.advance(minute);
    expect(namesOf(town)).toEqual(["db-0", "db-1", "db-2"]);
    const [set] = town.cluster.store.list("statefulsets");
    expect(set?.status).toMatchObject({ replicas: 3, readyReplicas: 3, updatedReplicas: 3 });
  });

  it("makes them all at once in parallel", () => {
    const town = foundTown();
    town.cluster.deploy([database({ podManagement: "Parallel" })]);
    expect(namesOf(town)).toEqual(["db-0", "db-1", "db-2"]);
  });

  it("gives an evicted pod its name back, with another uid, once the old one is gone", async () => {
    const town = await foundDatabase({ stopsIn: 20 });
    const [first] = podsOf(town);
    const uid = first?.metadata.uid ?? "";
    expect(town.cluster.evict({ namespace: "shop", name: "db-0" }, { uid }).status).toBe(201);
    await town.clock.advance(19 * second);
    expect(podsOf(town)[0]?.metadata.uid).toBe(uid);
    await town.clock.advance(2 * second);
    expect(podsOf(town)[0]?.metadata).toMatchObject({ name: "db-0", uid: expect.not.stringMatching(uid) });
    expect(town.cluster.evict({ namespace: "shop", name: "db-0" }, { uid }).status).toBe(409);
  });

  it("is restarted from the highest number down, one pod at a time", async () => {
    const town = await foundDatabase();
    const { apps } = await openTown(town);
    await apps.patchNamespacedStatefulSet({ namespace: "shop", name: "db", body: restart }, merging);
    const going = podsOf(town).filter(({ metadata }) => metadata.deletionTimestamp);
    expect(going.map(({ metadata }) => metadata.name)).toEqual(["db-2"]);
    await town.clock.advance(2 * minute);
    const [set] = town.cluster.store.list("statefulsets");
    expect(set?.status).toMatchObject({ readyReplicas: 3, updatedReplicas: 3, observedGeneration: 2 });
    expect(set?.status.currentRevision).toBe(set?.status.updateRevision);
  });

  it("is scaled down from the highest number", async () => {
    const town = await foundDatabase();
    town.cluster.store.update("statefulsets", { namespace: "shop", name: "db" }, ({ spec }) => {
      spec.replicas = 1;
    });
    await town.clock.advance(minute);
    expect(namesOf(town)).toEqual(["db-0"]);
  });

  it("counts for a budget that leaves one pod out", async () => {
    const town = await foundDatabase({ budgets: [{ name: "db", maxUnavailable: 1 }] });
    const [budget] = town.cluster.store.list("poddisruptionbudgets");
    expect(budget?.status).toMatchObject({ expectedPods: 3, desiredHealthy: 2, disruptionsAllowed: 1 });
  });
});

describe("the pods of an owner", () => {
  it("are spread over zones before they share one", async () => {
    const town = foundTown();
    for (const [name, zone] of [
      ["a1", "a"],
      ["a2", "a"],
      ["b1", "b"],
      ["c1", "c"],
    ] as const) {
      addNode(town, name, { zone });
      town.cluster.setNodeReady(name, "True");
    }
    town.cluster.deploy([database({ kind: "Deployment" })]);
    await town.clock.advance(minute);
    const nodes = podsOf(town).map(({ spec }) => spec.nodeName);
    expect(nodes.map((name) => name?.[0]).sort()).toEqual(["a", "b", "c"]);
  });

  it("go to the new nodes when an old one is drained", async () => {
    const town = await foundShop();
    addReadyNodes(town, "x", "y", "z");
    town.cluster.changeNode("a", { unschedulable: true });
    for (const pod of podsOf(town)) if (pod.spec.nodeName === "a") town.cluster.evict(nameOf(pod));
    await town.clock.advance(minute);
    const nodes = podsOf(town).map(({ spec }) => spec.nodeName);
    expect(nodes.filter((name) => ["x", "y", "z"].includes(name ?? ""))).toHaveLength(1);
  });
});
