import { afterEach, describe, expect, it } from "vitest";
import type { Message } from "../../playground/slack/types.js";
import type { Run } from "../../src/core/run.js";
import { soon } from "../soon.js";
import { type Arena, buttons, modals, nobody, openArena, type Rules } from "./arena.js";
import { submitted, tries } from "./forge.js";

/** People and places that are no longer what they were: between card and click, and between approval and the first write. */

const { asker, approver, deputy, security, breaker } = {
  asker: "U0OPERATOR",
  approver: "U0AP1",
  deputy: nobody,
  security: "U0APPROVER2",
  breaker: "U0BYSTANDER",
};
const standsFor = (of: string) => ({ of, deputy, from: "2020-01-01", until: "2100-01-01" });
const rules: Rules = {
  approvers: { groups: ["S0APPROVERS", "S0SECURITY"], users: [] },
  deputies: [standsFor("U0AP2")],
  may: { breakGlass: { users: [breaker] } },
};

let arena: Arena;
let card: Message;
let run: Run;
afterEach(() => arena.close());

async function asked(overrides: Record<string, string> = {}, more: Rules = {}): Promise<void> {
  arena = await openArena({ rules: { ...rules, ...more } });
  await arena.start(overrides);
  ({ card, run } = await arena.ask("start eks-workshop", asker));
}

const people = () => arena.slack.workspace;
const press = (user: string) => arena.slack.as(user).click(card, buttons.approve);
const home = { id: "T0ELSEWHERE", name: "Elsewhere", domain: "elsewhere" };

/** What may happen to whoever approves, in the meantime, and the rule by which they are refused then. */
const changes: readonly (readonly [what: string, change: (user: string) => unknown, rule: string])[] = [
  ["left the group", (user) => people().removeFromGroup("S0APPROVERS", user), "role"],
  [
    "was left without a group, for nobody is in it any more",
    () => people().setMembers("S0APPROVERS", []),
    "role",
  ],
  ["was deactivated", (user) => people().changeUser(user, { deleted: true }), "person"],
  ["was made a guest", (user) => people().changeUser(user, { guest: "of some channels" }), "person"],
  [
    "was made a guest of one channel",
    (user) => people().changeUser(user, { guest: "of a single channel" }),
    "person",
  ],
  ["turned out to be a bot", (user) => people().changeUser(user, { isBot: true }), "person"],
  ["moved to another workspace", (user) => people().changeUser(user, { team: home }), "workspace"],
  ["is a stranger now", (user) => people().changeUser(user, { isStranger: true }), "workspace"],
];

describe("between card and click, who", () => {
  it.each(changes)("%s approves nothing", async (_, change, rule) => {
    await asked();
    // Known by now, and a minute old at most: for an approval that is too old.
    await arena.stage.types("status", approver);
    change(approver);
    await tries(arena.slack, approver, () => press(approver), /./);
    await arena.recorded({ kind: "refusal", who: approver, rule, run: run.id });
    expect(await arena.types(run.id)).toEqual(["RunRequested"]);
    await arena.unharmed();
  });

  it.each<[string, () => unknown]>([
    ["whom they stand for left the group", () => people().removeFromGroup("S0APPROVERS", "U0AP2")],
    ["whom they stand for was deactivated", () => people().changeUser("U0AP2", { deleted: true })],
    ["they were made a guest", () => people().changeUser(deputy, { guest: "of some channels" })],
  ])("is a deputy approves nothing once %s", async (_, change) => {
    await asked();
    await arena.stage.types("status", deputy);
    change();
    await tries(arena.slack, deputy, () => press(deputy));
    await arena.recorded({ kind: "refusal", who: deputy, run: run.id });
    expect(await arena.types(run.id)).toEqual(["RunRequested"]);
    await arena.unharmed();
  });

  it("may break glass no more starts nothing, not even from a modal that was opened before", async () => {
    await asked();
    await tries(arena.slack, breaker, () => arena.slack.as(breaker).click(card, buttons.breakGlass), /modal/);
    people().changeUser(breaker, { guest: "of some channels" });
    const value = `${run.id}|${run.plan.hash}`;
    await submitted(arena.slack, { user: breaker, action: modals.breakGlass, value }, "now", /guests/);
    await arena.recorded({ kind: "refusal", who: breaker, rule: "person", run: run.id });
    expect(await arena.types(run.id)).toEqual(["RunRequested"]);
    await arena.unharmed();
  });
});

describe("between card and click the channel", () => {
  it.each<[string, () => unknown]>([
    ["was shared with another organisation", () => people().changeChannel("C0PROD", { shared: "external" })],
    ["was offered to another organisation", () => people().changeChannel("C0PROD", { shared: "pending" })],
    ["was archived", () => people().changeChannel("C0PROD", { archived: true })],
  ])("%s: nothing is approved, from there or from elsewhere", async (_, change) => {
    await asked();
    // What a channel is may be a minute old: another bot, which has yet to ask.
    const later = await arena.start();
    await arena.stopAllBut(later);
    change();
    await tries(arena.slack, approver, () => press(approver));
    await arena.recorded({ kind: "refusal", who: approver, rule: "channel" });
    const elsewhere = people().post("C0GENERAL", "U0BOT", { blocks: card.blocks, text: "The card" });
    const user = "U0AP3";
    await tries(
      arena.slack,
      user,
      () => arena.slack.as(user).click(elsewhere, buttons.approve),
      /channel of prod/,
    );
    await arena.recorded({ kind: "refusal", who: user, rule: "channel", run: run.id });
    expect(await arena.types(run.id)).toEqual(["RunRequested"]);
    expect(arena.updates()).toBe(0);
    const answer = await arena.stage.types("help", "U0OP1");
    expect(answer.text).toContain("start");
  });
});

