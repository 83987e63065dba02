import { describe, expect, it } from "vitest";
import { scenarios } from "../../../playground/scenarios/index.js";
import { selfManaged } from "../../../playground/scenarios/self-managed.js";
import { expectation, inWords } from "../../../playground/world/expectation.js";
import { type Flaws, rollByHand } from "../world/own-roll.js";
import { minute, ownStage } from "../world/stage.js";

const ending = (end: string) =>
  scenarios
    .filter(({ expected }) => expected.end === end)
    .map((scenario) => [scenario.name, scenario] as const);

describe.each(ending("rolled"))("scenario %s, rolled by hand", (_name, scenario) => {
  it.each([scenario.seed, 11])("comes to its expected end, and stays there (seed %i)", async (seed) => {
    const staged = await ownStage({ ...scenario, seed });
    const { world, clock } = staged;
    expect(expectation(world).met).toBe(false);
    await rollByHand(staged);
    await clock.advance(minute);
    expect(expectation(world)).toEqual({ met: true, why: inWords(scenario.expected) });
    await clock.advance(30 * minute);
    expect(expectation(world)).toEqual({ met: true, why: inWords(scenario.expected) });
  });
});

describe("a roll by hand is not taken for done", () => {
  it.each<[string, Flaws]>([
    ["terminates nodes undrained", { undrained: true }],
    ["keeps its surge", { keepsSurge: true }],
    ["leaves a process suspended", { keepsSuspended: true }],
    ["leaves a tag", { keepsTag: true }],
    ["stops in the middle", { stopsAfterScaleUp: true }],
  ])("where it %s", async (_sentence, flaws) => {
    const staged = await ownStage(selfManaged);
    await rollByHand(staged, flaws);
    await staged.clock.advance(minute);
    expect(expectation(staged.world).met).toBe(false);
  });
});
