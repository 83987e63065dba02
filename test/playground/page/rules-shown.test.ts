import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EnvironmentShown } from "../../../playground/page/protocol-rules.js";
import { environmentsShown, openingShown } from "../../../playground/page/rules-shown.js";
import { eksWorkshop } from "../../../playground/scenarios/eks-workshop.js";
import { rules } from "../../../playground/scenarios/rules.js";
import { type SimulatedSlack, serveSlack } from "../../../playground/slack/server.js";
import { startClock, type WorldClock } from "../../../playground/world/clock.js";
import type { World } from "../../../playground/world/state.js";
import { createWorld } from "../../../playground/world/world.js";

/** A Monday, 8:22 in Berlin. */
const origin = Date.parse("2026-10-19T06:22:00Z");

let clock: WorldClock;
let world: World;
let slack: SimulatedSlack;
beforeEach(async () => {
  clock = startClock({ speed: 1, worldOrigin: origin });
  world = createWorld({ scenario: rules, clock });
  slack = await serveSlack();
});
afterEach(async () => {
  world.stop();
  await slack.close();
});

const prod = (): EnvironmentShown => {
  const shown = environmentsShown(world, slack).find(({ name }) => name === "prod");
  if (!shown) throw new Error("prod is not shown.");
  return shown;
};

describe("the rules of an environment", () => {
  it("are told as fleet.yaml has them", () => {
    expect(prod()).toMatchObject({
      window: "Mon–Thu 10:00–16:00, Europe/Berlin; nothing starts in its last 2h",
      freezes: ["2 Nov to 4 Nov: The shop's anniversary sale"],
      order: "after test has run the release for 30m without a failure",
      approvals: "2 approvals, one of @security, with a reason",
      asked: [],
      locks: [],
    });
    expect(environmentsShown(world, undefined)[0]).toEqual({
      name: "test",
      state: "open",
      says: "open",
      freezes: [],
      approvals: "no approval",
      asked: [],
      locks: [],
    });
  });

  it.each([
    ["closed until Mon 10:00", "2026-10-19T07:00:00Z", "closed", "2026-10-19T08:00:00Z"],
    ["open until Mon 16:00", "2026-10-19T08:00:00Z", "open", undefined],
    ["nothing may start until Tue 10:00", "2026-10-19T12:30:00Z", "ends soon", "2026-10-20T08:00:00Z"],
    [
      "frozen until Thu 10:00: The shop's anniversary sale",
      "2026-11-02T09:00:00Z",
      "frozen",
      "2026-11-05T09:00:00Z",
    ],
  ])("%s", async (says, now, state, opensAt) => {
    await clock.jump(Date.parse(now));
    expect(prod()).toMatchObject({ says, state });
    expect(openingShown(world)).toEqual(opensAt ? { opensAt: Date.parse(opensAt) } : {});
  });

  it("are none where the scenario has none", () => {
    const plain = createWorld({ scenario: eksWorkshop, clock });
    expect(environmentsShown(plain, slack)).toEqual([]);
    expect(openingShown(plain)).toEqual({});
    plain.stop();
  });
});

const approve = {
  type: "actions",
  elements: [
    {
      type: "button",
      action_id: "eks-upgrade:approve",
      text: { type: "plain_text", text: "Approve" },
      value: "calm-heron-42|hash",
    },
  ],
};
const asking = "Approval needed: upgrade shop-prod/default in prod, 1.34.4 → 1.34.9, 3 nodes.";
const post = (text: string, blocks: object[] = []) =>
  slack.workspace.post(slack.channel, slack.users.bot, { text, blocks: blocks as never });

describe("what the bot's messages tell of the rules", () => {
  it("how many have approved, as long as the card asks", () => {
    const card = post(asking, [approve]);
    expect(prod().asked).toEqual([{ what: "shop-prod/default", given: 0, wanted: 2 }]);
    const text = `${asking}\n1 of 2 approvals: <@U0APPROVER>. Still needed: 1 more.`;
    const half = slack.workspace.edit(card, { text });
    expect(prod().asked).toEqual([{ what: "shop-prod/default", given: 1, wanted: 2 }]);
    slack.workspace.edit(half, { text: "Approved.", blocks: [] });
    expect(prod().asked).toEqual([]);
  });

  it("what is locked, until the lock is taken off", () => {
    post(":lock: <@U0OPERATOR> locked *prod*: a migration\nTo take it off: …");
    post(":lock: <@U0OPERATOR> locked *shop-prod*: an audit");
    expect(prod().locks).toEqual(["prod: a migration", "shop-prod: an audit"]);
    post(":unlock: <@U0APPROVER> took the lock of <@U0OPERATOR> off *prod* (a migration). It goes on.");
    expect(prod().locks).toEqual(["shop-prod: an audit"]);
  });
});
