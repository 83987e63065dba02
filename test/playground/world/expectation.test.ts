import { describe, expect, it } from "vitest";
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
    const { world } = await stage(
      workshop({
        scenario: {
          expected: {
            end: "done",
            cluster: "eks-workshop",
            nodeGroup: "gpu",
            release: "",
            nodes: 1,
            updates: 1,
          },
        },
      }),
    );
    expect(expectation(world)).toEqual({ met: false, why: "there is no eks-workshop/gpu" });
  });
});
