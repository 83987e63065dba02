import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { brokenServer, rateLimited } from "../../playground/slack/faults.js";
import { type SimulatedSlack, serveSlack } from "../../playground/slack/server.js";
import type { Channel } from "../../playground/slack/types.js";
import type { Recorded } from "../../src/audit.js";
import {
  type About,
  type AccessRule,
  type Actor,
  type Authority,
  openAuthority,
} from "../../src/authority.js";
import type { Right } from "../../src/core/access/rights.js";
import { hour, minute } from "../../src/core/instant.js";
import type { Environment } from "../../src/fleet.js";
import { createSlackClient } from "../../src/slack/client.js";
import { createPeople } from "../../src/slack/people.js";
import { isSlackTrouble } from "../../src/slack/trouble.js";
import { aFleet, anEnvironment } from "../digest-stage.js";
import { quietLogger } from "./slack/quiet-logger.js";

let slack: SimulatedSlack;
let clock: { now: number };
let recorded: Recorded[];
let authority: Authority;
let prod: Environment;
let test: Environment;

const operators = { groups: ["S0OPS"], users: [] };
const approvers = { groups: ["S0APPROVERS"], users: [] };

beforeEach(async () => {
  slack = await serveSlack();
  clock = { now: Date.UTC(2026, 6, 20, 12) };
  recorded = [];
  const usual = anEnvironment().may;
  prod = anEnvironment("prod", null, {
    ...{ operators, approvers },
    may: { ...usual, approve: approvers, "break glass": { groups: [], users: ["U0APPROVER"] } },
    approvals: { ...anEnvironment().approvals, oneFromEach: ["S0SECURITY"] },
  });
  test = anEnvironment("test", null, { channel: "C0TEST" });
  open(prod, test);
});
afterEach(() => slack.close());

function open(...environments: readonly Environment[]): void {
  const client = createSlackClient({
    ...{ token: slack.botToken, slackApiUrl: slack.apiUrl, logger: quietLogger },
  });
  authority = openAuthority({
    fleet: aFleet(...environments),
    people: createPeople(client, () => clock.now),
    audit: { record: (entry) => recorded.push(entry) },
    team: slack.workspace.team.id,
    now: () => clock.now,
  });
}

const actor = (who: keyof SimulatedSlack["users"], over: Partial<Actor> = {}): Actor => ({
  ...{ user: slack.users[who], team: slack.workspace.team.id, entry: "command", channel: slack.channel },
  ...over,
});
const calls = (method?: string) =>
  slack.calls.map((call) => call.method).filter((name) => method === undefined || name === method);
const about = { what: "start eks-workshop/default", cluster: "eks-workshop" };
const groupsAsked = () => calls("usergroups.users.list").length;

describe("who may do what", () => {
  it.each<[keyof SimulatedSlack["users"], Right, AccessRule | undefined]>([
    ["operator", "start", undefined],
    ["operator", "plan", undefined],
    ["operator", "approve", "role"],
    ["approver", "approve", undefined],
    ["approver", "start", "role"],
    ["approver", "break glass", undefined],
    ["secondApprover", "break glass", "role"],
    ["bystander", "plan", "role"],
    ["guest", "plan", "person"],
    ["visitor", "plan", "person"],
    ["otherBot", "plan", "person"],
    ["leaver", "plan", "person"],
    ["stranger", "plan", "workspace"],
  ])("%s, to %s", async (who, right, rule) => {
    const ruling = await authority.may(right, prod, actor(who), about);
    expect(ruling.allowed ? undefined : ruling.rule).toBe(rule);
    expect(recorded.map((entry) => entry.rule)).toEqual(rule === undefined ? [] : [rule]);
  });

  it("tells of which groups an approver is, and of no others", async () => {
    expect(await authority.may("approve", prod, actor("secondApprover"), about)).toEqual({
      ...{ allowed: true, groups: ["S0SECURITY"] },
    });
    expect(await authority.may("approve", prod, actor("approver"), about)).toEqual({
      ...{ allowed: true, groups: [] },
    });
    expect(await authority.may("start", prod, actor("operator"), about)).toEqual({ allowed: true });
  });

  it("tells for whom a deputy approves, as long as it is their time", async () => {
    const stands = { of: "U0APPROVER2", deputy: "U0BYSTANDER", from: clock.now, until: clock.now + hour };
    const lent = { ...prod, deputies: [stands] };
    expect(await authority.may("approve", lent, actor("bystander"), about)).toEqual({
      ...{ allowed: true, deputyOf: "U0APPROVER2", groups: ["S0SECURITY"] },
    });
    slack.workspace.changeUser("U0APPROVER2", { deleted: true });
    expect(await authority.may("approve", lent, actor("bystander"), about)).toMatchObject({ rule: "role" });
    slack.workspace.changeUser("U0APPROVER2", { deleted: false });
    clock.now += hour;
    expect(await authority.may("approve", lent, actor("bystander"), about)).toMatchObject({ rule: "role" });
  });

  it("does not let whoever asked for it approve it", async () => {
    const own = { ...about, requestedBy: slack.users.approver };
    expect(await authority.may("approve", prod, actor("approver"), own)).toMatchObject({ rule: "requester" });
    expect(await authority.may("approve", prod, actor("secondApprover"), own)).toMatchObject({
      allowed: true,
    });
  });

  it.each<[string, keyof SimulatedSlack["users"], string, AccessRule | undefined]>([
    ["a fit channel", "operator", "C0GENERAL", undefined],
    ["a shared channel", "operator", "C0SHARED", "channel"],
    ["an archived channel", "operator", "C0ARCHIVED", "channel"],
    ["a private channel without the bot", "operator", "G0PRIVATE", "unsure"],
    ["nowhere at all", "operator", "", "unsure"],
  ])("from %s", async (_, who, channel, rule) => {
    const ruling = await authority.may("plan", prod, actor(who, { channel }), about);
    expect(ruling.allowed ? undefined : ruling.rule).toBe(rule);
    const admitted = await authority.admits(actor(who, { channel }), { what: "list" });
    expect(admitted.allowed ? undefined : admitted.rule).toBe(rule);
  });
});

