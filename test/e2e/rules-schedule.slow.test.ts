import { Redis } from "ioredis";
import { afterEach, describe, expect, it } from "vitest";
import { eksWorkshop } from "../../playground/scenarios/eks-workshop.js";
import type { Message } from "../../playground/slack/types.js";
import { day, hour, minute } from "../../src/core/instant.js";
import type { Run } from "../../src/core/run.js";
import { approve } from "./acting.js";
import { homesOf } from "./home-opened.js";
import {
  closes,
  justBefore,
  officeHours,
  openRuledStage,
  opens,
  type RuledOptions,
  type RuledStage,
} from "./ruling.js";

const scheduleAction = "eks-upgrade:schedule";
const cancelAction = "eks-upgrade:cancel";
/** World seconds per real second. */
const fast = 300;
const start = "start eks-workshop";

let stage: RuledStage;
afterEach(() => stage.close());

async function open(options: Partial<RuledOptions> = {}): Promise<RuledStage> {
  stage = await openRuledStage({
    scenario: eksWorkshop,
    rules: { prod: { windows: officeHours } },
    ...options,
  });
  return stage;
}

const users = () => stage.playground.slack.users;

/** Outside the window: what is offered is pressed, and the card is there. */
async function asksForLater() {
  await stage.told(start);
  const { slack } = stage.playground;
  const [offer] = slack.workspace.ephemerals(users().operator).slice(-1);
  const answer = await stage.pressed(scheduleAction, users().operator, offer);
  return { answer, card: await stage.card() };
}

async function scheduled() {
  const { card } = await asksForLater();
  await approved(card);
  return card;
}

async function approved(card: Message): Promise<Run> {
  await stage.playground.slack.as(users().approver).click(card, approve);
  return stage.untilRun(({ state }) => state === "scheduled");
}

async function beginsOnceAndEnds(): Promise<void> {
  await stage.untilRun(({ state }) => state === "succeeded");
  const types = (await stage.events()).map(({ type }) => type);
  for (const once of ["RunDue", "UpdateRequested", "UpdateStarted", "RunSucceeded"])
    expect(
      types.filter((type) => type === once),
      types.join(" "),
    ).toHaveLength(1);
  expect(stage.playground.world.clusters.get("eks-workshop")?.updates).toHaveLength(1);
}

describe("a start outside the window", () => {
  it("is offered for when it opens, becomes a request that says when, is scheduled, seen everywhere, and begins once with two bots", async () => {
    await open();
    expect(await stage.told(start)).toContain("[Schedule for Mon 10:00]");
    expect(await stage.runs.recent(1)).toEqual([]);
    const { answer, card } = await asksForLater();
    expect(answer).toContain("Once approved, it starts today 10:00.");
    expect(stage.reads(card)).toContain("Once approved, it starts today 10:00.");
    expect(stage.reads(card)).toContain(
      "EKS cannot pause an update: what has begun by then goes on past it.",
    );
    const { id } = await approved(card);
    await stage.shows(card, "Starts today 10:00, when upgrades of prod may start again.");
    for (const command of ["status", `status ${id}`, "list", "list eks-workshop"]) {
      const told = await stage.told(command);
      expect(told).toContain("Starts today 10:00");
      expect(told).toContain(`/eks-upgrade cancel ${id}`);
    }
    const homes = homesOf(stage);
    await homes.open(users().operator);
    expect(await homes.read(users().operator, id)).toContain("Starts today 10:00");
    expect(stage.updates()).toBe(0);
    await stage.moveTo(justBefore(opens, fast), fast);
    expect((await stage.latest()).state).toBe("scheduled");
    await beginsOnceAndEnds();
    await stage.shows(card, "Began today 10:00, as scheduled.");
  });

  it("is refused to who may not start any more when the button is pressed", async () => {
    await open();
    await stage.told(start);
    const { slack } = stage.playground;
    const [offer] = slack.workspace.ephemerals(users().operator).slice(-1);
    slack.workspace.setMembers(slack.groups.operators, [users().bystander]);
    slack.workspace.setMembers(slack.groups.approvers, [users().approver, users().operator]);
    // What is known of the group is a minute old at most; another bot knows nothing of it.
    await stage.restart();
    expect(await stage.pressed(scheduleAction, users().operator, offer)).toContain("@operators");
    expect(await stage.runs.recent(1)).toEqual([]);
  });

  it("is asked for as if it was typed now, however old the button is", async () => {
    await open();
    await stage.told(start);
    const [offer] = stage.playground.slack.workspace.ephemerals(users().operator).slice(-1);
    await stage.moveTo(opens + hour);
    const answer = await stage.pressed(scheduleAction, users().operator, offer);
    expect(answer).toContain("Asked for approval");
    expect(answer).not.toContain("it starts");
    expect((await stage.latest()).startAt).toBeUndefined();
  });

  it("can be called off until then, and nothing begins", async () => {
    await open();
    const card = await scheduled();
    await stage.shows(card, "[Cancel]");
    await stage.pressed(cancelAction, users().bystander, card);
    expect((await stage.latest()).state).toBe("scheduled");
    expect(await stage.pressed(cancelAction, users().operator, card)).toContain("Nothing was changed.");
    expect((await stage.latest()).state).toBe("cancelled");
    await stage.shows(card, "Called off by @operator");
    await stage.moveTo(justBefore(opens, fast), fast);
    await stage.untilTime(opens + 3 * minute);
    expect((await stage.events()).map(({ type }) => type)).not.toContain("RunDue");
    expect(stage.updates()).toBe(0);
  });

  it("is refused when the window ends soon, and offered for the next", async () => {
    await open({
      at: closes - hour,
      rules: { prod: { windows: { ...officeHours, noStartWithin: "2h" } } },
    });
    const refused = await stage.told(start);
    expect(refused).toContain("closes Mon 16:00 (UTC), and nothing starts within 2 h of that");
    expect(refused).toContain("[Schedule for Tue 10:00]");
  });
});

