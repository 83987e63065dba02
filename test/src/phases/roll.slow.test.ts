import { describe, expect, it } from "vitest";
import { autoscalerInterferes } from "../../../playground/scenarios/autoscaler-interferes.js";
import { azRebalance } from "../../../playground/scenarios/az-rebalance.js";
import { capacityMissing } from "../../../playground/scenarios/capacity-missing.js";
import { crashLooping } from "../../../playground/scenarios/crash-looping.js";
import { personCordoned } from "../../../playground/scenarios/person-cordoned.js";
import { selfManaged } from "../../../playground/scenarios/self-managed.js";
import { selfManagedTwoBudgets } from "../../../playground/scenarios/self-managed-two-budgets.js";
import type { RollEnd } from "../../../playground/scenarios/types.js";
import { expectation } from "../../../playground/world/expectation.js";
import { answer, confirmForce } from "../../../src/core/decide-answer.js";
import { cancel } from "../../../src/core/decide-control.js";
import { isLeftover } from "../../../src/core/decide-repair.js";
import type { Choice } from "../../../src/core/run.js";
import { approved, type Carried } from "../../faults/carried.js";
import { blockers, undrained, workers } from "./rolls.js";

describe("a roll that nothing stops", () => {
  it.each([selfManaged, autoscalerInterferes, azRebalance, personCordoned])(
    "$name: every worker is new, and nothing of ours is left",
    async (scenario) => {
      const carried = await approved(scenario, workers);
      await carried.untilOver();
      expect(carried.run).toMatchObject({ state: "succeeded" });
      expect(expectation(carried.world)).toMatchObject({ met: true });
      expect(undrained(carried)).toEqual([]);
    },
    60_000,
  );
});

/** One person after the other. */
function say(carried: Carried, about: { id: string; since: number }, choice: Choice): void {
  const asked = { step: 0, about: about.id, since: about.since };
  carried.person((run, at) => answer(run, asked, choice, "U0OPERATOR", at));
  if (choice === "force") carried.person((run, at) => confirmForce(run, asked, "U0APPROVER", at));
}

const rolled = { ...(selfManaged.expected as RollEnd) };

describe("a drain that is blocked", () => {
  it.each([selfManagedTwoBudgets, crashLooping])(
    "$name: asks within seconds, and others go on",
    async (scenario) => {
      const carried = await approved(scenario, workers);
      await carried.until(() => blockers(carried).some(({ told }) => told));
      const draining = carried.events.filter(({ type }) => type === "NodeDraining").at(-1);
      expect(carried.clock.now() - (draining?.at ?? 0)).toBeLessThan(60_000);
    },
    60_000,
  );

  it.each<Choice>(["force"])(
    "two budgets: %s gets rid of what blocks, node by node, to the end",
    async (choice) => {
      const carried = await approved(selfManagedTwoBudgets, workers);
      for (let turn = 0; turn < 6 && carried.run.state === "running"; turn++) {
        await carried.until(
          () => carried.run.state !== "running" || blockers(carried).some(({ told }) => told),
        );
        const [blocker] = blockers(carried);
        if (!blocker || carried.run.state !== "running") break;
        say(carried, blocker, choice);
        await carried.until(
          () => !blockers(carried).some(({ id, since }) => id === blocker.id && since === blocker.since),
        );
      }
      await carried.untilOver();
      expect(carried.run).toMatchObject({ state: "succeeded" });
      expect(expectation(carried.world, rolled)).toMatchObject({ met: true });
    },
    60_000,
  );
});

describe("called off", () => {
  it.each([
    ["in setup", (carried: Carried) => (carried.run.steps[0]?.roll?.ledger.length ?? 0) > 1],
    ["in scale up", (carried: Carried) => carried.run.steps[0]?.phases["scale up"].state === "active"],
    [
      "in the middle of a drain",
      (carried: Carried) => carried.events.some(({ type }) => type === "NodeDraining"),
    ],
    [
      "after some nodes were replaced",
      (carried: Carried) => carried.events.filter(({ type }) => type === "NodeGone").length > 1,
    ],
    ["in scale down", (carried: Carried) => carried.run.steps[0]?.phases["scale down"].state === "active"],
  ])(
    "%s: all is put back",
    async (_when, isThen) => {
      const carried = await approved(selfManaged, workers);
      await carried.until(() => isThen(carried));
      carried.person((run, at) => cancel(run, "U0OPERATOR", at));
      await carried.untilOver();
      expect(carried.run).toMatchObject({ state: "cancelled", cancelledBy: "U0OPERATOR" });
      expect(expectation(carried.world, { ...rolled, end: "stopped" } as RollEnd)).toMatchObject({
        met: true,
      });
      expect(undrained(carried)).toEqual([]);
    },
    60_000,
  );
});

it("capacity missing: asks after a quarter of an hour, with what Auto Scaling says, and touches no old node", async () => {
  const carried = await approved(capacityMissing, workers);
  await carried.until(() => carried.run.steps[0]?.roll?.question !== undefined);
  expect(carried.run.steps[0]?.roll?.question).toMatchObject({ problem: { code: "NoCapacity" } });
  expect(expectation(carried.world)).toMatchObject({ met: true });
  carried.world.launchFault = () => undefined;
  const { question } = carried.run.steps[0]?.roll ?? {};
  if (question) say(carried, question, "wait");
  await carried.untilOver();
  expect(expectation(carried.world, rolled)).toMatchObject({ met: true });
}, 60_000);

it("what cannot be put back for an hour is left to people, and said", async () => {
  const carried = await approved(selfManaged, workers);
  await carried.until(() => carried.events.some(({ type }) => type === "NodeDraining"));
  carried.person((run, at) => cancel(run, "U0OPERATOR", at));
  carried.refuseFor(180, ({ operation }) => operation === "ResumeProcesses", "AccessDenied");
  await carried.untilOver();
  expect(carried.run).toMatchObject({ state: "cancelled" });
  expect(carried.events).toContainEqual(
    expect.objectContaining({
      type: "NotPutBack",
      what: expect.stringContaining("resume"),
      next: expect.stringContaining("/eks-upgrade repair eks-workshop"),
    }),
  );
  expect(isLeftover(carried.run)).toBe(true);
}, 60_000);