describe("a refusal", () => {
  it("is recorded with who, what, by which rule, why, and by which way it came", async () => {
    await authority.may("start", prod, actor("bystander"), {
      ...about,
      run: "calm-heron-42",
      planHash: "h1",
    });
    expect(recorded).toEqual([
      {
        ...{ kind: "refusal", who: "U0BYSTANDER", what: "start eks-workshop/default", outcome: "refused" },
        ...{ rule: "role", why: "Only the operators of prod may plan and start upgrades", entry: "command" },
        ...{ environment: "prod", cluster: "eks-workshop", run: "calm-heron-42", planHash: "h1" },
      },
    ]);
  });

  it("at the door is recorded, too, and what is shown or offered is not", async () => {
    await authority.admits(actor("guest", { entry: "home" }), { what: "home" });
    await authority.could("start", prod, actor("bystander"));
    await authority.visible(actor("guest"));
    await authority.still("start", prod, "U0BYSTANDER");
    expect(recorded).toMatchObject([{ who: "U0GUEST", what: "home", rule: "person", entry: "home" }]);
  });

  it.each<[string, Partial<Actor>, About, number]>([
    ["is recorded for a command about everything", {}, { what: "list" }, 1],
    ["not for Home, which is opened again and again", { entry: "home" }, { what: "home" }, 0],
    ["not of a cluster, which is recorded where it is looked up", {}, about, 0],
    ["not of a run, either", {}, { what: "status calm-heron-42", run: "calm-heron-42" }, 0],
  ])("of whoever has a part nowhere %s", async (_, over, wanted, times) => {
    expect(await authority.visible(actor("bystander", over), wanted)).toEqual([]);
    const why = "fleet.yaml gives you no part in any environment";
    const entry = { kind: "refusal", who: "U0BYSTANDER", rule: "role", why, entry: "command" };
    expect(recorded).toMatchObject(Array.from({ length: times }, () => ({ ...entry, what: wanted.what })));
  });

  it("is by the rule at the door, where they may not come in at all", async () => {
    expect(await authority.visible(actor("guest"), { what: "list" })).toEqual([]);
    await authority.visible(actor("operator"), { what: "list" });
    expect(recorded).toMatchObject([{ who: "U0GUEST", what: "list", rule: "person" }]);
  });

  it("says who may, and where", async () => {
    expect(await authority.may("start", prod, actor("bystander"), about)).toMatchObject({ ask: operators });
    const narrow = { ...prod, channels: ["C0OPS"] };
    const ruling = await authority.may("start", narrow, actor("operator", { channel: "C0GENERAL" }), about);
    expect(ruling).toMatchObject({ rule: "channel", places: ["C0PROD", "C0OPS"] });
  });
});

