import { describe, expect, it } from "vitest";
import { autoscalerInterferes } from "../../../playground/scenarios/autoscaler-interferes.js";
import { azRebalance } from "../../../playground/scenarios/az-rebalance.js";
import type { Deed } from "../../../playground/scenarios/types.js";
import { perform } from "../../../playground/world/acts.js";
import { terminateByRequest } from "../../../playground/world/scaling-requests.js";
import { minute, type OwnStage, ownStage } from "./stage.js";

const group = "workers";
const sizes = ({ min, max, desired }: { min: number; max: number; desired: number }) => [min, max, desired];

describe("what somebody does to an Auto Scaling group is theirs", () => {
  it.each<[string, Deed, number[]]>([
    ["raises desired", { kind: "desired", group, by: 2 }, [3, 8, 8]],
    ["raises desired beyond max: as far as it goes", { kind: "desired", group, by: 3 }, [3, 8, 8]],
    ["lowers desired", { kind: "desired", group, by: -1 }, [3, 8, 5]],
    ["raises max", { kind: "max", group, by: 2 }, [3, 10, 6]],
  ])("somebody %s", async (_sentence, deed, expected) => {
    const { world, cluster, scaling } = await ownStage();
    perform(world, cluster, deed);
    expect([sizes(scaling), sizes(scaling.wanted)]).toEqual([expected, expected]);
  });

  it("what the bot adds on top is not", async () => {
    const { world, cluster, scaling } = await ownStage();
    Object.assign(scaling, { max: 14, desired: 12 });
    perform(world, cluster, { kind: "desired", group, by: 2 });
    expect([sizes(scaling), sizes(scaling.wanted)]).toEqual([
      [3, 14, 14],
      [3, 8, 8],
    ]);
  });

  it("somebody suspends a process, and resumes it", async () => {
    const { world, cluster, scaling } = await ownStage();
    perform(world, cluster, { kind: "suspend", group, process: "Launch" });
    expect([[...scaling.suspended], [...scaling.wanted.suspended]]).toEqual([["Launch"], ["Launch"]]);
    perform(world, cluster, { kind: "resume", group, process: "Launch" });
    expect([scaling.suspended.size, scaling.wanted.suspended.size]).toEqual([0, 0]);
  });

  it.each(["oldest", "newest"] as const)("somebody cordons the %s node", async (node) => {
    const { world, cluster, members } = await ownStage();
    perform(world, cluster, { kind: "cordon", group, node });
    const which = node === "oldest" ? members()[0] : members().at(-1);
    const { store } = cluster.kubernetes;
    const cordoned = store.list("nodes").filter(({ spec }) => spec.unschedulable);
    expect(cordoned.map(({ metadata }) => metadata.name)).toEqual([which?.nodeName]);
    expect(which?.marks.cordoned).toBe(true);
  });
});

describe("in the middle of a roll", () => {
  const begin = (stage: OwnStage) => terminateByRequest(stage.world, [stage.members()[0]?.id ?? ""], false);

  it("somebody raises desired by three", async () => {
    const stage = await ownStage(autoscalerInterferes);
    begin(stage);
    await stage.until(() => stage.changes("act").length > 0);
    expect([stage.scaling.desired, stage.scaling.wanted.desired]).toEqual([9, 9]);
  });

  it("capacity returns: zones that were left out are made even, undrained, where AZRebalance may", async () => {
    const stage = await ownStage(azRebalance);
    begin(stage);
    await stage.clock.advance(20 * minute);
    const zones = new Set(stage.members().map(({ subnet }) => subnet.zone));
    expect(zones.size).toBe(3);
    expect(stage.changes("rebalance").length).toBeGreaterThan(0);
  });
});
