import type { App } from "@slack/bolt";
import type { WebClient } from "@slack/web-api";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { channels, groups, users } from "../../../playground/slack/contents.js";
import { withMentions } from "../../../playground/slack/mentions.js";
import { type SimulatedSlack, serveSlack } from "../../../playground/slack/server.js";
import { approval, boltApp } from "./bolt-app.js";
import { clientOf, outcomeOf } from "./web-client.js";

const here = { id: "T0PLAYGROUND", domain: "playground" };
const partner = { id: "T0PARTNER", domain: "partner" };

let slack: SimulatedSlack;
let web: WebClient;

beforeEach(async () => {
  slack = await serveSlack();
  web = clientOf(slack);
});

afterEach(() => slack.close());

describe("what Slack tells of people", () => {
  const usual = {
    team_id: here.id,
    deleted: false,
    is_bot: false,
    is_restricted: false,
    is_ultra_restricted: false,
    is_stranger: false,
  };

  it.each([
    ["a member", users.secondApprover, {}],
    ["a guest of some channels", users.guest, { is_restricted: true }],
    ["a guest of a single channel", users.visitor, { is_restricted: true, is_ultra_restricted: true }],
    ["a bot", users.otherBot, { is_bot: true }],
    ["who is deactivated", users.leaver, { deleted: true }],
    ["who is at home elsewhere", users.stranger, { team_id: partner.id, is_stranger: true }],
  ])("%s is told apart", async (_sentence, user, differs) => {
    const info = await web.users.info({ user });
    expect(info.user).toMatchObject({ id: user, ...usual, ...differs });
  });

  test("whoever is changed meanwhile is told of as they are then", async () => {
    slack.workspace.changeUser(users.approver, { deleted: true });
    slack.workspace.changeUser(users.bystander, { guest: "of some channels" });
    expect((await web.users.info({ user: users.approver })).user?.deleted).toBe(true);
    expect((await web.users.info({ user: users.bystander })).user?.is_restricted).toBe(true);
  });
});

describe("user groups", () => {
  const listed = async (args: object) => {
    const { usergroups = [] } = await web.usergroups.list(args);
    return usergroups.map(({ id, users: members, user_count, date_delete }) => [
      id,
      members,
      user_count,
      date_delete,
    ]);
  };

  it.each([
    [
      "enabled ones alone",
      {},
      [
        [groups.operators, undefined, undefined, 0],
        [groups.approvers, undefined, undefined, 0],
        [groups.security, undefined, undefined, 0],
        [groups.empty, undefined, undefined, 0],
      ],
    ],
    [
      "with their members, and the disabled one",
      { include_users: true, include_disabled: true, include_count: true },
      [
        [groups.operators, [users.operator], 1, 0],
        [groups.approvers, [users.approver, users.secondApprover], 2, 0],
        [groups.security, [users.secondApprover], 1, 0],
        [groups.empty, [], 0, 0],
        [groups.disabled, [users.approver], 1, 1],
      ],
    ],
  ])("are listed: %s", async (_sentence, args, expected) => {
    expect(await listed(args)).toEqual(expected);
  });

  const membersOf = async (usergroup: string, more: object = {}) =>
    (await web.usergroups.users.list({ usergroup, ...more })).users;

  test("a disabled one tells its members only to who asks for that", async () => {
    expect(await membersOf(groups.disabled)).toEqual([]);
    expect(await membersOf(groups.disabled, { include_disabled: true })).toEqual([users.approver]);
  });

  test("who is taken out, or put in, is so at the next question", async () => {
    slack.workspace.removeFromGroup(groups.approvers, users.approver);
    slack.workspace.addToGroup(groups.approvers, users.bystander);
    slack.workspace.addToGroup(groups.approvers, users.bystander);
    expect(await membersOf(groups.approvers)).toEqual([users.secondApprover, users.bystander]);
  });
});

