import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  brokenServer,
  type Fault,
  lostAnswer,
  lostRequest,
  rateLimited,
} from "../../../playground/slack/faults.js";
import { type SimulatedSlack, serveSlack } from "../../../playground/slack/server.js";
import { createSlackClient, type Post, type SlackClient } from "../../../src/slack/client.js";
import { section } from "../../../src/slack/text.js";
import { isSlackTrouble, type SlackTrouble } from "../../../src/slack/trouble.js";
import { quietLogger } from "./quiet-logger.js";

let slack: SimulatedSlack;
let client: SlackClient;
let post: Post;

/** What the manifest asks for. */
const scopes = ["commands", "chat:write", "usergroups:read", "users:read"];

async function open(granted: readonly string[] = scopes): Promise<void> {
  slack = await serveSlack({ scopes: granted });
  client = connect();
  post = { channel: slack.channel, origin: { run: "calm-heron-42", slot: "live" }, ...view("hello") };
}

function connect(over: { slackApiUrl?: string; timeout?: number } = {}): SlackClient {
  return createSlackClient({
    token: slack.botToken,
    slackApiUrl: slack.apiUrl,
    logger: quietLogger,
    ...over,
  });
}

const view = (text: string) => ({ text, blocks: [section([text])] });
const shown = () => slack.workspace.everything(slack.channel);
const answering = (error: string): Fault => ({
  when: "instead",
  answer: { status: 200, body: { ok: false, error } },
});

beforeEach(() => open());
afterEach(() => slack.close());

async function troubleOf(call: Promise<unknown>): Promise<SlackTrouble> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isSlackTrouble(error)) throw new Error(`no trouble but ${String(error)}`);
  return error;
}

describe("over the wire", () => {
  it("posts a message, and says where it is", async () => {
    const place = await client.post(post);
    expect(shown()).toMatchObject([{ ts: place.ts, channel: place.channel, text: "hello" }]);
  });

  it("says whose message it is, and has no links unfurled", async () => {
    await client.post(post);
    const [call] = slack.calls.filter(({ method }) => method === "chat.postMessage");
    expect(JSON.stringify(call)).toContain("eks_upgrade_message");
    expect(shown()[0]?.metadata).toEqual({
      event_type: "eks_upgrade_message",
      event_payload: { run: "calm-heron-42", slot: "live" },
    });
  });

  it("posts a reply, and shows it in the channel when told to", async () => {
    const { ts } = await client.post(post);
    await client.post({ ...post, thread: ts });
    await client.post({ ...post, thread: ts, broadcast: true });
    expect(shown().slice(1)).toMatchObject([
      { threadTs: ts, broadcast: false },
      { threadTs: ts, broadcast: true },
    ]);
  });

  it("edits text and blocks, and can take the blocks away", async () => {
    const place = await client.post(post);
    await client.update(place, view("changed"));
    expect(shown()[0]).toMatchObject({ text: "changed", blocks: [{ text: { text: "changed" } }] });
    await client.update(place, { text: "bare", blocks: [] });
    expect(shown()[0]).toMatchObject({ text: "bare", blocks: [] });
  });

  it("answers one person", async () => {
    await client.postEphemeral(slack.channel, slack.users.operator, view("only you"));
    expect(slack.workspace.ephemerals(slack.users.operator)).toMatchObject([{ text: "only you" }]);
  });

  it("links to a message", async () => {
    const place = await client.post(post);
    expect(await client.permalink(place)).toMatch(
      /^https:\/\/playground\.slack\.com\/archives\/C0PROD\/p\d+$/,
    );
  });

  it("asks for a link once, however often it is wanted, and again where Slack did not tell", async () => {
    const place = await client.post(post);
    slack.faults.next("chat.getPermalink", brokenServer);
    await expect(client.permalink(place)).rejects.toThrow();
    const links = await Promise.all([client.permalink(place), client.permalink(place)]);
    expect(new Set([...links, await client.permalink(place)]).size).toBe(1);
    expect(slack.calls.filter(({ method }) => method === "chat.getPermalink")).toHaveLength(2);
  });

  it("knows the members of a user group, and itself", async () => {
    expect(await client.userGroupMembers(slack.groups.approvers)).toEqual([
      slack.users.approver,
      slack.users.secondApprover,
    ]);
    expect(await client.team()).toEqual({ teamId: slack.workspace.team.id, botUserId: slack.users.bot });
  });
});

