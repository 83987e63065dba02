import { describe, expect, it } from "vitest";
import { setSizes } from "../../../playground/world/auto-scaling.js";
import type { Instance } from "../../../playground/world/state.js";
import { minute, type OwnStage, ownStage, ownWorkshop } from "./stage.js";

const appetite = ownWorkshop({ cluster: { clusterAutoscaler: true } });

/** Two new nodes that nothing was scheduled to. */
async function withEmptyNodes(): Promise<{ stage: OwnStage; fresh: readonly Instance[] }> {
  const stage = await ownStage(appetite);
  setSizes(stage.world, stage.scaling, { max: 8, desired: 8 });
  Object.assign(stage.scaling.wanted, { desired: 8 });
  await stage.until(() => stage.members().filter(({ node }) => node === "ready").length === 8);
  return { stage, fresh: stage.members().slice(6) };
}

function keep({ cluster }: OwnStage, { nodeName }: Instance): void {
  cluster.kubernetes.store.update("nodes", { name: nodeName }, ({ metadata }) => {
    metadata.annotations = { "cluster-autoscaler.kubernetes.io/scale-down-disabled": "true" };
  });
}

describe("Cluster Autoscaler", () => {
  it("takes away nodes that were empty for ten minutes, and no sooner", async () => {
    const { stage } = await withEmptyNodes();
    await stage.clock.advance(9 * minute);
    expect(stage.scaling.desired).toBe(8);
    await stage.until(() => stage.members().length === 6);
    expect([stage.scaling.desired, stage.scaling.wanted.desired]).toEqual([6, 6]);
    expect(stage.scaling.wanted.takenOfSurplus).toBe(0);
    expect(stage.changes("undrained")).toEqual([]);
  });

  it.each<[string, number, number, number]>([
    ["they count either way", 8, 4, 2],
    ["down to min", 12, 3, 3],
  ])(
    "takes nodes that somebody put on top of what is wanted: %s",
    async (_, raised, desired, takenOfSurplus) => {
      const stage = await ownStage(appetite);
      setSizes(stage.world, stage.scaling, { max: 12, desired: raised });
      await stage.until(() => stage.members().length === raised);
      await stage.until(() => stage.members().length === 6);
      expect(stage.scaling.wanted).toMatchObject({ desired, takenOfSurplus });
    },
  );

  it("leaves a node that an annotation keeps", async () => {
    const { stage, fresh } = await withEmptyNodes();
    for (const instance of fresh) keep(stage, instance);
    await stage.clock.advance(30 * minute);
    expect(stage.scaling.desired).toBe(8);
  });

  it("never goes below the group's min", async () => {
    const { stage } = await withEmptyNodes();
    stage.scaling.min = 7;
    await stage.clock.advance(30 * minute);
    expect(stage.scaling.desired).toBe(7);
  });

  it("leaves everything alone in a cluster without it", async () => {
    const stage = await ownStage();
    setSizes(stage.world, stage.scaling, { max: 8, desired: 8 });
    await stage.clock.advance(30 * minute);
    expect(stage.scaling.desired).toBe(8);
  });

  it("adds a node at a time while a pod has no place, up to max", async () => {
    const stage = await ownStage(appetite);
    for (const { nodeName } of stage.members())
      stage.cluster.kubernetes.changeNode(nodeName, { unschedulable: true });
    stage.cluster.kubernetes.store.update("deployments", { namespace: "ui", name: "ui" }, ({ spec }) => {
      spec.replicas = 4;
    });
    await stage.until(() => stage.scaling.desired === 7);
    await stage.until(() => stage.members().every(({ node }) => node === "ready"));
    await stage.clock.advance(minute);
    expect([stage.scaling.desired, stage.scaling.wanted.desired]).toEqual([7, 7]);
  });
});
