import { type App, LogLevel, SocketModeReceiver } from "@slack/bolt";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { type SimulatedSlack, serveSlack } from "../../../playground/slack/server.js";
import { approval, boltApp } from "./bolt-app.js";

describe("an unmodified Bolt app in Socket Mode", () => {
  let slack: SimulatedSlack;
  let app: App | undefined;

  let skipped = 0;

  beforeEach(async () => {
    skipped = 0;
    slack = await serveSlack({ now: () => Date.now() + skipped });
  });

  afterEach(async () => {
    await app?.stop();
    app = undefined;
    await slack.close();
  });

  test("acknowledges a command with a text that only its typist sees", async () => {
    app = await boltApp(slack, (bolt) => {
      bolt.command("/eks-upgrade", ({ ack, command }) => ack(`You said ${command.text}`));
    });
    const delivery = await slack.as(slack.users.operator).command("/eks-upgrade", "help");
    expect(delivery).toMatchObject({ outcome: "acked", payload: { text: "You said help" } });
    expect(slack.workspace.ephemerals(slack.users.operator)).toMatchObject([{ text: "You said help" }]);
    expect(slack.as(slack.users.approver).sees()).toEqual([]);
  });

  test("answers later through respond(), five times at most", async () => {
    const refused: unknown[] = [];
    app = await boltApp(slack, (bolt) => {
      bolt.command("/eks-upgrade", async ({ ack, respond }) => {
        await ack();
        for (let count = 1; count <= 6; count += 1) {
          await respond(`answer ${count}`).catch((error: unknown) => refused.push(error));
        }
      });
    });
    await slack.as(slack.users.operator).command("/eks-upgrade");
    await slack.waitFor(
      () => refused.length > 0 || slack.calls.filter((call) => call.method === "response_url").length === 6,
    );
    await expect.poll(() => refused).toMatchObject([{ statusCode: 404 }]);
    expect(slack.workspace.ephemerals(slack.users.operator)).toHaveLength(5);
  });

  test("cannot answer through respond() after half an hour", async () => {
    const refused: unknown[] = [];
    app = await boltApp(slack, (bolt) => {
      bolt.command("/eks-upgrade", async ({ ack, respond }) => {
        await ack();
        skipped = 30 * 60_000 + 1_000;
        await respond("late").catch((error: unknown) => refused.push(error));
      });
    });
    await slack.as(slack.users.operator).command("/eks-upgrade");
    await expect.poll(() => refused).toMatchObject([{ statusCode: 404 }]);
    expect(slack.calls.at(-1)?.answer).toEqual({ ok: false, error: "expired_url" });
  });

  test("hears a click and takes the buttons away", async () => {
    app = await boltApp(slack, (bolt) => {
      bolt.command("/eks-upgrade", async ({ ack, client }) => {
        await ack();
        await client.chat.postMessage({ channel: slack.channel, ...approval });
      });
      bolt.action("approve", async ({ ack, body, client, action }) => {
        await ack();
        if (body.type !== "block_actions" || action.type !== "button" || !body.message) return;
        await client.chat.update({
          channel: slack.channel,
          ts: body.message.ts,
          text: `${action.value} approved by <@${body.user.id}>`,
        });
      });
    });
    await slack.as(slack.users.operator).command("/eks-upgrade", "start");
    const card = await slack.waitFor(() => slack.workspace.messages(slack.channel)[0]);
    await slack.as(slack.users.approver).click(card, "approve");
    const after = await slack.waitFor(() =>
      slack.workspace.messages(slack.channel).find((m) => m.edits === 1),
    );
    expect(after).toMatchObject({ text: "run-1 approved by <@U0APPROVER>", blocks: [], ts: card.ts });
    expect(() => slack.as(slack.users.approver).click(card, "approve")).toThrow("Nothing here to use as");
  });

  test("two clicks in the same moment are two payloads of one message", async () => {
    const clicks: unknown[] = [];
    app = await boltApp(slack, (bolt) => {
      bolt.action("approve", async ({ ack, body }) => {
        await ack();
        if (body.type === "block_actions") clicks.push([body.user.id, body.message?.ts, body.state?.values]);
      });
    });
    const card = slack.workspace.post(slack.channel, slack.users.bot, approval);
    await Promise.all([
      slack.as(slack.users.approver).click(card, "approve"),
      slack.as(slack.users.approver).click(card, "approve"),
    ]);
    await expect.poll(() => clicks).toEqual(Array(2).fill([slack.users.approver, card.ts, {}]));
  });

  test("a click says where it happened: in a thread, on an ephemeral message", async () => {
    const containers: unknown[] = [];
    app = await boltApp(slack, (bolt) => {
      bolt.action("approve", async ({ ack, body }) => {
        containers.push("container" in body && body.container);
        await ack();
      });
    });
    const { bot, approver } = slack.users;
    const parent = slack.workspace.post(slack.channel, bot, { text: "parent" });
    const reply = slack.workspace.post(slack.channel, bot, { ...approval, threadTs: parent.ts });
    const whisper = slack.workspace.post(slack.channel, bot, approval, approver);
    await slack.as(approver).click(reply, "approve");
    await slack.as(approver).click(whisper, "approve");
    expect(containers).toEqual([
      {
        type: "message",
        message_ts: reply.ts,
        channel_id: slack.channel,
        is_ephemeral: false,
        thread_ts: parent.ts,
      },
      { type: "message", message_ts: whisper.ts, channel_id: slack.channel, is_ephemeral: true },
    ]);
    expect(() => slack.as(slack.users.operator).click(whisper, "approve")).toThrow("sees no such message");
  });

  it.each([
    ["replaces what was clicked", { replace_original: true, text: "done" }, ["done"], []],
    ["deletes what was clicked", { delete_original: true }, [], []],
    ["says it to the clicker alone", { text: "psst" }, ["Approve?"], ["psst"]],
    ["says it to everyone", { response_type: "in_channel" as const, text: "all" }, ["Approve?", "all"], []],
  ])("respond() after a click %s", async (_sentence, answer, shown, whispered) => {
    app = await boltApp(slack, (bolt) => {
      bolt.action("approve", async ({ ack, respond }) => {
        await ack();
        await respond(answer);
      });
    });
    const card = slack.workspace.post(slack.channel, slack.users.bot, approval);
    await slack.as(slack.users.approver).click(card, "approve");
    await slack.waitFor(() => slack.calls.some((call) => call.method === "response_url"));
    expect(slack.workspace.messages(slack.channel).map(({ text }) => text)).toEqual(shown);
    expect(slack.workspace.ephemerals(slack.users.approver).map(({ text }) => text)).toEqual(whispered);
  });

  test("an ack with broken blocks shows its typist an error", async () => {
    app = await boltApp(slack, (bolt) => {
      bolt.command("/eks-upgrade", ({ ack }) => ack({ text: "x", blocks: [{ type: "header" }] }));
    });
    await slack.as(slack.users.operator).command("/eks-upgrade");
    expect(slack.workspace.ephemerals(slack.users.operator)).toMatchObject([
      { user: "USLACKBOT", text: "invalid_command_response (invalid_blocks)" },
    ]);
  });

  test("a person outside the channel can neither type nor click there", async () => {
    const { members: _all, ...rest } = slack.workspace.channels.get(slack.channel) ?? raise();
    slack.workspace.channels.set(slack.channel, { ...rest, members: [slack.users.bot] });
    const card = slack.workspace.post(slack.channel, slack.users.bot, approval);
    const bystander = slack.as(slack.users.bystander);
    await expect(bystander.command("/eks-upgrade")).rejects.toThrow("is not in channel");
    expect(() => bystander.click(card, "approve")).toThrow("is not in channel");
  });

  test("Bolt comes back after a refresh and hears the next command", async () => {
    const receiver = new SocketModeReceiver({
      appToken: slack.appToken,
      clientPingTimeout: 50,
      logLevel: LogLevel.ERROR,
      installerOptions: { clientOptions: { slackApiUrl: slack.apiUrl } },
    });
    app = await boltApp(slack, (bolt) => bolt.command("/eks-upgrade", ({ ack }) => ack("here")), receiver);
    slack.socketMode.refresh();
    expect(slack.socketMode.connections).toBe(0);
    await slack.waitFor(() => slack.socketMode.connections === 1);
    expect(await slack.as(slack.users.operator).command("/eks-upgrade")).toMatchObject({ outcome: "acked" });
  });

  test("waiting in vain says what Slack shows", async () => {
    slack.workspace.post(slack.channel, slack.users.bot, { text: "something else" });
    const waiting = slack.waitFor(() => undefined, { timeoutMs: 10, what: "The approval card" });
    await expect(waiting).rejects.toThrow(/The approval card did not come within 10 ms[\s\S]*something else/);
  });
});

function raise(): never {
  throw new Error("The environment's channel is missing.");
}
