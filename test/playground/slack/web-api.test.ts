import type { WebClient } from "@slack/web-api";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { defaultScopes } from "../../../playground/slack/contents.js";
import { type SimulatedSlack, serveSlack } from "../../../playground/slack/server.js";
import { clientOf, outcomeOf } from "./web-client.js";

describe("the Web API through the real client", () => {
  let slack: SimulatedSlack;
  let web: WebClient;
  let now = Date.now();

  beforeAll(async () => {
    slack = await serveSlack({
      // A minute for each look: the rate limits have a suite of their own.
      now: () => (now += 60_000),
      scopes: [...defaultScopes, "channels:history"],
    });
    web = clientOf(slack);
  });

  afterAll(() => slack.close());

  const post = async (more: object = {}) => {
    const { ts } = await web.chat.postMessage({ channel: slack.channel, text: "hello", ...more });
    return ts ?? "";
  };

  test("auth.test says who the bot is", async () => {
    expect(await web.auth.test()).toMatchObject({
      ok: true,
      user_id: slack.users.bot,
      team_id: "T0PLAYGROUND",
      response_metadata: { scopes: [...slack.scopes] },
    });
  });

  test("a message has an id of its own, names its blocks, and keeps its metadata", async () => {
    const metadata = { event_type: "job", event_payload: { id: "1" } };
    const one = await web.chat.postMessage({
      channel: slack.channel,
      text: "hello",
      blocks: [{ type: "divider" }],
      metadata,
    });
    const two = await post();
    expect(one.ts).toMatch(/^\d{10}\.\d{6}$/);
    expect(Number(two)).toBeGreaterThan(Number(one.ts));
    const stored = slack.workspace.find(slack.channel, one.ts ?? "");
    expect(stored).toMatchObject({ text: "hello", user: slack.users.bot, metadata });
    expect(stored?.blocks[0]?.block_id).toBeTypeOf("string");
  });

  test("a reply stays in its thread unless broadcast", async () => {
    const parent = await post();
    const quiet = await post({ thread_ts: parent });
    const loud = await post({ thread_ts: parent, reply_broadcast: true });
    expect(slack.workspace.thread(slack.channel, parent).map(({ ts }) => ts)).toEqual([parent, quiet, loud]);
    const shown = slack.workspace.messages(slack.channel).map(({ ts }) => ts);
    expect(shown).toContain(loud);
    expect(shown).not.toContain(quiet);
  });

  it.each([
    [
      "text alone takes the blocks away",
      { text: "new" },
      { text: "new", blocks: [], attachments: [{ text: "a" }] },
    ],
    ["no blocks means none", { text: "new", blocks: [] }, { text: "new", blocks: [] }],
    [
      "blocks alone keep the text",
      { blocks: [{ type: "divider", block_id: "d" }] },
      { text: "hello", blocks: [{ type: "divider", block_id: "d" }] },
    ],
    [
      "new metadata replaces the old",
      { text: "new", metadata: { event_type: "b", event_payload: {} } },
      { metadata: { event_type: "b", event_payload: {} } },
    ],
  ])("chat.update: %s", async (_sentence, change, expected) => {
    const ts = await post({
      blocks: [{ type: "header", text: { type: "plain_text", text: "H" } }],
      attachments: [{ text: "a" }],
      metadata: { event_type: "a", event_payload: {} },
    });
    await web.apiCall("chat.update", { channel: slack.channel, ts, ...change });
    expect(slack.workspace.find(slack.channel, ts)).toMatchObject({ ...expected, edits: 1 });
  });

  test("an ephemeral message reaches one person and cannot be updated", async () => {
    const { message_ts: ts = "" } = await web.chat.postEphemeral({
      channel: slack.channel,
      user: slack.users.approver,
      text: "psst",
    });
    expect(slack.workspace.ephemerals(slack.users.approver)).toMatchObject([{ ts, text: "psst" }]);
    expect(
      slack
        .as(slack.users.operator)
        .sees()
        .map((message) => message.ts),
    ).not.toContain(ts);
    const update = web.chat.update({ channel: slack.channel, ts, text: "loud" });
    expect(await outcomeOf(update)).toBe("message_not_found");
  });

  test("a deleted message is gone", async () => {
    const ts = await post();
    await web.chat.delete({ channel: slack.channel, ts });
    expect(slack.workspace.find(slack.channel, ts)).toBeUndefined();
  });

  test("a permalink points into the channel, and for a reply into its thread", async () => {
    const parent = await post();
    const reply = await post({ thread_ts: parent });
    const link = async (ts: string) =>
      (await web.chat.getPermalink({ channel: slack.channel, message_ts: ts })).permalink;
    expect(await link(parent)).toBe(
      `https://playground.slack.com/archives/C0PROD/p${parent.replace(".", "")}`,
    );
    expect(await link(reply)).toContain(`?thread_ts=${parent}&cid=C0PROD`);
  });

  test("a message to a user opens the direct conversation", async () => {
    const { channel } = await web.chat.postMessage({ channel: slack.users.operator, text: "hi" });
    expect(channel).toBe("D0OPERATOR");
    expect(slack.as(slack.users.operator).sees("D0OPERATOR")).toMatchObject([{ text: "hi" }]);
  });

  test("users and groups are told by id", async () => {
    const info = await web.users.info({ user: slack.users.approver, include_locale: true });
    expect(info.user).toMatchObject({
      name: "approver",
      is_bot: false,
      is_restricted: false,
      locale: "en-US",
    });
    const members = await web.usergroups.users.list({ usergroup: slack.groups.approvers });
    expect(members.users).toEqual([slack.users.approver, slack.users.secondApprover]);
  });

  test("changed members are told at the next question", async () => {
    slack.workspace.setMembers(slack.groups.operators, [slack.users.bystander]);
    const { users } = await web.usergroups.users.list({ usergroup: slack.groups.operators });
    expect(users).toEqual([slack.users.bystander]);
  });

  test("a channel says what it is", async () => {
    const { channel } = await web.conversations.info({ channel: slack.elsewhere });
    expect(channel).toMatchObject({ is_member: false, is_archived: false, is_ext_shared: false });
  });

  test("history finds a lost post by its metadata, page by page", async () => {
    const ts = await post({ metadata: { event_type: "job", event_payload: { id: "lost" } } });
    await post({ thread_ts: ts });
    const ask = { channel: slack.channel, oldest: ts, inclusive: true, include_all_metadata: true };
    const found = await web.conversations.history(ask);
    expect(found.messages).toMatchObject([
      { ts, metadata: { event_payload: { id: "lost" } }, reply_count: 1 },
    ]);
    const bare = await web.conversations.history({ ...ask, include_all_metadata: false });
    expect(bare.messages?.[0]).not.toHaveProperty("metadata");
    const page = await web.conversations.replies({ channel: slack.channel, ts, limit: 1 });
    expect(page).toMatchObject({ has_more: true, response_metadata: { next_cursor: "1" } });
    const rest = await web.conversations.replies({ channel: slack.channel, ts, cursor: "1" });
    expect(rest.messages).toHaveLength(1);
  });

  it.each([
    [
      "a channel the bot was never invited to",
      "chat.postMessage",
      { channel: "C0ELSEWHERE", text: "x" },
      "not_in_channel",
    ],
    [
      "a channel that does not exist",
      "chat.postMessage",
      { channel: "C0NOWHERE", text: "x" },
      "channel_not_found",
    ],
    ["no channel at all", "chat.postMessage", { text: "x" }, "invalid_arguments"],
    ["nothing to say", "chat.postMessage", { channel: "C0PROD" }, "no_text"],
    [
      "a thread nobody began",
      "chat.postMessage",
      { channel: "C0PROD", text: "x", thread_ts: "1.0" },
      "cannot_reply_to_message",
    ],
    [
      "blocks that are no list",
      "chat.postMessage",
      { channel: "C0PROD", blocks: "{" },
      "invalid_blocks_format",
    ],
    [
      "101 attachments",
      "chat.postMessage",
      { channel: "C0PROD", attachments: Array(101).fill({ text: "a" }) },
      "too_many_attachments",
    ],
    ["an update of nothing", "chat.update", { channel: "C0PROD", ts: "1.0", text: "x" }, "message_not_found"],
    [
      "an update of 4001 characters",
      "chat.update",
      { channel: "C0PROD", ts: "1.0", text: "x".repeat(4001) },
      "msg_too_long",
    ],
    [
      "an ephemeral for a stranger",
      "chat.postEphemeral",
      { channel: "C0PROD", user: "U0NOBODY", text: "x" },
      "user_not_found",
    ],
    [
      "a permalink to nothing",
      "chat.getPermalink",
      { channel: "C0PROD", message_ts: "1.0" },
      "message_not_found",
    ],
    ["a person who does not exist", "users.info", { user: "U0NOBODY" }, "user_not_found"],
    ["a group that does not exist", "usergroups.users.list", { usergroup: "S0NONE" }, "no_such_subteam"],
    ["a thread of nothing", "conversations.replies", { channel: "C0PROD", ts: "1.0" }, "thread_not_found"],
    ["a method that does not exist", "chat.shout", {}, "unknown_method"],
    ["the app token's method with the bot's token", "apps.connections.open", {}, "not_allowed_token_type"],
  ])("refuses %s (%s)", async (_sentence, method, args, error) => {
    expect(await outcomeOf(web.apiCall(method, args))).toBe(error);
  });

  test("refuses to change what somebody else wrote", async () => {
    const { ts } = slack.workspace.post(slack.channel, slack.users.operator, { text: "mine" });
    const place = { channel: slack.channel, ts };
    expect(await outcomeOf(web.chat.update({ ...place, text: "yours" }))).toBe("cant_update_message");
    expect(await outcomeOf(web.chat.delete(place))).toBe("cant_delete_message");
  });

  test("hides private channels and refuses archived ones", async () => {
    const base = { name: "x", members: [slack.users.operator], archived: false };
    slack.workspace.channels.set("G0HIDDEN", { ...base, id: "G0HIDDEN", kind: "private" });
    const members = [...base.members, slack.users.bot];
    slack.workspace.channels.set("C0OLD", { ...base, members, id: "C0OLD", kind: "public", archived: true });
    expect(await outcomeOf(web.chat.postMessage({ channel: "G0HIDDEN", text: "x" }))).toBe(
      "channel_not_found",
    );
    expect(await outcomeOf(web.chat.postMessage({ channel: "C0OLD", text: "x" }))).toBe("is_archived");
  });

  it.each([
    ["no token", "", "not_authed"],
    ["an unknown token", "xoxb-somebody-else", "invalid_auth"],
    ["the app's token", "xapp-playground-app", "not_allowed_token_type"],
  ])("refuses %s", async (_sentence, token, error) => {
    expect(await outcomeOf(clientOf(slack, token).auth.test())).toBe(error);
  });

  test("keeps a log of every request, without tokens", async () => {
    await post({ text: "logged" });
    expect(slack.calls.at(-1)).toMatchObject({
      method: "chat.postMessage",
      arguments: { channel: slack.channel, text: "logged" },
      answer: { ok: true },
    });
    expect(JSON.stringify(slack.calls)).not.toContain(slack.botToken);
  });
});

describe("scopes", () => {
  it.each([
    ["chat.postMessage", { channel: "C0PROD", text: "x" }, "chat:write"],
    ["users.info", { user: "U0BOT" }, "users:read"],
    ["usergroups.users.list", { usergroup: "S0OPS" }, "usergroups:read"],
    ["usergroups.list", {}, "usergroups:read"],
    ["conversations.info", { channel: "C0PROD" }, "channels:read"],
    ["conversations.history", { channel: "C0PROD" }, "channels:history"],
  ])("%s is refused without its scope and answered with it", async (method, args, scope) => {
    const without = await serveSlack({ scopes: [] });
    const withIt = await serveSlack({ scopes: [scope] });
    try {
      expect(await outcomeOf(clientOf(without).apiCall(method, args))).toBe("missing_scope");
      expect(await outcomeOf(clientOf(withIt).apiCall(method, args))).toBe("ok");
    } finally {
      await Promise.all([without.close(), withIt.close()]);
    }
  });
});
