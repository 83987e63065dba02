import { describe, expect, it } from "vitest";
import { selfManaged } from "../../../playground/scenarios/self-managed.js";
import { expectation } from "../../../playground/world/expectation.js";
import { retry } from "../../../src/core/decide.js";
import { hour, type Milliseconds, minute } from "../../../src/core/instant.js";
import { runTag } from "../../../src/core/roll/seen.js";
import { approved, type Carried } from "../../faults/carried.js";
import { undrained, workers } from "./rolls.js";

it("rolls six workers, and leaves nothing of ours behind", async () => {
  const carried = await approved(selfManaged, workers);
  await carried.untilOver();
  expect(carried.run).toMatchObject({ state: "succeeded" });
  expect(expectation(carried.world)).toMatchObject({ met: true });
  expect(undrained(carried)).toEqual([]);
}, 60_000);

const group = ({ world }: Carried) => {
  const found = world.autoScalingGroups.get("workers");
  if (!found) throw new Error("There are no workers.");
  return found;
};
const isTagged = (carried: Carried) => group(carried).tags.has(runTag);
const isRaised = (carried: Carried) => group(carried).desired > 6;

/** As workers find it again after so long: it was looked at, and nothing was intended yet. */
async function heldUp(long: Milliseconds, meanwhile: (carried: Carried) => unknown = () => {}) {
  const carried = await approved(selfManaged, workers);
  await carried.until(() => carried.run.steps[0]?.roll !== undefined);
  meanwhile(carried);
  await carried.clock.advance(long);
  return carried;
}

describe("a roll that was held up before its first write", () => {
  it.each<[string, string, Milliseconds, ((carried: Carried) => unknown)?]>([
    ["for longer than its approval lasts", "ApprovalTooOld", 25 * hour],
    [
      "until its group cannot be rolled",
      "ProcessSuspended",
      10 * minute,
      (carried) => group(carried).suspended.add("Terminate"),
    ],
    [
      "until its group is another run's",
      "ChangedByAnotherRun",
      10 * minute,
      (carried) => group(carried).tags.set(runTag, { value: "wise-owl-1", propagate: false }),
    ],
  ])("%s is given up: %s", async (_, code, long, meanwhile) => {
    const carried = await heldUp(long, meanwhile);
    await carried.untilOver();
    expect(carried.run).toMatchObject({
      state: "failed",
      failure: { code, next: expect.stringMatching(/^Nothing was changed\. /) },
    });
    expect(carried.run.steps[0]?.phases.setup.state).toBe("failed");
    expect(carried.calls("CreateOrUpdateTags")).toEqual([]);
  });

  it("goes on where all is as it was", async () => {
    const carried = await heldUp(10 * minute);
    await carried.until(() => isTagged(carried));
  });
});

/** It failed once its group was raised, and is tried once more; workers come to it after so long. */
async function triedAgain(long: Milliseconds) {
  const carried = await approved(selfManaged, workers);
  await carried.until(() => isRaised(carried));
  carried.person((run) => {
    const again = retry({ ...run, state: "failed" }, "U0OPERATOR", 1);
    return again ? { ok: true, ...again } : { ok: false, refusal: "stale" };
  });
  await carried.clock.advance(long);
  return carried;
}

describe("a roll that is tried again", () => {
  it("goes on from where it was, while it is approved", async () => {
    const carried = await triedAgain(hour);
    await carried.until(() => carried.run.steps[0]?.roll?.intendedAt !== undefined);
  });

  it("is given up where it was held up for longer than its approval lasts", async () => {
    const carried = await triedAgain(25 * hour);
    const before = carried.events.length;
    await carried.untilOver();
    expect(carried.run).toMatchObject({
      state: "failed",
      failure: { code: "ApprovalTooOld", next: expect.stringMatching(/^Nothing more was changed\. /) },
    });
    expect(carried.events.slice(before).map(({ type }) => type)).toEqual(["RunFailed"]);
  });
});
