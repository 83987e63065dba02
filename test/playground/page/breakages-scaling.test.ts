import { describe, expect, it } from "vitest";
import { blockedDrain } from "../../../playground/page/breakages.js";
import { cordonedNode, missingCapacity, raisedDesired } from "../../../playground/page/breakages-scaling.js";
import { capacityMissing } from "../../../playground/scenarios/capacity-missing.js";
import { resize } from "../../../playground/world/scaling-requests.js";
import { rollByHand } from "../world/own-roll.js";
import { ownStage, ownWorkshop } from "../world/stage.js";

describe("raise desired", () => {
  it.each([
    ["within its max", { min: 3, max: 10, desired: 6 }, { min: 3, max: 10, desired: 9 }, "6 to 9."],
    [
      "with its max, where that is too low",
      { min: 3, max: 8, desired: 6 },
      { min: 3, max: 9, desired: 9 },
      "6 to 9, and max from 8 to 9.",
    ],
  ])("moves it %s: its people want that from then on", async (_sentence, sizes, after, told) => {
    const { world, scaling, changes } = await ownStage(ownWorkshop({ group: { sizes } }));
    await raisedDesired(world).set(true);
    expect(scaling).toMatchObject(after);
    expect(scaling.wanted).toMatchObject(after);
    expect(changes("act")[0]?.what).toBe(`Somebody raises desired of workers from ${told}`);
  });
});

describe("take capacity away", () => {
  it("fails launches in one zone until it is brought back", async () => {
    const { world, scaling, until, changes, members } = await ownStage();
    const breakage = missingCapacity(world);
    await breakage.set(true);
    expect(breakage.shown()).toMatchObject({ on: true, label: "Bring capacity back to us-west-2c" });
    resize(world, scaling, { max: 12, desired: 12 });
    await until(() => members().length === 12);
    const inZone = () => members().filter(({ subnet }) => subnet.zone === "us-west-2c").length;
    expect(inZone()).toBe(2);
    await breakage.set(false);
    expect(breakage.shown()).toMatchObject({ on: false, label: "No capacity in us-west-2c" });
    resize(world, scaling, { max: 15, desired: 15 });
    await until(() => members().length === 15);
    expect(inZone()).toBeGreaterThan(2);
    expect(changes("act").map(({ what }) => what)).toEqual([
      "us-west-2c has no capacity left.",
      "us-west-2c has capacity again.",
    ]);
  });

  it("is on from the start where the story says so", async () => {
    const { world } = await ownStage(capacityMissing);
    expect(missingCapacity(world).shown().on).toBe(true);
  });
});

describe("cordon a node", () => {
  it("cordons the newest one as a person, and takes that back", async () => {
    const { world, members, cluster } = await ownStage();
    const breakage = cordonedNode(world);
    await breakage.set(true);
    const cordoned = members().filter(({ marks }) => marks.cordoned);
    expect(cordoned).toHaveLength(1);
    const node = () => cluster.kubernetes.store.get("nodes", { name: cordoned[0]?.nodeName ?? "" });
    expect([breakage.shown().on, node()?.spec.unschedulable]).toEqual([true, true]);
    await breakage.set(false);
    expect([breakage.shown().label, node()?.spec.unschedulable ?? false]).toEqual(["Cordon a node", false]);
    expect(members().some(({ marks }) => marks.cordoned)).toBe(false);
  });
});

describe("block the drain of a self-managed group", () => {
  it("picks a budget whose pods are on old nodes, by what the group launches now", async () => {
    const here = await ownStage();
    await rollByHand(here);
    await expect(blockedDrain(here.world).set(true)).rejects.toThrow("there is no drain to block");
  });
});
