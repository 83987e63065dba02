import { afterEach, describe, expect, it } from "vitest";
import { eksWorkshop } from "../../playground/scenarios/eks-workshop.js";
import { allRolled } from "../../playground/scenarios/own-workers.js";
import { selfManaged } from "../../playground/scenarios/self-managed.js";
import { expectation } from "../../playground/world/expectation.js";
import { day, minute } from "../../src/core/instant.js";
import { approve } from "./acting.js";
import { expectStandsStill } from "./parked.js";
import {
  closes,
  justBefore,
  officeHours,
  openRuledStage,
  opens,
  type RuledOptions,
  type RuledStage,
} from "./ruling.js";

/** What its window, or a freeze, does to an upgrade under way. */

const goOnAction = "eks-upgrade:go-on";
const cancelAction = "eks-upgrade:cancel";
/** World seconds per real second. */
const fast = 200;
const windows = officeHours;

let stage: RuledStage;
afterEach(() => stage.close());

const users = () => stage.playground.slack.users;
const types = async () => (await stage.events()).map(({ type }) => type);

/** Begun so late that it is not through when its window closes. */
async function outlasting(command: string, options: Partial<RuledOptions> = {}, meanwhile = () => {}) {
  stage = await openRuledStage({
    scenario: selfManaged,
    rules: { prod: { windows } },
    at: closes - 15 * minute,
    ...options,
  });
  await stage.told(command);
  const card = await stage.card();
  await stage.playground.slack.as(users().approver).click(card, approve);
  await stage.untilRun(({ state }) => state === "running");
  meanwhile();
  await stage.run(fast);
  return card;
}

/** Some nodes are replaced and the others are not, and none is on its way. */
async function parked(meanwhile?: () => void) {
  const card = await outlasting("start eks-workshop/workers", {}, meanwhile);
  await stage.has("RunHeld");
  await stage.untilRun(({ wait }) => wait?.for === "its window to open");
  return card;
}

async function endsWell(): Promise<void> {
  await stage.untilRun(({ state }) => state === "succeeded");
  expect(expectation(stage.playground.world, allRolled)).toMatchObject({ met: true });
}

const whoWaits = "It goes on by itself";

describe("a roll that outlasts its window", () => {
  it("waits between two nodes, calls whoever asked once, and goes on when an approver says so", async () => {
    const card = await parked(() => {
      // Who asked is one of the approvers now.
      const { groups, workspace } = stage.playground.slack;
      workspace.setMembers(groups.approvers, [users().approver, users().operator]);
    });
    expect(stage.reads(card)).toContain("waits, between two nodes, for the next one, unless an approver");
    const { world, slack } = stage.playground;
    expect(world.clock.now()).toBeLessThan(closes + 5 * minute);
    await expectStandsStill(stage, 30 * minute);
    const live = await stage.message(`"${goOnAction}"`);
    await stage.shows(live, "Outside its window");
    await stage.shows(live, "It goes on by itself tomorrow 10:00");
    const calls = () =>
      slack.workspace
        .thread(slack.channel, live.ts)
        .slice(1)
        .filter(({ text }) => text.includes(`<@${users().operator}>`));
    expect(calls()).toHaveLength(1);
    expect(calls()[0]?.text).toContain(whoWaits);

    expect(await stage.pressed(goOnAction, users().bystander, live)).toMatch(/know no run|may/);
    expect(await stage.pressed(goOnAction, users().operator, live)).toContain("You asked for it yourself");
    expect(await stage.latest()).toMatchObject({ held: { why: "window" } });
    expect(await stage.pressed(goOnAction, users().approver, live)).toContain(
      "goes on, whatever its window says",
    );
    await endsWell();
    expect((await types()).filter((type) => type === "RunHeld")).toHaveLength(1);
    const told = await stage.message("Held outside its window for");
    expect(told.text).toMatch(/^Held outside its window for .*, then <@U0APPROVER> let it go on\.$/);
  });

  it("goes on by itself when the next one opens", async () => {
    await parked();
    await stage.moveTo(justBefore(opens + day, fast), fast);
    await endsWell();
    const released = (await stage.events()).filter(({ type }) => type === "RunReleased");
    expect(released).toHaveLength(1);
    expect(released[0]?.at).toBeGreaterThanOrEqual(opens + day);
    expect((await types()).filter((type) => type === "RunHeld")).toHaveLength(1);
  });

  it("is put back when it is called off meanwhile", async () => {
    await parked();
    const live = await stage.message(`"${cancelAction}"`);
    await stage.pressed(cancelAction, users().operator, live);
    await stage.untilRun(({ state }) => state === "cancelled");
    const { world } = stage.playground;
    expect(expectation(world, { ...allRolled, end: "stopped" })).toMatchObject({ met: true });
    expect(await types()).not.toContain("RunReleased");
  });

  it("is not held when fleet.yaml opens it for longer meanwhile", async () => {
    await outlasting("start eks-workshop/workers", { at: closes - 25 * minute });
    await stage.has("NodeDraining");
    await stage.setRules({ prod: { windows: { ...windows, open: [{ ...windows.open[0], to: "20:00" }] } } });
    await stage.restart();
    await endsWell();
    expect(await types()).not.toContain("RunHeld");
  });

  it("is held by a freeze that fleet.yaml has meanwhile, and says why", async () => {
    await outlasting("start eks-workshop/workers", { at: opens });
    await stage.has("NodeDraining");
    const freezes = [{ from: "2026-10-19", until: "2026-10-20", reason: "the sale <!here>" }];
    await stage.setRules({ prod: { windows, freezes } });
    await stage.restart();
    await stage.untilRun(({ wait }) => wait?.for === "the freeze to end");
    await expectStandsStill(stage, 10 * minute);
    const live = await stage.message(`"${goOnAction}"`);
    await stage.shows(live, "Held by a freeze");
    await stage.shows(live, "A freeze of prod has begun or is about to: the sale <!here>");
    await stage.shows(live, "Oct 21, 2026 10:00");
    await stage.moveTo(opens + 2 * day, fast);
    await endsWell();
  });
});

describe("an update of EKS", () => {
  it("is never held: what has begun goes on past the window's end, as the plan said", async () => {
    const card = await outlasting("start eks-workshop", { scenario: eksWorkshop, at: closes - 3 * minute });
    expect(stage.reads(card)).toContain(
      "EKS cannot pause an update: what has begun by then goes on past it.",
    );
    await stage.untilRun(({ state }) => state === "succeeded");
    expect(stage.clock.now()).toBeGreaterThan(closes + 3 * minute);
    expect(await types()).not.toContain("RunHeld");
    expect(expectation(stage.playground.world)).toMatchObject({ met: true });
  });
});
