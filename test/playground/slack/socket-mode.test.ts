import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type SimulatedSlack, serveSlack } from "../../../playground/slack/server.js";
import { clientOf } from "./web-client.js";

interface Envelope {
  readonly type: string;
  readonly envelope_id: string;
  readonly accepts_response_payload: boolean;
}

/** One end of a connection as an app holds it: what it heard, and how to answer. */
async function connect(slack: SimulatedSlack) {
  const { url = "" } = await clientOf(slack, slack.appToken).apps.connections.open();
  const socket = new WebSocket(url);
  const heard: Envelope[] = [];
  socket.on("message", (data) => heard.push(JSON.parse(data.toString())));
  await once(socket, "open");
  await expect.poll(() => heard.length).toBe(1);
  const ack = (envelope: Envelope | undefined, payload = {}) =>
    socket.send(JSON.stringify({ envelope_id: envelope?.envelope_id, payload }));
  return { socket, heard, ack };
}

describe("Socket Mode", () => {
  let slack: SimulatedSlack;
  beforeEach(async () => {
    slack = await serveSlack({ ackTimeout: 1_000 });
  });
  afterEach(() => slack.close());

  const operator = () => slack.as(slack.users.operator);

  test("says hello first, then hands over a command with all its fields", async () => {
    const { heard, ack } = await connect(slack);
    expect(heard[0]).toMatchObject({ type: "hello", num_connections: 1 });
    const delivery = operator().command("/eks-upgrade", "status");
    await expect
      .poll(() => heard[1])
      .toMatchObject({
        type: "slash_commands",
        accepts_response_payload: true,
        payload: {
          command: "/eks-upgrade",
          text: "status",
          user_id: slack.users.operator,
          channel_id: slack.channel,
          team_id: "T0PLAYGROUND",
          is_enterprise_install: "false",
          trigger_id: expect.any(String),
          response_url: expect.stringContaining(slack.url),
        },
      });
    ack(heard[1], { text: "fine" });
    expect(await delivery).toEqual({ outcome: "acked", payload: { text: "fine" } });
  });

  test("an envelope that nobody acknowledges in time shows its typist an error", async () => {
    await connect(slack);
    expect(await operator().command("/eks-upgrade")).toEqual({ outcome: "operation_timeout" });
    expect(slack.workspace.ephemerals(slack.users.operator)).toMatchObject([
      { user: "USLACKBOT", text: '/eks-upgrade failed with the error "operation_timeout"' },
    ]);
  });

  test("without a connection a command fails at once", async () => {
    expect(await operator().command("/eks-upgrade")).toEqual({ outcome: "dispatch_failed" });
  });

  test("each envelope goes to one connection, and over time to all", async () => {
    const ends = await Promise.all([connect(slack), connect(slack), connect(slack)]);
    for (const { socket, ack } of ends) socket.on("message", (data) => ack(JSON.parse(data.toString())));
    for (let count = 0; count < 60; count += 1) await operator().command("/eks-upgrade");
    const shares = ends.map(({ heard }) => heard.length - 1);
    expect(shares.reduce((sum, share) => sum + share)).toBe(60);
    expect(Math.min(...shares)).toBeGreaterThan(0);
  });

  test("a duplicate arrives with the same envelope id, and its first ack counts", async () => {
    const { heard, ack } = await connect(slack);
    slack.socketMode.duplicateNext();
    const delivery = operator().command("/eks-upgrade");
    await expect.poll(() => heard.length).toBe(3);
    expect(heard[1]).toEqual(heard[2]);
    ack(heard[1], { text: "first" });
    ack(heard[2], { text: "second" });
    expect(await delivery).toMatchObject({ payload: { text: "first" } });
    expect(slack.workspace.ephemerals(slack.users.operator)).toHaveLength(1);
  });

  test("after a refresh the old connection gets nothing more, the new one does", async () => {
    const old = await connect(slack);
    slack.socketMode.refresh();
    await expect.poll(() => old.heard[1]).toMatchObject({ type: "disconnect", reason: "refresh_requested" });
    expect(slack.socketMode.connections).toBe(0);
    const fresh = await connect(slack);
    fresh.socket.on("message", (data) => fresh.ack(JSON.parse(data.toString())));
    expect(await operator().command("/eks-upgrade")).toMatchObject({ outcome: "acked" });
    expect(old.heard).toHaveLength(2);
  });

  test("a warning leaves the connection in use", async () => {
    await connect(slack);
    slack.socketMode.refresh("warning");
    expect(slack.socketMode.connections).toBe(1);
  });

  test("a ticket opens one connection only", async () => {
    const { url = "" } = await clientOf(slack, slack.appToken).apps.connections.open();
    await once(new WebSocket(url), "open");
    const [error] = await once(new WebSocket(url), "error");
    expect(String(error)).toContain("403");
  });

  test("an eleventh connection is refused", async () => {
    for (let count = 0; count < 10; count += 1) await connect(slack);
    const { url = "" } = await clientOf(slack, slack.appToken).apps.connections.open();
    const [error] = await once(new WebSocket(url), "error");
    expect(String(error)).toContain("403");
  });

  test("a connection that is cut gets nothing more", async () => {
    const { socket } = await connect(slack);
    socket.terminate();
    await slack.waitFor(() => slack.socketMode.connections === 0);
    expect(await operator().command("/eks-upgrade")).toEqual({ outcome: "dispatch_failed" });
  });
});