/** A worker that comes later: what it begins, if it does. */
async function laterWorker(overrides: Record<string, string> = {}): Promise<void> {
  await arena.start(overrides);
  await soon(async () => {
    const now = await arena.run(run.id);
    expect(now.failure ?? now.held ?? arena.updates()).toBeTruthy();
  });
}

const approved = () => soon(async () => expect((await arena.run(run.id)).state).toBe("running"));

describe("between approval and the first write, who", () => {
  it.each(changes)("%s has approved nothing", async (_, change) => {
    await asked({ ROLE: "bot" });
    await press(approver);
    await approved();
    await arena.stopAll();
    change(approver);
    await laterWorker();
    expect((await arena.run(run.id)).failure?.code).toBe("NotAllowedAnyMore");
    await arena.recorded({ kind: "event", what: "RunFailed", run: run.id });
    await arena.unharmed();
  });

  it.each<[string, () => unknown]>([
    ["left the operators", () => people().removeFromGroup("S0OPS", asker)],
    ["was deactivated", () => people().changeUser(asker, { deleted: true })],
    ["was made a guest", () => people().changeUser(asker, { guest: "of some channels" })],
  ])("asked and %s has asked for nothing", async (_, change) => {
    await asked({ ROLE: "bot" });
    await press(approver);
    await approved();
    await arena.stopAll();
    change();
    await laterWorker();
    expect((await arena.run(run.id)).failure?.code).toBe("NotAllowedAnyMore");
    await arena.unharmed();
  });

  it.each<[string, () => unknown, Rules?]>([
    ["whom they stand for left the group", () => people().removeFromGroup("S0APPROVERS", "U0AP2")],
    [
      "the one of two whom they stood for left the group",
      () => people().removeFromGroup("S0APPROVERS", "U0AP2"),
      { deputies: [standsFor("U0AP2"), standsFor(approver)] },
    ],
    ["they were deactivated", () => people().changeUser(deputy, { deleted: true })],
  ])("is a deputy has approved nothing once %s", async (_, change, more) => {
    await asked({ ROLE: "bot" }, more);
    await press(deputy);
    await approved();
    await arena.stopAll();
    change();
    await laterWorker();
    expect((await arena.run(run.id)).failure?.code).toBe("NotAllowedAnyMore");
    await arena.unharmed();
  });

  it("stood for security, and left it, stands for it no more, though an approver still", async () => {
    await asked(
      { ROLE: "bot" },
      { approvals: { required: 2, oneFromEach: ["S0SECURITY"], expiresAfter: "24h" } },
    );
    await press(approver);
    await soon(async () => expect((await arena.run(run.id)).approvals).toHaveLength(1));
    await press(security);
    await approved();
    await arena.stopAll();
    people().removeFromGroup("S0SECURITY", security);
    // Nobody is left in that group: a bot that takes orders would not even start.
    await laterWorker({ ROLE: "worker" });
    expect((await arena.run(run.id)).failure?.code).toBe("ApprovalsTooFew");
    expect(arena.updates()).toBe(0);
  });

  it("broke the glass and may no more has started nothing", async () => {
    await asked({ ROLE: "bot" });
    const value = `${run.id}|${run.plan.hash}`;
    await submitted(
      arena.slack,
      { user: breaker, action: modals.breakGlass, value },
      "now",
      /Started upgrading/,
    );
    await arena.stopAll();
    people().changeUser(breaker, { deleted: true });
    await laterWorker();
    expect((await arena.run(run.id)).failure?.code).toBe("NotAllowedAnyMore");
    await arena.unharmed();
  });
});

describe("between approval and the first write the channel", () => {
  it.each<[string, () => unknown]>([
    ["was shared with another organisation", () => people().changeChannel("C0PROD", { shared: "external" })],
    ["was archived", () => people().changeChannel("C0PROD", { archived: true })],
  ])("%s: nothing is begun that nobody could follow, or everybody", async (_, change) => {
    await asked({ ROLE: "bot" });
    await press(approver);
    await approved();
    await arena.stopAll();
    change();
    await laterWorker({ ROLE: "worker" });
    expect(arena.updates()).toBe(0);
    expect((await arena.run(run.id)).failure?.what).toContain("channel of prod");
  });
});

it("while Slack does not tell, nothing is begun; once it does, it is", async () => {
  await asked({ ROLE: "bot" });
  await press(approver);
  await approved();
  await arena.stopAll();
  const silent = arena.slack.faults.add(({ method }) =>
    method === "usergroups.users.list" ? { when: "instead", answer: { status: 500 } } : undefined,
  );
  await laterWorker();
  expect((await arena.run(run.id)).held).toMatchObject({ why: "unsure" });
  expect(arena.updates()).toBe(0);
  silent();
  await soon(() => expect(arena.updates()).toBe(1));
});
