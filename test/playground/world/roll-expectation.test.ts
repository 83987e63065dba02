import { describe, expect, it } from "vitest";
import { capacityMissing } from "../../../playground/scenarios/capacity-missing.js";
import { personCordoned } from "../../../playground/scenarios/person-cordoned.js";
import { selfManaged } from "../../../playground/scenarios/self-managed.js";
import type { RollEnd } from "../../../playground/scenarios/types.js";
import { expectation } from "../../../playground/world/expectation.js";
import { resume, terminateByRequest } from "../../../playground/world/scaling-requests.js";
import { type Flaws, latestImage, rollByHand } from "./own-roll.js";
import { type OwnStage, ownStage, ownWorkshop } from "./stage.js";

const at = { cluster: "eks-workshop", nodeGroup: "workers" } as const;
const stopped: RollEnd = { ...at, end: "stopped" };
const asked = (left: "all" | "some"): RollEnd => ({ ...at, end: "asked", image: latestImage, left });

describe("a roll has come to its end", () => {
  it.each<[string, Flaws, string]>([
    ["undrained nodes", { undrained: true }, "is terminated with pods on it"],
    ["a surge that was kept", { keepsSurge: true }, "AZRebalance is still suspended"],
    ["a suspended process", { keepsSuspended: true }, "AZRebalance is still suspended"],
    ["a tag", { keepsTag: true }, "workers still has the tag eks-upgrade-bot:run"],
  ])("not with %s", async (_sentence, flaws, why) => {
    const stage = await ownStage();
    await rollByHand(stage, flaws);
    expect(expectation(stage.world)).toEqual({ met: false, why: expect.stringContaining(why) });
  });

  it.each<[string, (stage: OwnStage, node: string) => unknown, string]>([
    [
      "a taint",
      ({ cluster }, name) =>
        cluster.kubernetes.store.update("nodes", { name }, ({ spec }) => {
          spec.taints = [{ key: "eks.amazonaws.com/nodegroup", effect: "NoSchedule" }];
        }),
      "still has the taint",
    ],
    [
      "a label",
      ({ cluster }, name) =>
        cluster.kubernetes.changeNode(name, {
          labels: { "node.kubernetes.io/exclude-from-external-load-balancers": "true" },
        }),
      "still has the label",
    ],
    [
      "an annotation",
      ({ cluster }, name) =>
        cluster.kubernetes.store.update("nodes", { name }, ({ metadata }) => {
          metadata.annotations = { "eks-upgrade-bot/marks": "calm-heron-42 keep" };
        }),
      "still has the annotation",
    ],
    [
      "a cordon",
      ({ cluster }, name) => cluster.kubernetes.changeNode(name, { unschedulable: true }),
      "is still cordoned",
    ],
    [
      "another max",
      ({ scaling }) => Object.assign(scaling, { max: 9 }),
      "left at min 3, desired 6, max 9, wanted min 3, desired 6, max 8",
    ],
    [
      "a node more than is wanted",
      ({ scaling: { wanted } }) => Object.assign(wanted, { desired: 5 }),
      "left at min 3, desired 6, max 8, wanted min 3, desired 5, max 8",
    ],
    [
      "more than may be meant",
      ({ scaling: { wanted } }) => Object.assign(wanted, { desired: 3, takenOfSurplus: 2 }),
      "wanted min 3, desired 3 to 5, max 8",
    ],
    [
      "less than may be meant",
      ({ scaling: { wanted } }) => Object.assign(wanted, { desired: 7, takenOfSurplus: 2 }),
      "wanted min 3, desired 7 to 9, max 8",
    ],
    [
      "another template",
      ({ scaling }) => Object.assign(scaling, { launchTemplateVersion: 1 }),
      "new instances would run",
    ],
  ])("not with %s left behind", async (_sentence, leave, why) => {
    const stage = await ownStage();
    await rollByHand(stage);
    expect(expectation(stage.world).met).toBe(true);
    leave(stage, stage.members()[0]?.nodeName ?? "");
    expect(expectation(stage.world)).toEqual({ met: false, why: expect.stringContaining(why) });
  });

  it("with any size that may be meant, where nodes were taken that nobody can say whose they were", async () => {
    const stage = await ownStage();
    await rollByHand(stage);
    const { wanted } = stage.scaling;
    Object.assign(wanted, { desired: 4, takenOfSurplus: 3 });
    expect(expectation(stage.world).met).toBe(true);
    Object.assign(wanted, { desired: 6 });
    expect(expectation(stage.world).met).toBe(true);
  });

  it("not with a process resumed that somebody else had suspended", async () => {
    const stage = await ownStage(ownWorkshop({ group: { suspended: ["AZRebalance"] } }));
    await rollByHand(stage);
    expect(expectation(stage.world).met).toBe(true);
    resume(stage.world, stage.scaling, ["AZRebalance"]);
    expect(expectation(stage.world).why).toBe("AZRebalance was suspended by somebody else, and is resumed");
  });

  it("not with a person's cordon undone", async () => {
    const stage = await ownStage(personCordoned);
    await rollByHand(stage, { uncordons: true });
    expect(expectation(stage.world).why).toMatch(/^the person's cordon of .* is gone$/);
  });

  it("not in a world without the group", async () => {
    const { world } = await ownStage();
    expect(expectation(world, { ...stopped, nodeGroup: "others" }).why).toBe(
      "there is no Auto Scaling group others",
    );
  });
});

describe("a roll was stopped", () => {
  it("where it has left nothing but new nodes, and what it would launch is as before", async () => {
    const stage = await ownStage();
    expect(expectation(stage.world, stopped).met).toBe(true);
    await rollByHand(stage);
    expect(expectation(stage.world, stopped).why).toBe(`new instances would run ${latestImage}`);
    stage.scaling.launchTemplateVersion = 3;
    expect(expectation(stage.world, stopped).met).toBe(true);
  });

  it("not in the middle", async () => {
    const stage = await ownStage();
    await rollByHand(stage, { stopsAfterScaleUp: true });
    expect(expectation(stage.world, stopped).met).toBe(false);
  });
});

describe("a roll waits for a person", () => {
  it("with all old nodes there, or some", async () => {
    const stage = await ownStage(capacityMissing);
    expect(expectation(stage.world).why).toBe("no new node is Ready");
    await rollByHand(stage, { stopsAfterScaleUp: true });
    expect(expectation(stage.world).met).toBe(true);
    expect(expectation(stage.world, asked("some")).met).toBe(true);
  });

  it("not where old nodes are gone that should all be there, or none is left", async () => {
    const stage = await ownStage(selfManaged);
    await rollByHand(stage);
    expect(expectation(stage.world, asked("some")).why).toBe("no old node is left");
  });

  it("not once an old node was taken undrained", async () => {
    const stage = await ownStage();
    await rollByHand(stage, { stopsAfterScaleUp: true });
    expect(expectation(stage.world, asked("all")).met).toBe(true);
    terminateByRequest(stage.world, [stage.members()[0]?.id ?? ""], false);
    await stage.clock.advance(60_000);
    expect(expectation(stage.world, asked("all")).why).toContain("is terminated with pods on it");
  });
});
