import { afterEach, describe, expect, it } from "vitest";
import { eksWorkshop } from "../../playground/scenarios/eks-workshop.js";
import { allRolled } from "../../playground/scenarios/own-workers.js";
import { selfManaged } from "../../playground/scenarios/self-managed.js";
import { expectation } from "../../playground/world/expectation.js";
import { hour, minute } from "../../src/core/instant.js";
import { approve } from "./acting.js";
import { expectStandsStill } from "./parked.js";
import {
  justBefore,
  monday,
  officeHours,
  openRuledStage,
  opens,
  type RuledOptions,
  type RuledStage,
} from "./ruling.js";

/** What a lock does to what wants to begin, and to what is under way. */

const scheduleAction = "eks-upgrade:schedule";
/** World seconds per real second. */
const fast = 200;

let stage: RuledStage;
afterEach(() => stage.close());

const users = () => stage.playground.slack.users;
const types = async () => (await stage.events()).map(({ type }) => type);

/** The operators and one of the approvers. */
const may = { lock: { groups: ["S0OPS"], users: ["U0APPROVER"] } };

async function open(options: Partial<RuledOptions> = {}): Promise<void> {
  stage = await openRuledStage({ scenario: eksWorkshop, rules: { prod: { may } }, ...options });
}

/** A roll that waits at a safe point for the lock to be taken off. */
async function parkedRoll(): Promise<void> {
  await open({ scenario: selfManaged });
  await stage.told("start eks-workshop/workers");
  await stage.playground.slack.as(users().approver).click(await stage.card(), approve);
  await stage.untilRun(({ state }) => state === "running");
  await stage.run(fast);
  await stage.has("NodeGone");
  expect(await stage.told("lock eks-workshop database migration")).toContain("Waits at its next safe point");
  await stage.untilRun(({ wait }) => wait?.for === "its lock to be taken off");
}

describe.each([
  ["an environment", "prod"],
  ["a cluster", "eks-workshop"],
])("a lock on %s", (_, scope) => {
  it("refuses a start and an approval, with whose it is, why and since when, and survives a restart", async () => {
    await open();
    await stage.told("start eks-workshop");
    const card = await stage.card();
    await stage.told(`lock ${scope} the database moves <!channel>`, users().approver);
    const notice = await stage.message("*: the database moves");
    expect(notice.text).not.toContain("<!channel>");

    await stage.moveTo(monday + 2 * hour);
    const whose = "the database moves @channel (@approver, since today 08:00)";
    const notYet = await stage.pressed(approve, users().approver, card);
    expect(notYet).toContain("Not approved yet. Press the button again when this is over");
    expect(notYet).toContain(whose);
    expect(await types()).toEqual(["RunRequested"]);
    await stage.told(`cancel ${(await stage.latest()).id}`);
    const refused = await stage.told("start eks-workshop");
    expect(refused).toContain(whose);
    expect(refused).toContain(`/eks-upgrade unlock ${scope === "prod" ? scope : `prod/${scope}`}`);
    expect(await stage.runs.recent(5)).toHaveLength(1);

    const { bystander } = users();
    expect(await stage.told(`unlock ${scope}`, bystander)).toContain("You may lock none");
    expect(await stage.told("lock eks-workshop mine", bystander)).toContain("You may lock none");
    expect(await stage.told(`lock ${scope} mine, too`)).toContain("locked already, by @approver");
    expect(await stage.told("start eks-workshop")).toContain(whose);

    const answer = await stage.told(`unlock ${scope}`);
    expect(answer).toContain("It was not your lock: @approver since today 08:00 (2 h)");
    const told = await stage.message("took the lock of");
    expect(told.text).toContain("<@U0APPROVER>");
    expect(await stage.told("start eks-workshop")).toContain("Asked for approval");
  });
});

it("what is scheduled waits for the lock when its hour comes, and begins when that is off", async () => {
  await open({ rules: { prod: { may, windows: officeHours } } });
  await stage.told("start eks-workshop");
  const [offer] = stage.playground.slack.workspace.ephemerals(users().operator).slice(-1);
  await stage.pressed(scheduleAction, users().operator, offer);
  await stage.playground.slack.as(users().approver).click(await stage.card(), approve);
  await stage.untilRun(({ state }) => state === "scheduled");
  await stage.told("lock prod wait for me");
  await stage.moveTo(justBefore(opens, fast), fast);
  await stage.has("RunHeld");
  await stage.untilTime(opens + 20 * minute);
  expect(await types()).not.toContain("UpdateRequested");
  const live = await stage.message("Held by a lock");
  await stage.shows(live, "Locked by @operator: wait for me; held since 10:0");
  await stage.shows(live, "Nothing was begun.");
  await stage.told("unlock prod");
  await stage.untilRun(({ state }) => state === "succeeded");
  expect(expectation(stage.playground.world)).toMatchObject({ met: true });
  expect((await types()).filter((type) => /^Run(Held|Released|Due)$/.test(type))).toEqual([
    "RunDue",
    "RunHeld",
    "RunReleased",
  ]);
});

describe("a roll under way", () => {
  it("waits between two nodes, and goes on at once when the lock is off", async () => {
    await parkedRoll();
    await expectStandsStill(stage, 20 * minute);
    // A minute, after which the lock is asked for again, takes half a minute now.
    await stage.run(2);
    const live = await stage.message("Held by a lock");
    await stage.shows(live, "database migration");
    const began = Date.now();
    expect(await stage.told("unlock eks-workshop", users().approver)).toContain("Told to go on now");
    await stage.has("RunReleased");
    expect(Date.now() - began).toBeLessThan(5_000);
    await stage.run(fast);
    await stage.untilRun(({ state }) => state === "succeeded");
    expect(expectation(stage.playground.world, allRolled)).toMatchObject({ met: true });
    expect((await types()).filter((type) => type === "RunHeld")).toHaveLength(1);
  });

  it("is put back under its lock when it is called off", async () => {
    await parkedRoll();
    const { id } = await stage.latest();
    await stage.told(`cancel ${id}`);
    await stage.untilRun(({ state }) => state === "cancelled");
    expect(expectation(stage.playground.world, { ...allRolled, end: "stopped" })).toMatchObject({
      met: true,
    });
  });

  it("that is paused, too, waits for both", async () => {
    await parkedRoll();
    const { id } = await stage.latest();
    await stage.told(`pause ${id}`);
    await stage.told("unlock eks-workshop");
    await stage.untilTime(stage.clock.now() + 10 * minute);
    expect(await types()).not.toContain("RunReleased");
    await stage.told(`resume ${id}`);
    await stage.untilRun(({ state }) => state === "succeeded");
  });
});
