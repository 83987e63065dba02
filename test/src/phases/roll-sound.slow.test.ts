import { describe, expect, it } from "vitest";
import { ownWorkers } from "../../../playground/scenarios/own-workers.js";
import { selfManaged } from "../../../playground/scenarios/self-managed.js";
import { selfManagedTwoBudgets } from "../../../playground/scenarios/self-managed-two-budgets.js";
import type { Scenario } from "../../../playground/scenarios/types.js";
import { expectation } from "../../../playground/world/expectation.js";
import { cancel } from "../../../src/core/decide-control.js";
import { approved, type Carried } from "../../faults/carried.js";
import { undrained, workers } from "./rolls.js";

/** What somebody would ask before a night with a production cluster. */

const groupOf = ({ world }: Carried) => {
  const group = world.autoScalingGroups.get("workers");
  if (!group) throw new Error("The scenario has no workers.");
  return group;
};

const rollOf = ({ run }: Carried) => run.steps[0]?.roll;
const facts = ({ events }: Carried, type: string) => events.filter((event) => event.type === type);
const ended = ({ world }: Carried) => world.history.filter(({ type }) => type === "terminating").length;
const isUpgrading = ({ run }: Carried) => run.steps[0]?.phases.upgrade.state === "active";
const oldOf = (carried: Carried) =>
  [...groupOf(carried).members.values()].filter(({ image }) => image === groupOf(carried).wanted.image)
    .length;

const withGroup = (group: NonNullable<Parameters<typeof ownWorkers>[0]>["group"] & object): Scenario => ({
  ...selfManaged,
  ...ownWorkers({ group }),
});

const callOff = (carried: Carried) => carried.person((run, at) => cancel(run, "U0OPERATOR", at));

const stoppedEnd = { end: "stopped", cluster: "eks-workshop", nodeGroup: "workers" } as const;

const noCapacity = {
  kind: "launch fails",
  message: "We currently do not have sufficient capacity.",
} as const;

describe("called off", () => {
  it.each([
    ["CreateLaunchTemplateVersion", (carried: Carried) => (rollOf(carried)?.intents.length ?? 0) > 0],
    [
      "UpdateAutoScalingGroup",
      (carried: Carried) => rollOf(carried)?.ledger.some(({ kind }) => kind === "group template"),
    ],
  ])(
    "while AWS refuses %s: what was intended is given up, and all is put back",
    async (operation, isThen) => {
      const carried = await approved(selfManaged, workers);
      carried.refuseFor(24 * 60, (call) => call.operation === operation, "AccessDenied");
      await carried.until(() => Boolean(isThen(carried)) && carried.run.trouble !== undefined);
      callOff(carried);
      await carried.untilOver();
      expect(carried.run).toMatchObject({ state: "cancelled" });
      expect(expectation(carried.world, stoppedEnd)).toMatchObject({ met: true });
    },
    60_000,
  );

  it("while nothing can be launched: no old node goes for one that never came", async () => {
    const carried = await approved(selfManaged, workers);
    carried.world.launchFault = () => noCapacity;
    await carried.until(() => rollOf(carried)?.question !== undefined);
    callOff(carried);
    await carried.untilOver();
    expect(oldOf(carried)).toBe(6);
    expect(ended(carried)).toBe(0);
    expect(expectation(carried.world, stoppedEnd)).toMatchObject({ met: true });
  }, 60_000);

  it("leaves zones even, so that Auto Scaling terminates none undrained afterwards", async () => {
    const carried = await approved(selfManaged, workers);
    await carried.until(() => facts(carried, "NodeGone").length >= 3);
    callOff(carried);
    await carried.untilOver();
    await carried.clock.advance(60 * 60_000);
    expect(undrained(carried)).toEqual([]);
    expect(carried.world.history.filter(({ type }) => type === "rebalance")).toEqual([]);
  }, 60_000);
});

describe("somebody else", () => {
  it("points the group at another template: nothing more is terminated until a person has looked", async () => {
    const carried = await approved(selfManaged, workers);
    await carried.until(() => isUpgrading(carried));
    const ours = groupOf(carried).launchTemplateVersion;
    groupOf(carried).launchTemplateVersion = 3;
    const before = ended(carried);
    await carried.until(() => rollOf(carried)?.question !== undefined);
    expect(rollOf(carried)?.question).toMatchObject({ problem: { code: "TemplateMoved" } });
    await carried.until(() => (rollOf(carried)?.still?.since ?? 0) < carried.clock.now() - 5 * 60_000);
    expect(ended(carried)).toBe(before);
    groupOf(carried).launchTemplateVersion = ours;
    await carried.untilOver();
    expect(expectation(carried.world)).toMatchObject({ met: true });
  }, 60_000);

  it("raises min in the middle: the nodes that must stay are named, and nobody is said to have moved desired", async () => {
    const carried = await approved(selfManaged, workers);
    await carried.until(() => isUpgrading(carried));
    groupOf(carried).min = 8;
    await carried.untilOver();
    expect(carried.run).toMatchObject({ state: "succeeded" });
    expect(facts(carried, "NotPutBack")).toMatchObject([{ what: expect.stringContaining("min to 8") }]);
    expect(facts(carried, "SizesMoved")).toEqual([]);
    expect(groupOf(carried)).toMatchObject({ desired: 8, max: 8 });
  }, 60_000);

  it("moves max while it is lowered: it is lowered all the same, by our share", async () => {
    const carried = await approved(selfManaged, workers);
    await carried.until(() => rollOf(carried)?.intents.some(({ kind }) => kind === "set sizes") === true);
    await carried.until(
      () =>
        carried.run.steps[0]?.phases["scale down"].state === "active" &&
        rollOf(carried)?.intents.some(({ kind }) => kind === "set sizes") === true,
    );
    groupOf(carried).max += 5;
    await carried.untilOver();
    expect(groupOf(carried)).toMatchObject({ desired: 6, max: 13 });
  }, 60_000);
});

