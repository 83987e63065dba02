import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type App, HTTPReceiver, LogLevel } from "@slack/bolt";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { freePort } from "../../../playground/free-port.js";
import { type SimulatedSlack, serveSlack } from "../../../playground/slack/server.js";
import { approval, boltApp } from "./bolt-app.js";

describe("HTTP mode", () => {
  let slack: SimulatedSlack;
  const servers: Server[] = [];
  beforeEach(async () => {
    slack = await serveSlack({ ackTimeout: 1_000 });
  });
  afterEach(async () => {
    await slack.close();
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  });

  const operator = () => slack.as(slack.users.operator);

  /** What listens at a request URL, with all it was sent. */
  async function app(answer: (response: ServerResponse) => void) {
    const heard: { headers: IncomingMessage["headers"]; body: string }[] = [];
    const server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      heard.push({ headers: request.headers, body });
      answer(response);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`, heard };
  }
  const ok = (response: ServerResponse) => void response.end();

  test("posts a command as a bare form, signed over its time and body", async () => {
    const { url, heard } = await app(ok);
    slack.deliverTo(url);
    expect(await operator().command("/eks-upgrade", "plan a & b")).toEqual({ outcome: "acked", payload: {} });
    const [{ headers, body } = { headers: {}, body: "" }] = heard;
    expect(headers["content-type"]).toBe("application/x-www-form-urlencoded");
    const fields = new URLSearchParams(body);
    expect(fields.get("text")).toBe("plan a & b");
    expect(fields.get("is_enterprise_install")).toBe("false");
    const time = String(headers["x-slack-request-timestamp"]);
    expect(Math.abs(Date.now() / 1000 - Number(time))).toBeLessThan(5);
    const mac = createHmac("sha256", slack.signingSecret).update(`v0:${time}:${body}`).digest("hex");
    expect(headers["x-slack-signature"]).toBe(`v0=${mac}`);
  });

  test("posts a click as one field of a form, and an event as JSON", async () => {
    const { url, heard } = await app(ok);
    slack.deliverTo(url);
    const message = slack.workspace.post(slack.channel, slack.users.bot, approval);
    await operator().click(message, "approve");
    const payload = JSON.parse(new URLSearchParams(heard[0]?.body).get("payload") ?? "");
    expect(payload).toMatchObject({ type: "block_actions", actions: [{ action_id: "approve" }] });
    await slack.httpMode.deliver("events_api", { type: "event_callback" });
    expect(heard[1]?.headers["content-type"]).toBe("application/json");
  });

  test.each<[string, (response: ServerResponse) => void, object]>([
    ["a text", (response) => void response.end("hi"), { outcome: "acked", payload: { text: "hi" } }],
    [
      "a message",
      (response) => void response.end('{"text":"hi"}'),
      { outcome: "acked", payload: { text: "hi" } },
    ],
    [
      "another status",
      (response) => void response.writeHead(404).end(),
      { outcome: "dispatch_failed", status: 404 },
    ],
    ["nothing in time", () => {}, { outcome: "operation_timeout" }],
  ])("takes %s for an answer", async (_, answer, delivery) => {
    const { url } = await app(answer);
    slack.deliverTo(url);
    expect(await operator().command("/eks-upgrade")).toEqual(delivery);
  });

  test("where nobody listens, a command fails at once", async () => {
    slack.deliverTo(`http://127.0.0.1:${await freePort()}/slack/events`);
    expect(await operator().command("/eks-upgrade")).toEqual({ outcome: "dispatch_failed" });
    expect(slack.workspace.ephemerals(slack.users.operator)).toMatchObject([
      { text: '/eks-upgrade failed with the error "dispatch_failed"' },
    ]);
  });

  test("several addresses stand behind one load balancer, which leaves out those where nobody listens", async () => {
    const [one, other] = [await app(ok), await app(ok)];
    slack.deliverTo(one.url, `http://127.0.0.1:${await freePort()}/slack/events`, other.url);
    for (let count = 0; count < 40; count += 1) await operator().command("/eks-upgrade");
    expect(one.heard.length + other.heard.length).toBe(40);
    expect(Math.min(one.heard.length, other.heard.length)).toBeGreaterThan(0);
    expect(slack.httpMode.sent).toHaveLength(40);
  });

  describe("with an unmodified Bolt app", () => {
    let bolt: App | undefined;
    let url: string;
    async function open(listen: (app: App) => void): Promise<void> {
      const port = await freePort();
      url = `http://127.0.0.1:${port}/slack/events`;
      const receiver = new HTTPReceiver({
        signingSecret: slack.signingSecret,
        port,
        logLevel: LogLevel.ERROR,
      });
      bolt = await boltApp(slack, listen, receiver);
      slack.deliverTo(url);
    }
    afterEach(() => bolt?.stop());

    test("verifies the request URL, and knows one that does not answer", async () => {
      await open(() => {});
      expect(await slack.httpMode.verify(url)).toBe(true);
      expect(await slack.httpMode.verify(`${url}/elsewhere`)).toBe(false);
    });

    test("carries commands, clicks, options and forms, each answered in its response", async () => {
      const pressed: string[] = [];
      await open((app) => {
        app.command("/eks-upgrade", ({ ack, command }) => ack(`You said ${command.text}`));
        app.action("approve", async ({ ack, body }) => {
          await ack();
          pressed.push(body.user.id);
        });
        app.options("cluster", ({ ack, options }) =>
          ack({ options: [{ text: { type: "plain_text", text: `${options.value}!` }, value: "x" }] }),
        );
        app.view("form", ({ ack }) => ack({ response_action: "errors", errors: { which: "Not this one" } }));
      });
      await operator().command("/eks-upgrade", "help");
      expect(slack.workspace.ephemerals(slack.users.operator)).toMatchObject([{ text: "You said help" }]);
      const message = slack.workspace.post(slack.channel, slack.users.bot, approval);
      expect(await operator().click(message, "approve")).toEqual({ outcome: "acked", payload: {} });
      expect(pressed).toEqual([slack.users.operator]);

      const text = (words: string) => ({ type: "plain_text", text: words });
      const view = slack.workspace.views.open(slack.users.operator, {
        type: "modal",
        callback_id: "form",
        title: text("Form"),
        submit: text("Go"),
        blocks: [
          {
            type: "input",
            block_id: "which",
            label: text("Cluster"),
            element: { type: "external_select", action_id: "cluster", min_query_length: 0 },
          },
        ],
      });
      const options = await operator().suggest(view, "cluster", "eks");
      expect(options).toMatchObject([{ text: { text: "eks!" } }]);
      await operator().submit(view, { cluster: { text: text("eks!"), value: "x" } });
      expect(operator().modal()?.errors).toEqual({ which: "Not this one" });
    });
  });
});
