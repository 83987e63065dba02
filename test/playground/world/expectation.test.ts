import { describe, expect, it } from "vitest";
import { pdbBlocks } from "../../../playground/scenarios/pdb-blocks.js";
import type { ExpectedEnd } from "../../../playground/scenarios/types.js";
import { expectation } from "../../../playground/world/expectation.js";
import { stage, workshop } from "./stage.js";

describe("whether the expected end is reached", () => {
  it("not before anything happened", async () => {
    const { world } = await stage();
    expect(expectation(world)).toEqual({ met: false, why: "0 updates were started instead of 1" });
  });

  it("not while the update runs", async () => {
    const { world, start } = await stage();
    start();
    expect(expectation(world)).toEqual({ met: false, why: "the update is InProgress" });
  });

  it("not when it failed", async () => {
    const { world, start, until } = await stage();
    world.launchFault = () => ({ kind: "never joins" });
    const update = start();
    await until(() => update.status !== "InProgress");
    expect(expectation(world)).toEqual({ met: false, why: "the update is Failed" });
  });

  it("not with another release", async () => {
    const { world, start, until } = await stage();
    const update = start({ version: "1.34", releaseVersion: "1.34.6-20260415" });
    await until(() => update.status !== "InProgress");
    expect(expectation(world)).toEqual({ met: false, why: "the node group is on 1.34.6-20260415" });
  });

  it("not after a second update", async () => {
    const { world, start, until } = await stage();
    for (let count = 0; count < 2; count++) {
      const update = start();
      await until(() => update.status !== "InProgress");
    }
    expect(expectation(world)).toEqual({ met: false, why: "2 updates were started instead of 1" });
  });

  it("not where the Auto Scaling group was left larger", async () => {
    const { world, start, until, scaling } = await stage();
    const update = start();
    await until(() => update.status !== "InProgress");
    scaling.max = 9;
    expect(expectation(world)).toEqual({
      met: false,
      why: "the Auto Scaling group was left at desired 3, max 9",
    });
  });

  it("not in a world without the node group", async () => {
    const { world } = await stage();
    const elsewhere = { ...world.scenario.expected, nodeGroup: "gpu" };
    expect(expectation(world, elsewhere)).toEqual({ met: false, why: "there is no eks-workshop/gpu" });
  });
});

describe("whether an expected failure is reached", () => {
  const { expected } = pdbBlocks;
  const failed = expected.end === "failed" ? expected : undefined;
  const left = failed?.left;

  it("not while the update runs", async () => {
    const { world, start } = await stage(pdbBlocks);
    start();
    expect(expectation(world)).toEqual({ met: false, why: "the update is InProgress" });
  });

  it("not when it succeeded", async () => {
    const { world, start, until } = await stage({ ...pdbBlocks, clusters: workshop({}).clusters });
    const update = start();
    await until(() => update.status !== "InProgress");
    expect(expectation(world)).toEqual({ met: false, why: "the update is Successful" });
  });

  it.each<[string, object, string]>([
    ["with another reason", { reason: "NodeCreationFailure" }, "the update failed with PodEvictionFailure"],
    ["on another release", { release: "1.34.6-20260415" }, "the node group is on 1.34.4-20260224"],
    [
      "with other nodes left",
      { left: { ...left, oldNodes: 2, unschedulable: 2 } },
      "the update left the node group ACTIVE: 3 new nodes Ready, 3 old ones, 3 of them unschedulable",
    ],
    [
      "with another status",
      { left: { ...left, status: "DEGRADED" } },
      "the update left the node group ACTIVE: 3 new nodes Ready, 3 old ones, 3 of them unschedulable",
    ],
  ])("not %s", async (_sentence, changes, why) => {
    const { world, start, until } = await stage({
      ...pdbBlocks,
      expected: { ...expected, ...changes } as ExpectedEnd,
    });
    const update = start();
    await until(() => update.status !== "InProgress");
    expect(expectation(world)).toEqual({ met: false, why });
  });

  it("not when somebody uncordoned a node since", async () => {
    const { world, start, until, cluster } = await stage(pdbBlocks);
    const update = start();
    await until(() => update.status !== "InProgress");
    const cordoned = cluster.kubernetes.store.list("nodes").find(({ spec }) => spec.unschedulable);
    cluster.kubernetes.changeNode(cordoned?.metadata.name ?? "", { unschedulable: false });
    expect(expectation(world).why).toContain("2 of them unschedulable");
  });
});