describe("people and channels", () => {
  const usual = { team: "T0PLAYGROUND", deactivated: false, bot: false, guest: false, stranger: false };
  it.each([
    ["a member", "approver", usual],
    ["a guest of some channels", "guest", { ...usual, guest: true }],
    ["a guest of a single channel", "visitor", { ...usual, guest: true }],
    ["a bot", "otherBot", { ...usual, bot: true }],
    ["who is deactivated", "leaver", { ...usual, deactivated: true }],
    ["who is at home elsewhere", "stranger", { ...usual, team: "T0PARTNER", stranger: true }],
  ] as const)("tells %s", async (_, who, expected) => {
    await slack.close();
    await open([...scopes, "users:read"]);
    expect(await client.person(slack.users[who])).toEqual(expected);
  });

  it("tells a shared channel, one that is about to be, and an archived one", async () => {
    await slack.close();
    await open([...scopes, "channels:read", "groups:read"]);
    expect(await client.channel("C0GENERAL")).toEqual({ shared: false, archived: false });
    expect(await client.channel("C0SHARED")).toEqual({ shared: true, archived: false });
    expect(await client.channel("C0ARCHIVED")).toEqual({ shared: false, archived: true });
    slack.workspace.changeChannel("C0GENERAL", { shared: "pending" });
    expect(await client.channel("C0GENERAL")).toEqual({ shared: true, archived: false });
    slack.workspace.changeChannel("C0GENERAL", { shared: "organisation" });
    expect(await client.channel("C0GENERAL")).toEqual({ shared: false, archived: false });
  });

  it("tells nothing of a private channel that the bot is not in, and of who does not exist", async () => {
    await slack.close();
    await open([...scopes, "users:read", "channels:read", "groups:read"]);
    expect(await troubleOf(client.channel("G0PRIVATE"))).toMatchObject({ code: "channel_not_found" });
    expect(await troubleOf(client.person("U0NOBODY"))).toMatchObject({ code: "user_not_found" });
  });

  it("says which scope is missing", async () => {
    await slack.close();
    await open(["chat:write"]);
    expect((await troubleOf(client.person(slack.users.operator))).next).toContain("the scope users:read.");
    expect((await troubleOf(client.channel(slack.channel))).next).toMatch(/the scope channels:read/);
  });
});

describe("a post whose answer was lost", () => {
  const readable = [...scopes, "channels:history"];

  it("is found by what it carries", async () => {
    await slack.close();
    await open(readable);
    await client.post({ ...post, origin: { run: "odd-owl-7", slot: "live" } });
    slack.faults.next("chat.postMessage", lostAnswer);
    expect(await troubleOf(client.post(post))).toMatchObject({ kind: "unknown outcome" });

    const found = await client.findPosted(slack.channel, post.origin);
    expect(found).toEqual({ channel: slack.channel, ts: shown().at(-1)?.ts });
    expect(await client.findPosted(slack.channel, { ...post.origin, slot: "card" })).toBeUndefined();
  });

  it("is found in its thread", async () => {
    await slack.close();
    await open(readable);
    const { ts } = await client.post(post);
    const reply = await client.post({ ...post, origin: { ...post.origin, slot: "end" }, thread: ts });
    expect(await client.findPosted(slack.channel, { ...post.origin, slot: "end" }, ts)).toEqual(reply);
  });

  it("cannot be looked for without the scope, and that is no trouble", async () => {
    await client.post(post);
    expect(await client.findPosted(slack.channel, post.origin)).toBeUndefined();
  });
});

