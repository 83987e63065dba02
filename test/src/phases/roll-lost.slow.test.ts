import { expect, it } from "vitest";
import { selfManaged } from "../../../playground/scenarios/self-managed.js";
import type { RollEnd } from "../../../playground/scenarios/types.js";
import { expectation } from "../../../playground/world/expectation.js";
import { cancel } from "../../../src/core/decide-control.js";
import { runTag } from "../../../src/core/roll/seen.js";
import type { Run } from "../../../src/core/run.js";
import { approved, type Carried } from "../../faults/carried.js";

const workers = { kind: "self-managed node group", nodeGroup: "workers" } as const;
const rolled = selfManaged.expected as RollEnd;
const stopped = { ...rolled, end: "stopped" } as RollEnd;

const group = ({ world }: Carried) => world.autoScalingGroups.get("workers");
const isTagged = (carried: Carried) => group(carried)?.tags.has(runTag) === true;
const isRaised = (carried: Carried) => (group(carried)?.desired ?? 0) > 6;

/** The store fails over to a replica that never heard of what was saved since `from`. */
async function loses(from: (carried: Carried) => boolean, until: (carried: Carried) => boolean) {
  const carried = await approved(selfManaged, workers);
  await carried.until(() => from(carried));
  const saved: Run = carried.run;
  await carried.until(() => until(carried));
  carried.person(() => ({ ok: true, run: saved, facts: [] }));
  return carried;
}

it.each<[string, from: (carried: Carried) => boolean]>([
  ["everything of it", () => true],
  ["all receipts but the first", isTagged],
])(
  "a roll whose record lost %s goes on, and gives back what it had added",
  async (_, from) => {
    const carried = await loses(from, isRaised);
    await carried.untilOver();
    expect(carried.run).toMatchObject({ state: "succeeded" });
    expect(expectation(carried.world, rolled)).toMatchObject({ met: true });
  },
  60_000,
);

it("one that is called off then puts back what its record knows nothing of", async () => {
  const carried = await loses(isTagged, isRaised);
  carried.person((run, at) => cancel(run, "U0OPERATOR", at));
  await carried.untilOver();
  expect(carried.run).toMatchObject({ state: "cancelled" });
  expect(expectation(carried.world, stopped)).toMatchObject({ met: true });
}, 60_000);
