import { describe, expect, it } from "vitest";
import { scenarios } from "../../../playground/scenarios/index.js";
import { expectation, inWords } from "../../../playground/world/expectation.js";
import { minute, stage } from "../world/stage.js";

/** EKS updates these; a self-managed group is rolled by the bot alone. */
const managed = scenarios.filter(({ expected: { end } }) => end === "done" || end === "failed");

describe.each(managed.map((scenario) => [scenario.name, scenario] as const))(
  "scenario %s, its update requested from EKS itself",
  (_name, scenario) => {
    it("comes to its expected end, and stays there", async () => {
      const { world, clock, start, until } = await stage(scenario);
      const update = start();
      await until(() => update.status !== "InProgress");
      expect(expectation(world)).toEqual({ met: true, why: inWords(scenario.expected) });
      await clock.advance(30 * minute);
      expect(expectation(world)).toEqual({ met: true, why: inWords(scenario.expected) });
    });

    it.each([11, 12, 13])("comes to it with seed %i too", async (seed) => {
      const { world, start, until } = await stage({ ...scenario, seed });
      const update = start();
      await until(() => update.status !== "InProgress");
      expect(expectation(world)).toEqual({ met: true, why: inWords(scenario.expected) });
    });
  },
);