describe("zones", () => {
  it("uneven from before are made even, launch first, drained", async () => {
    const carried = await approved(withGroup({ spread: [4, 1, 1] }), workers);
    await carried.untilOver();
    expect(expectation(carried.world)).toMatchObject({ met: true });
    expect(undrained(carried)).toEqual([]);
  }, 60_000);

  it("that regain capacity only in scale down are made even before AZRebalance may do it", async () => {
    const carried = await approved(withGroup({ spread: [3, 3, 0] }), workers);
    carried.world.launchFault = ({ subnet }) => (subnet.zone === "us-west-2c" ? noCapacity : undefined);
    await carried.until(() => carried.run.steps[0]?.phases["scale down"].state === "active");
    await carried.until(() => facts(carried, "NodeTerminating").length >= 11);
    carried.world.launchFault = () => undefined;
    await carried.untilOver();
    expect(expectation(carried.world)).toMatchObject({ met: true });
    expect(undrained(carried)).toEqual([]);
  }, 60_000);

  it("without capacity to the end: a few tries, then it is said", async () => {
    const carried = await approved(withGroup({ spread: [3, 3, 0] }), workers);
    carried.world.launchFault = ({ subnet }) => (subnet.zone === "us-west-2c" ? noCapacity : undefined);
    await carried.untilOver();
    expect(carried.run).toMatchObject({ state: "succeeded" });
    expect(facts(carried, "NotPutBack")).toMatchObject([
      { what: expect.stringContaining("us-west-2c has 0") },
    ]);
    expect(groupOf(carried)).toMatchObject({ desired: 6, max: 8 });
  }, 60_000);
});

it("replacements that do not come are asked about, with what Auto Scaling says, not waited for in silence", async () => {
  const carried = await approved(withGroup({ tags: { "eks-upgrade-bot:surge": "0" } }), workers);
  await carried.until(() => facts(carried, "NodeGone").length >= 1);
  carried.world.launchFault = () => noCapacity;
  await carried.until(() => rollOf(carried)?.question !== undefined);
  expect(rollOf(carried)?.question).toMatchObject({ id: "no progress", problem: { code: "NoCapacity" } });
  carried.world.launchFault = () => undefined;
  await carried.untilOver();
  expect(expectation(carried.world)).toMatchObject({ met: true });
}, 60_000);

it("nodes that hold the store's Valkey go last", async () => {
  const valkey = { kind: "StatefulSet", namespace: "store", name: "valkey", image: "valkey:8" } as const;
  const scenario: Scenario = {
    ...selfManaged,
    clusters: selfManaged.clusters.map((each) => ({ ...each, workloads: [...each.workloads, valkey] })),
  };
  const carried = await approved(scenario, workers);
  await carried.until(() => rollOf(carried)?.precious !== undefined);
  const [node] = Object.keys(rollOf(carried)?.precious ?? {});
  await carried.untilOver();
  const gone = facts(carried, "NodeDraining").flatMap((event) => ("node" in event ? [event.node] : []));
  expect(gone.indexOf(node ?? "")).toBe(5);
}, 60_000);

it("without extra nodes: no scale up, and everything put back all the same", async () => {
  const carried = await approved(withGroup({ tags: { "eks-upgrade-bot:surge": "0" } }), workers);
  await carried.untilOver();
  expect(carried.run.steps[0]?.phases).toMatchObject({
    "scale up": { state: "skipped" },
    "scale down": { state: "done" },
  });
  expect(undrained(carried)).toEqual([]);
}, 60_000);

it("how patient to be with a pod is remembered from look to look: its budget is not asked at each", async () => {
  const carried = await approved(selfManagedTwoBudgets, workers);
  await carried.until(() => rollOf(carried)?.waits?.some(({ tries }) => tries > 1) === true);
  expect(rollOf(carried)?.waits).toMatchObject([{ answer: "several budgets" }]);
}, 60_000);