describe("what is scheduled", () => {
  it("needs no approval where none is asked for", async () => {
    await open({ rules: { prod: { name: "test", windows: officeHours, approvals: { required: 0 } } } });
    await stage.told(start);
    const [offer] = stage.playground.slack.workspace.ephemerals(users().operator).slice(-1);
    const answer = await stage.pressed(scheduleAction, users().operator, offer);
    expect(answer).toContain("Scheduled upgrading eks-workshop/default");
    expect(answer).toContain("test asks for no approval.");
    expect(await stage.latest()).toMatchObject({ state: "scheduled", startAt: opens });
    await stage.message("No approval was needed");
    await stage.moveTo(justBefore(opens, fast), fast);
    await beginsOnceAndEnds();
  });

  it("begins at once where somebody may do without approval and hours, and not once more at its hour", async () => {
    const may = { breakGlass: { users: ["U0BYSTANDER"] } };
    await open({ rules: { prod: { may, windows: officeHours } } });
    await scheduled();
    const { id } = await stage.latest();
    const answer = await stage.told(`break-glass ${id} it is exploited`, users().bystander);
    expect(answer).toContain("Started upgrading eks-workshop/default before its hour");
    await stage.untilRun(({ state }) => state === "running");
    await stage.has("UpdateStarted");
    await stage.moveTo(justBefore(opens, fast), fast);
    await stage.untilRun(({ state }) => state === "succeeded");
    await stage.untilTime(opens + 10 * minute);
    expect((await stage.events()).map(({ type }) => type)).not.toContain("RunDue");
    expect(stage.playground.world.clusters.get("eks-workshop")?.updates).toHaveLength(1);
  });

  it("is what an approval comes to when the window has closed meanwhile", async () => {
    await open({ at: closes - hour });
    await stage.told(start);
    const card = await stage.card();
    await stage.moveTo(closes + minute);
    await approved(card);
    expect(await stage.latest()).toMatchObject({ startAt: opens + day });
    await stage.shows(card, "Starts tomorrow 10:00");
  });

  it("is moved by a freeze that fleet.yaml has meanwhile", async () => {
    const approvals = { required: 1, expiresAfter: "3d" };
    await open({ rules: { prod: { windows: officeHours, approvals } } });
    const card = await scheduled();
    await stage.setRules({
      prod: {
        ...{ windows: officeHours, approvals },
        freezes: [{ from: "2026-10-19", until: "2026-10-20", reason: "the sale" }],
      },
    });
    await stage.moveTo(justBefore(opens, fast), fast);
    await stage.has("RunScheduled", 2);
    expect(await stage.latest()).toMatchObject({ state: "scheduled", startAt: opens + 2 * day });
    await stage.shows(card, "Starts Oct 21, 2026 10:00");
    const call = await stage.message("did not begin");
    expect(stage.reads(call)).toMatch(
      /@operator: .* did not begin today 10:00: a freeze of prod .*: the sale\. It begins Oct 21/,
    );
    await stage.moveTo(justBefore(opens + 2 * day, fast), fast);
    await beginsOnceAndEnds();
  });

  it("says when it is moved so far that its approval is too old by then, and is not begun", async () => {
    await open();
    const card = await scheduled();
    const freezes = [{ from: "2026-10-19", until: "2026-10-20", reason: "the sale" }];
    await stage.setRules({ prod: { windows: officeHours, freezes } });
    await stage.moveTo(justBefore(opens, fast), fast);
    await stage.message("its approval is too old");
    await stage.shows(card, "By then its approval is too old: call it off, and ask for it again.");
    await stage.moveTo(justBefore(opens + 2 * day, fast), fast);
    const { failure } = await stage.untilRun(({ state }) => state === "failed");
    expect(failure?.code).toBe("ApprovalTooOld");
    expect(stage.updates()).toBe(0);
  });

  it("is found by the sweep when all queues were wiped", async () => {
    await open();
    await scheduled();
    const redis = new Redis(stage.redisUrl);
    await stage.moveTo(justBefore(opens, 30), 30);
    const jobs = (await redis.keys("*")).filter((key) =>
      /^\{eks-upgrade\}:(upgrade|expire|announce):/.test(key),
    );
    expect(jobs.length).toBeGreaterThan(3);
    await redis.del(jobs);
    redis.disconnect();
    await stage.has("RunDue");
    await stage.run(400);
    await beginsOnceAndEnds();
  });

  it("waits for its hour again where nobody was there at it", async () => {
    await open();
    await scheduled();
    await stage.moveTo(closes + minute, fast);
    await stage.has("RunScheduled", 2);
    expect(await stage.latest()).toMatchObject({ state: "scheduled", startAt: opens + day });
    await stage.moveTo(justBefore(opens + day, fast), fast);
    await beginsOnceAndEnds();
  });
});
