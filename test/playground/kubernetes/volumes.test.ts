import { describe, expect, it } from "vitest";
import type { Workload } from "../../../playground/kubernetes/types.js";
import { addNode, foundTown, podsOf, second, statusOf, type Town } from "./town.js";
import { openTown } from "./wire.js";

const database = (change: Partial<Workload> = {}): Workload => ({
  kind: "StatefulSet",
  namespace: "shop",
  name: "db",
  replicas: 1,
  image: "db:1",
  claims: [{ name: "data", size: "10Gi" }],
  ...change,
});

function addNodes(town: Town, zones: Readonly<Record<string, string>>): void {
  for (const [name, zone] of Object.entries(zones)) {
    addNode(town, name, { zone });
    town.cluster.setNodeReady(name, "True");
  }
}

/** A database on node a1, its volume in zone a. */
async function foundDatabase(change: Partial<Workload> = {}): Promise<Town> {
  const town = foundTown();
  addNodes(town, { a1: "zone-a" });
  town.cluster.deploy([database(change)]);
  await town.clock.advance(60 * second);
  return town;
}

const attachmentsOf = ({ cluster }: Town) =>
  cluster.store.list("volumeattachments").map(({ spec, status, metadata }) => ({
    node: spec.nodeName,
    attached: status.attached,
    going: metadata.deletionTimestamp !== undefined,
  }));

function drain(town: Town, node: string): void {
  town.cluster.changeNode(node, { unschedulable: true });
  for (const pod of town.cluster.podsToEvict(node)) town.cluster.evict(pod);
}

describe("a volume", () => {
  it("is made in the zone where its pod first runs, bound, and attached there", async () => {
    const town = await foundDatabase();
    const { core, storage } = await openTown(town);
    const [claim] = (await core.listNamespacedPersistentVolumeClaim({ namespace: "shop" })).items;
    const [volume] = (await core.listPersistentVolume()).items;
    expect(claim).toMatchObject({ metadata: { name: "data-db-0" }, status: { phase: "Bound" } });
    expect(claim?.spec?.volumeName).toBe(volume?.metadata?.name);
    expect(volume?.spec?.nodeAffinity?.required?.nodeSelectorTerms[0]?.matchExpressions).toEqual([
      { key: "topology.kubernetes.io/zone", operator: "In", values: ["zone-a"] },
    ]);
    const [attachment] = (await storage.listVolumeAttachment()).items;
    expect(attachment).toMatchObject({
      spec: { nodeName: "a1", source: { persistentVolumeName: volume?.metadata?.name } },
      status: { attached: true },
    });
    expect(statusOf(podsOf(town)[0], "Ready")).toBe("True");
  });

  it("keeps its pod in its zone, and the pod says so while there is no room", async () => {
    const town = await foundDatabase();
    addNodes(town, { b1: "zone-b" });
    drain(town, "a1");
    await town.clock.advance(60 * second);
    const [pod] = podsOf(town);
    expect(pod?.status.conditions?.find(({ type }) => type === "PodScheduled")).toMatchObject({
      status: "False",
      message:
        "0/2 nodes are available: 1 node(s) had volume node affinity conflict, 1 node(s) were unschedulable.",
    });
    addNodes(town, { a2: "zone-a" });
    await town.clock.advance(60 * second);
    expect(podsOf(town)[0]?.spec.nodeName).toBe("a2");
    expect(statusOf(podsOf(town)[0], "Ready")).toBe("True");
  });

  it("is detached 6 s after its pod is gone, and its pod starts elsewhere only then", async () => {
    const town = await foundDatabase({ stopsIn: 5, startsIn: 1 });
    addNodes(town, { a2: "zone-a" });
    drain(town, "a1");
    await town.clock.advance(10 * second);
    expect(attachmentsOf(town)).toEqual([{ node: "a1", attached: true, going: true }]);
    expect(podsOf(town)[0]).toMatchObject({ spec: { nodeName: "a2" }, status: { phase: "Pending" } });
    await town.clock.advance(second);
    expect(attachmentsOf(town)).toEqual([{ node: "a2", attached: false, going: false }]);
    await town.clock.advance(4 * second);
    expect(podsOf(town)[0]?.status.phase).toBe("Running");
  });

  it.each([
    ["in 6 s where the node was terminated after the drain", true, 60],
    ["in 6 minutes where the node was terminated under its pod", false, 6 * 60],
  ])("is free again %s", async (_title, drained, seconds) => {
    const town = await foundDatabase();
    addNodes(town, { a2: "zone-a" });
    if (drained) {
      drain(town, "a1");
      await town.clock.advance(6 * second);
    }
    town.cluster.removeNode("a1");
    await town.clock.advance((seconds - 2) * second);
    expect(statusOf(podsOf(town)[0], "Ready") === "True").toBe(drained);
    await town.clock.advance(30 * second);
    expect(statusOf(podsOf(town)[0], "Ready")).toBe("True");
  });

  it("that a Deployment's pods share keeps the next one waiting while the last is on another node", async () => {
    const town = await foundDatabase({ kind: "Deployment", stopsIn: 20 });
    addNodes(town, { a2: "zone-a" });
    drain(town, "a1");
    await town.clock.advance(15 * second);
    const waiting = podsOf(town).find(({ spec }) => spec.nodeName === "a2");
    expect(waiting?.status.phase).toBe("Pending");
    await town.clock.advance(60 * second);
    expect(statusOf(podsOf(town)[0], "Ready")).toBe("True");
  });
});
