import { expect, it } from "vitest";
import { selfManaged } from "../../../playground/scenarios/self-managed.js";
import { selfManagedTwoBudgets } from "../../../playground/scenarios/self-managed-two-budgets.js";
import { expectation } from "../../../playground/world/expectation.js";
import { cancel } from "../../../src/core/decide-control.js";
import { approved } from "../../faults/carried.js";
import { blockers, undrained, workers } from "./rolls.js";

it("rolls six workers, and leaves nothing of ours behind", async () => {
  const carried = await approved(selfManaged, workers);
  await carried.untilOver();
  expect(carried.run).toMatchObject({ state: "succeeded" });
  expect(expectation(carried.world)).toMatchObject({ met: true });
  expect(undrained(carried)).toEqual([]);
}, 60_000);

it("asks within seconds where two budgets select a pod", async () => {
  const carried = await approved(selfManagedTwoBudgets, workers);
  await carried.until(() => blockers(carried).some(({ told }) => told));
  const draining = carried.events.filter(({ type }) => type === "NodeDraining").at(-1);
  expect(carried.clock.now() - (draining?.at ?? 0)).toBeLessThan(60_000);
}, 60_000);

it("called off in the middle of a drain, puts all back", async () => {
  const carried = await approved(selfManaged, workers);
  await carried.until(() => carried.events.some(({ type }) => type === "NodeDraining"));
  carried.person((run, at) => cancel(run, "U0OPERATOR", at));
  await carried.untilOver();
  expect(carried.run).toMatchObject({ state: "cancelled", cancelledBy: "U0OPERATOR" });
  const { cluster, nodeGroup } = selfManaged.expected;
  expect(expectation(carried.world, { end: "stopped", cluster, nodeGroup })).toMatchObject({ met: true });
}, 60_000);
