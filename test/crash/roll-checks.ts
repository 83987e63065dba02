import { expect } from "vitest";
import { expectation } from "../../playground/world/expectation.js";
import type { Carried } from "../faults/carried.js";
import type { RollStory } from "./roll-stories.js";

/** What must be true at the end of every roll, however often its process died. */
export function expectRightRoll(
  { end, scenario, raises = scenario.acts?.length ?? 0, again = 0, taken = 0 }: RollStory,
  carried: Carried,
): void {
  const { world, run } = carried;
  const state = end.end === "rolled" ? "succeeded" : "cancelled";
  expect(run, JSON.stringify(run.failure ?? run.trouble ?? {})).toMatchObject({ state });
  const { met, why } = expectation(world, end);
  expect(met, why).toBe(true);
  expect(run.steps[0]?.roll?.intents).toEqual([]);
  const open = run.steps[0]?.roll?.ledger.filter(
    ({ kind, undone }) => undone === undefined && kind !== "template version",
  );
  const kept = end.end === "rolled" ? ["group template"] : [];
  expect(
    open?.map(({ kind }) => kind),
    "receipts that were not replayed",
  ).toEqual(kept);
  expectOnce(carried, end.nodeGroup, { raises, again, taken });
}

/** Nothing was done twice that must be done once. */
function expectOnce(
  { world, events, run }: Carried,
  group: string,
  { raises, again, taken }: Required<Pick<RollStory, "raises" | "again" | "taken">>,
): void {
  const [template] = [...world.launchTemplates.values()].filter(({ name }) => name === group);
  const before = world.scenario.clusters[0]?.selfManaged?.[0]?.template.versions.length ?? 0;
  expect(template?.versions.length, "launch template versions").toBe(before + 1);

  const launched = world.history.filter(({ type }) => type === "launch").length;
  const image = run.plan.steps[0]?.to.image;
  const oldGone = [...world.instances.values()].filter(
    (each) => each.image !== image && each.lifecycle === "gone",
  ).length;
  const surge = run.plan.steps[0]?.surge ?? 0;
  expect(launched, "instances launched").toBe(surge + again + oldGone + 3 * raises);

  const desired = sizesOf(world.history.filter(({ type }) => type === "sizes").map(({ what }) => what));
  const moves = desired.map((value, index) => value - (desired[index - 1] ?? 6)).filter((by) => by !== 0);
  expect(
    moves.filter((by) => by > 0),
    "desired raised",
  ).toHaveLength(1 + raises + (again > 0 ? 1 : 0));
  expect(
    moves.filter((by) => by < 0),
    "desired lowered",
  ).toEqual(Array(surge + again + taken).fill(-1));

  const gone = events.flatMap((event) => (event.type === "NodeGone" ? event.node : []));
  expect(gone.toSorted(), "nodes told to be gone, each once").toEqual([...new Set(gone)].toSorted());
}

function sizesOf(told: readonly string[]): number[] {
  return told.map((what) => Number(/desired (\d+)/.exec(what)?.[1]));
}