describe("what Slack is asked", () => {
  it("is nothing about people of other workspaces", async () => {
    await authority.may("start", prod, actor("operator", { team: "T0OTHER" }), about);
    expect(calls()).toEqual([]);
  });

  it("is no group for whom it refuses as a person", async () => {
    await authority.may("approve", prod, actor("guest"), about);
    expect(calls().toSorted()).toEqual(["conversations.info", "users.info"]);
  });

  it("is one question for many who ask the same at once", async () => {
    await Promise.all(
      Array.from({ length: 5 }, () => authority.may("start", prod, actor("operator"), about)),
    );
    expect(calls().toSorted()).toEqual(["conversations.info", "usergroups.users.list", "users.info"]);
  });

  it("is kept for a minute, where nothing is approved by it", async () => {
    await authority.may("start", prod, actor("operator"), about);
    slack.workspace.setMembers("S0OPS", []);
    slack.workspace.changeUser("U0OPERATOR", { deleted: true });
    clock.now += minute - 1;
    expect(await authority.may("start", prod, actor("operator"), about)).toMatchObject({ allowed: true });
    clock.now += 1;
    expect(await authority.may("start", prod, actor("operator"), about)).toMatchObject({ rule: "person" });
    slack.workspace.changeUser("U0OPERATOR", { deleted: false });
    clock.now += minute;
    expect(await authority.may("start", prod, actor("operator"), about)).toMatchObject({ rule: "role" });
  });

  it.each<[Right, keyof SimulatedSlack["users"]]>([
    ["approve", "secondApprover"],
    ["break glass", "approver"],
  ])("is asked afresh to %s: whoever has left since may not", async (right, who) => {
    expect(await authority.may(right, prod, actor(who), about)).toMatchObject({ allowed: true });
    slack.workspace.changeUser(slack.users[who], { guest: "of some channels" });
    expect(await authority.may(right, prod, actor(who), about)).toMatchObject({ rule: "person" });
  });

  it("is asked afresh to approve: whoever was taken out of the group since may not", async () => {
    expect(await authority.may("approve", prod, actor("approver"), about)).toMatchObject({ allowed: true });
    slack.workspace.setMembers("S0APPROVERS", []);
    expect(await authority.could("approve", prod, actor("approver"))).toMatchObject({ allowed: true });
    expect(await authority.may("approve", prod, actor("approver"), about)).toMatchObject({ rule: "role" });
    expect(await authority.could("approve", prod, actor("approver"))).toMatchObject({ rule: "role" });
  });

  it("is not used up by somebody who presses a button that is not for them", async () => {
    for (let pressed = 0; pressed < 5; pressed++) {
      expect(await authority.may("approve", prod, actor("bystander"), about)).toMatchObject({ rule: "role" });
    }
    // Both groups that count for an approval, once.
    expect(groupsAsked()).toBe(2);
    expect(await authority.may("approve", prod, actor("approver"), about)).toMatchObject({ allowed: true });
  });
});

describe("while Slack is asked about very many people", () => {
  const crowd = async () => {
    for (let each = 0; each < 30; each++)
      await authority.admits({ ...actor("operator"), user: `U${each}` }, about);
  };

  it.each<[string, keyof SimulatedSlack["users"], AccessRule | undefined]>([
    ["who has no part in the fleet is not asked about", "guest", "role"],
    ["who has is asked about, and let in", "operator", undefined],
    ["who is named is, too", "approver", undefined],
  ])("%s", async (_, who, rule) => {
    await crowd();
    const before = calls("users.info").length;
    const ruling = await authority.admits(actor(who), about);
    expect(ruling.allowed ? undefined : ruling.rule).toBe(rule);
    expect(calls("users.info").length - before).toBe(rule ? 0 : 1);
    clock.now += minute;
    expect(await authority.admits(actor("guest"), about)).toMatchObject({ rule: "person" });
  });

  it("whoever that may be is asked about while Slack does not tell who is in which group", async () => {
    await crowd();
    slack.faults.next("usergroups.users.list", brokenServer, 9);
    expect(await authority.admits(actor("guest"), about)).toMatchObject({ rule: "person" });
  });
});

describe("while Slack does not tell", () => {
  it.each<[string, string, Right, keyof SimulatedSlack["users"]]>([
    ["of the person", "users.info", "start", "operator"],
    ["of the channel", "conversations.info", "start", "operator"],
    ["of the group", "usergroups.users.list", "start", "operator"],
    ["of the person, at an approval", "users.info", "approve", "approver"],
    ["of the groups, at an approval", "usergroups.users.list", "approve", "approver"],
  ])("nobody may: %s", async (_, method, right, who) => {
    slack.faults.next(method, brokenServer, 2);
    const ruling = await authority.may(right, prod, actor(who), about);
    expect(ruling).toMatchObject({ allowed: false, rule: "unsure" });
    expect(!ruling.allowed && isSlackTrouble(ruling.unsure)).toBe(true);
    expect(recorded).toMatchObject([{ kind: "refusal", rule: "unsure" }]);
  });

  it("no older answer is used in its place, and none is kept of the failure", async () => {
    expect(await authority.may("approve", prod, actor("approver"), about)).toMatchObject({ allowed: true });
    slack.faults.next("usergroups.users.list", rateLimited(30));
    expect(await authority.may("approve", prod, actor("approver"), about)).toMatchObject({ rule: "unsure" });
    expect(await authority.may("approve", prod, actor("approver"), about)).toMatchObject({ allowed: true });
  });

  it("for want of a scope, it says which", async () => {
    slack.scopes.delete("users:read");
    expect(await authority.may("start", prod, actor("operator"), about)).toMatchObject({
      ...{ rule: "unsure", why: expect.stringContaining("lacks the scope users:read") },
    });
  });

  it("a person who is named by id may all the same, without their groups", async () => {
    const named = { ...prod, may: { ...prod.may, start: { groups: ["S0OPS"], users: ["U0BYSTANDER"] } } };
    slack.faults.next("usergroups.users.list", brokenServer, 9);
    expect(await authority.may("start", named, actor("bystander"), about)).toMatchObject({ allowed: true });
  });
});

