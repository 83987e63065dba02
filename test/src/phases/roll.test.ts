import { expect, it } from "vitest";
import { selfManaged } from "../../../playground/scenarios/self-managed.js";
import { expectation } from "../../../playground/world/expectation.js";
import { approved } from "../../faults/carried.js";
import { undrained, workers } from "./rolls.js";

it("rolls six workers, and leaves nothing of ours behind", async () => {
  const carried = await approved(selfManaged, workers);
  await carried.untilOver();
  expect(carried.run).toMatchObject({ state: "succeeded" });
  expect(expectation(carried.world)).toMatchObject({ met: true });
  expect(undrained(carried)).toEqual([]);
}, 60_000);
