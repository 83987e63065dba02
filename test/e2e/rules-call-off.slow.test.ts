import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eksWorkshop } from "../../playground/scenarios/eks-workshop.js";
import { expectation } from "../../playground/world/expectation.js";
import { cancelAction } from "../../src/slack/views/control.js";
import { approve } from "./acting.js";
import { openRuledStage, type RuledStage } from "./ruling.js";

/** A lock holds an update that EKS was asked for, and its answer was lost. Then somebody calls it off. */

/** World seconds per real second. */
const speed = 60;

let stage: RuledStage;
afterEach(() => stage.close());

const users = () => stage.playground.slack.users;
const types = async () => (await stage.events()).map(({ type }) => type);
const updates = () => stage.playground.world.clusters.get("eks-workshop")?.updates ?? [];

/** The operators and one of the approvers. */
const may = { lock: { groups: ["S0OPS"], users: ["U0APPROVER"] } };

/** How often EKS was asked, whether it heard it or not. */
let asked = 0;
/** EKS does not say what it does. */
let silent = false;
beforeEach(() => {
  asked = 0;
  silent = false;
});

/** Its answers are lost. `heard`: it begins all the same, and does not show it. */
async function heldWhileAsking(heard: boolean): Promise<void> {
  stage = await openRuledStage({ scenario: eksWorkshop, rules: { prod: { may } }, speed });
  stage.playground.aws.faults = ({ operation }, perform) => {
    if (operation === "ListUpdates" && (silent || (heard && asked > 0))) return "no answer";
    if (operation !== "UpdateNodegroupVersion") return undefined;
    asked += 1;
    if (heard) perform();
    return "no answer";
  };
  await stage.told("start eks-workshop");
  await stage.playground.slack.as(users().approver).click(await stage.card(), approve);
  await stage.has("ProblemMet");
  await stage.told("lock prod the database moves");
  await stage.untilRun(({ held, steps: [step] }) => held?.why === "lock" && step?.updateId === undefined);
}

async function expectNothingBegan(): Promise<void> {
  const run = await stage.untilRun(({ state }) => state === "cancelled");
  expect(run).toMatchObject({ cancelledBy: users().operator });
  expect(updates()).toEqual([]);
  const ofRun = (await types()).filter((type) => /^(Run|Stop)/.test(type));
  expect(ofRun).toEqual(["RunRequested", "RunApproved", "RunHeld", "StopRequested", "RunCancelled"]);
  await stage.message("called off upgrading eks-workshop/default. Nothing was changed.");
}

describe("where EKS has begun nothing", () => {
  beforeEach(() => heldWhileAsking(false));

  it("it ends with nothing changed under its lock, and can be asked for again", async () => {
    const before = asked;
    const live = await stage.message("Held by a lock");
    silent = true;
    const answer = await stage.pressed(cancelAction, users().operator, live);
    expect(answer).toContain("I ask it for nothing any more, and am looking whether it has begun.");
    expect(await stage.told(`cancel ${(await stage.latest()).id}`)).toContain("is being called off already");
    silent = false;
    await stage.shows(live, "Called off by @operator");
    await expectNothingBegan();
    await stage.message("EKS had begun nothing.");
    expect(asked).toBe(before);

    stage.playground.aws.faults = () => undefined;
    expect(await stage.told("unlock prod", users().approver)).toContain("is unlocked");
    expect(await stage.told("start eks-workshop")).toContain("Asked for approval");
  });

  it("the same where other bots take over in the middle of it", async () => {
    const before = asked;
    await stage.told(`cancel ${(await stage.latest()).id}`);
    await stage.restart();
    await expectNothingBegan();
    expect(asked).toBe(before);
  });

  it("the same where the lock is taken off at the same moment", async () => {
    const { id } = await stage.latest();
    const [, unlocked] = await Promise.all([
      stage.told(`cancel ${id}`),
      stage.told("unlock prod", users().approver),
    ]);
    expect(unlocked).toContain("is unlocked");
    const before = asked;
    const run = await stage.untilRun(({ state }) => state === "cancelled");
    expect(run.cancelledBy).toBe(users().operator);
    expect(updates()).toEqual([]);
    // At most what was on its way when it was called off, with the SDK's own repeats.
    expect(asked - before).toBeLessThanOrEqual(3);
  });
});

describe("where EKS has begun", () => {
  beforeEach(() => heldWhileAsking(true));

  it.each<[string, () => Promise<void>]>([
    ["is followed", async () => {}],
    ["is followed where other bots take over in the middle of it", () => stage.restart()],
  ])("what it does %s, and whoever called it off is told", async (_, meanwhile) => {
    const before = asked;
    const { id } = await stage.latest();
    expect(await stage.told(`cancel ${id}`)).toContain("EKS may have been asked already.");
    await meanwhile();
    expect((await stage.latest()).state).toBe("running");
    stage.playground.aws.faults = () => undefined;

    await stage.has("StopTooLate");
    const told = await stage.message("It was too late to call it off");
    expect(told.text).toContain(`<@${users().operator}>`);
    expect(await stage.told(`cancel ${id}`)).toContain("EKS has begun, and it can neither cancel nor pause");
    await stage.untilRun(({ state }) => state === "succeeded");
    expect(expectation(stage.playground.world)).toMatchObject({ met: true });
    expect(await types()).not.toContain("RunCancelled");
    expect(asked).toBe(before);
    expect(updates()).toHaveLength(1);
  });
});