describe("what Slack tells of channels", () => {
  const usual = {
    is_archived: false,
    is_ext_shared: false,
    is_pending_ext_shared: false,
    is_org_shared: false,
    is_shared: false,
    is_private: false,
    is_im: false,
    is_member: true,
  };
  const told = async (channel: string) => (await web.conversations.info({ channel })).channel;

  it.each([
    ["of no environment", channels.general, {}],
    ["without the bot", channels.elsewhere, { is_member: false }],
    ["shared with another organisation", channels.shared, { is_ext_shared: true, is_shared: true }],
    ["archived", channels.archived, { is_archived: true }],
  ])("one that is %s", async (_sentence, channel, differs) => {
    expect(await told(channel)).toMatchObject({ id: channel, ...usual, ...differs });
  });

  it.each([
    ["is shared", { shared: "external" as const }, { is_ext_shared: true, is_shared: true }],
    ["is about to be shared", { shared: "pending" as const }, { is_pending_ext_shared: true }],
    [
      "is opened to the organisation",
      { shared: "organisation" as const },
      { is_org_shared: true, is_shared: true },
    ],
    ["is archived", { archived: true }, { is_archived: true }],
    [
      "becomes private",
      { kind: "private" as const },
      { is_private: true, is_channel: false, is_group: true },
    ],
  ])("one that %s meanwhile", async (_sentence, how, differs) => {
    slack.workspace.changeChannel(slack.channel, how);
    expect(await told(slack.channel)).toMatchObject({ ...usual, ...differs });
  });

  test("of a private one without the bot there is nothing to be heard", async () => {
    expect(await outcomeOf(told(channels.private))).toBe("channel_not_found");
  });

  test("a direct conversation is told of to who may read those", async () => {
    const channel = slack.direct(users.operator);
    expect(await outcomeOf(told(channel))).toBe("missing_scope");
    slack.scopes.add("im:read");
    expect(await told(channel)).toMatchObject({ id: channel, is_im: true, user: users.operator });
  });
});

describe("what is typed of people and places", () => {
  it.each([
    ["a person", "history --user @second-approver", "history --user <@U0APPROVER2|second-approver>"],
    ["a user group", "@approvers please", "<!subteam^S0APPROVERS|@approvers> please"],
    ["a channel", "see #general", "see <#C0GENERAL|general>"],
    ["a private channel", "#a-few-people", "<#G0PRIVATE|>"],
    ["nobody", "@nobody-else a@approver #nowhere", "@nobody-else a@approver #nowhere"],
    ["a mention that is one already", "<@U0APPROVER|approver>", "<@U0APPROVER|approver>"],
  ])("%s", (_sentence, typed, heard) => {
    expect(withMentions(typed, slack.workspace)).toBe(heard);
  });
});

describe("what an app hears of who does something where", () => {
  let app: App;
  let heard: object[];

  beforeEach(async () => {
    heard = [];
    app = await boltApp(slack, (bolt) => {
      bolt.command("/eks-upgrade", async ({ ack, command }) => {
        const { user_id, team_id, team_domain, channel_id, channel_name } = command;
        heard.push({ user_id, team_id, team_domain, channel_id, channel_name });
        await ack(approval);
      });
      bolt.action("approve", async ({ ack, body }) => {
        const { user, team } = body;
        const channel = "channel" in body ? body.channel?.id : undefined;
        heard.push({ user: user.id, home: "team_id" in user && user.team_id, team: team?.id, channel });
        await ack();
      });
    });
  });

  afterEach(() => app.stop());

  it.each([
    ["an operator", users.operator, here],
    ["a single-channel guest", users.visitor, here],
    ["somebody from elsewhere", users.stranger, partner],
  ])("%s names the team they are at home in, in every channel", async (_sentence, user, team) => {
    const person = slack.as(user);
    const places: (readonly [id: string, name: string])[] = [
      [channels.environment, "prod-upgrades"],
      [channels.general, "general"],
      [channels.shared, "with-partner"],
      [channels.archived, "old-upgrades"],
      [channels.private, "privategroup"],
      [slack.direct(user), "directmessage"],
    ];
    for (const [channel] of places) await person.command("/eks-upgrade", "help", channel);
    expect(heard).toEqual(
      places.map(([channel_id, channel_name]) => ({
        user_id: user,
        team_id: team.id,
        team_domain: team.domain,
        channel_id,
        channel_name,
      })),
    );
  });

  test("a button under an answer that only its reader sees can be pressed, wherever that was", async () => {
    const { stranger } = users;
    await slack.as(stranger).command("/eks-upgrade", "start", channels.shared);
    const [answer] = slack.workspace.ephemerals(stranger);
    await slack.as(stranger).click(answer ?? raise(), "approve");
    expect(heard.at(-1)).toEqual({
      user: stranger,
      home: partner.id,
      team: partner.id,
      channel: channels.shared,
    });
  });
});

function raise(): never {
  throw new Error("There is no answer.");
}