describe("trouble with a post", () => {
  it.each<[string, Fault, Partial<SlackTrouble>]>([
    ["a rate limit says when to come again", rateLimited(7), { kind: "rate limited", retryAfter: 7 }],
    ["a rate limit without a delay", answering("ratelimited"), { kind: "rate limited", retryAfter: 5 }],
    ["a cut connection", lostRequest, { kind: "unknown outcome" }],
    ["an answer that never came", lostAnswer, { kind: "unknown outcome" }],
    ["a broken server", brokenServer, { kind: "unknown outcome", code: "HTTP 500" }],
    ["Slack's own fault", answering("fatal_error"), { kind: "unknown outcome" }],
    ["a channel it is not in", answering("not_in_channel"), { kind: "unwelcome" }],
    ["an archived channel", answering("is_archived"), { kind: "unwelcome" }],
    ["a thread that is gone", answering("cannot_reply_to_message"), { kind: "gone" }],
    ["blocks it does not take", answering("invalid_blocks"), { kind: "refused" }],
    ["a dead token", answering("token_revoked"), { kind: "denied" }],
    ["a word nobody has heard of", answering("some_new_error"), { kind: "refused", code: "some_new_error" }],
    [
      "a proxy's page instead of an answer is not shown",
      answering("<html>internal host 10.1.2.3</html>"),
      { kind: "unknown outcome", code: "unreadable_answer" },
    ],
  ])("%s", async (_, fault, expected) => {
    slack.faults.next("chat.postMessage", fault);
    expect(await troubleOf(client.post(post))).toMatchObject(expected);
  });

  it("is met once: nothing is repeated behind our back", async () => {
    slack.faults.next("chat.postMessage", brokenServer);
    await troubleOf(client.post(post));
    expect(slack.calls.filter(({ method }) => method === "chat.postMessage")).toHaveLength(1);
  });

  it("says what to do where a person can help", async () => {
    const trouble = await troubleOf(client.post({ ...post, channel: slack.elsewhere }));
    expect(trouble.kind).toBe("unwelcome");
    expect(trouble.message).toContain("Invite the bot");
  });

  it("that never left this machine is certain to have changed nothing", async () => {
    await slack.close();
    expect(await troubleOf(client.post(post))).toMatchObject({ kind: "unreachable", code: "ECONNREFUSED" });
    await open();
  });

  it("ends a call that gets no answer", async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as AddressInfo;
    const patient = connect({ slackApiUrl: `http://127.0.0.1:${port}/api/`, timeout: 50 });
    expect(await troubleOf(patient.post(post))).toMatchObject({
      kind: "unknown outcome",
      code: "TimeoutError",
    });
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
  });
});

describe("trouble with an edit", () => {
  it.each<[string, Fault, Partial<SlackTrouble>]>([
    ["a deleted message", answering("message_not_found"), { kind: "gone" }],
    ["a closed edit window", answering("edit_window_closed"), { kind: "gone" }],
    ["an archived channel", answering("is_inactive"), { kind: "unwelcome" }],
    ["a text that is too long", answering("msg_too_long"), { kind: "refused" }],
    ["a broken server: it can be made again", brokenServer, { kind: "unreachable" }],
    ["a cut connection: it can be made again", lostAnswer, { kind: "unreachable" }],
  ])("%s", async (_, fault, expected) => {
    const place = await client.post(post);
    slack.faults.next("chat.update", fault);
    expect(await troubleOf(client.update(place, view("x")))).toMatchObject(expected);
  });
});

it("does not know the members of a group it may not read", async () => {
  await slack.close();
  await open(["chat:write"]);
  expect(await troubleOf(client.userGroupMembers(slack.groups.approvers))).toMatchObject({
    kind: "denied",
    code: "missing_scope",
  });
});

it("never says the token", async () => {
  slack.faults.next("chat.postMessage", brokenServer);
  const trouble = await troubleOf(client.post(post));
  expect(`${trouble.message} ${String(trouble.stack)}`).not.toContain(slack.botToken);
});