describe("what somebody sees", () => {
  const names = async (who: keyof SimulatedSlack["users"], over: Partial<Actor> = {}) =>
    (await authority.visible(actor(who, over))).map(({ name }) => name);

  it("is where they have any right", async () => {
    expect(await names("operator")).toEqual(["prod", "test"]);
    expect(await names("approver")).toEqual(["prod"]);
    expect(await names("bystander")).toEqual([]);
  });

  it.each<[string, keyof SimulatedSlack["users"], Partial<Actor>]>([
    ["a guest", "guest", {}],
    ["a stranger", "stranger", {}],
    ["a person of another workspace", "operator", { team: "T0OTHER" }],
    ["anybody in a shared channel", "operator", { channel: "C0SHARED" }],
  ])("is nothing for %s, even where they are named", async (_, who, over) => {
    slack.workspace.setMembers("S0OPS", [slack.users[who]]);
    expect(await names(who, over)).toEqual([]);
  });

  it("is not nothing where Slack does not tell: then nobody knows", async () => {
    slack.faults.next("usergroups.users.list", brokenServer, 9);
    await expect(authority.visible(actor("operator"))).rejects.toSatisfy((error) => isSlackTrouble(error));
    slack.faults.next("users.info", brokenServer, 9);
    await expect(authority.visible(actor("approver"))).rejects.toSatisfy((error) => isSlackTrouble(error));
  });

  it("is whatever is known, where Slack tells of something", async () => {
    slack.faults.add(({ method, arguments: args }) =>
      method === "usergroups.users.list" && args.usergroup === "S0OPS" ? brokenServer : undefined,
    );
    expect(await names("approver")).toEqual(["prod"]);
  });
});

describe("before a worker writes", () => {
  it("whoever asked has to be there still, and one of those who may", async () => {
    expect(await authority.still("start", prod, "U0OPERATOR")).toMatchObject({ allowed: true });
    clock.now += minute;
    slack.workspace.setMembers("S0OPS", ["U0LEAVER"]);
    expect(await authority.still("start", prod, "U0OPERATOR")).toMatchObject({ rule: "role" });
    expect(await authority.still("start", prod, "U0LEAVER")).toMatchObject({ rule: "person" });
  });

  it("where it was asked is of no interest", async () => {
    const narrow = { ...prod, channels: ["C0OPS"] };
    expect(await authority.still("start", narrow, "U0OPERATOR")).toMatchObject({ allowed: true });
    expect(calls("conversations.info")).toHaveLength(1);
  });

  it.each<[string, Partial<Channel>]>([
    ["shared", { shared: "external" }],
    ["archived", { archived: true }],
  ])("the channel in which what begins is told must not be %s by now", async (_, become) => {
    slack.workspace.changeChannel("C0PROD", become);
    expect(await authority.still("start", prod, "U0OPERATOR")).toMatchObject({ rule: "channel" });
  });

  it("a deputy's approval counts when it was given in their time, though that is over", async () => {
    const given = clock.now;
    const stands = { of: "U0APPROVER", deputy: "U0BYSTANDER", from: given - hour, until: given + hour };
    const lent = { ...prod, deputies: [stands] };
    clock.now += 2 * hour;
    expect(await authority.still("approve", lent, "U0BYSTANDER", given)).toMatchObject({
      ...{ allowed: true, deputyOf: "U0APPROVER" },
    });
    expect(await authority.still("approve", lent, "U0BYSTANDER")).toMatchObject({ rule: "role" });
  });

  it("nobody knows while Slack does not tell", async () => {
    slack.faults.next("usergroups.users.list", brokenServer, 2);
    expect(await authority.still("start", prod, "U0OPERATOR")).toMatchObject({ rule: "unsure" });
  });
});
