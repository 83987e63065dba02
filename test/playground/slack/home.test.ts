import { type App, HTTPReceiver, LogLevel } from "@slack/bolt";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { freePort } from "../../../playground/free-port.js";
import { field, type JsonObject, textOf } from "../../../playground/slack/json.js";
import { type SimulatedSlack, serveSlack } from "../../../playground/slack/server.js";
import { boltApp } from "./bolt-app.js";
import { clientOf, outcomeOf } from "./web-client.js";

const plain = (text: string) => ({ type: "plain_text" as const, text });
const section = (text: string) => ({ type: "section" as const, text: plain(text) });
const option = (value: string) => ({ text: plain(value), value });

const home = (...texts: string[]) => ({
  type: "home" as const,
  private_metadata: "fleet",
  blocks: [
    ...texts.map(section),
    {
      type: "actions" as const,
      block_id: "do",
      elements: [
        { type: "button" as const, action_id: "upgrade", text: plain("Upgrade"), value: "row-1" },
        { type: "overflow" as const, action_id: "snooze", options: [option("1"), option("7")] },
      ],
    },
  ],
});

let slack: SimulatedSlack;
let app: App | undefined;
beforeEach(async () => {
  slack = await serveSlack();
});
afterEach(async () => {
  await app?.stop();
  app = undefined;
  await slack.close();
});

const operator = () => slack.as(slack.users.operator);

describe.each(["Socket Mode", "HTTP mode"] as const)("an unmodified Bolt app in %s", (mode) => {
  async function listen(register: (bolt: App) => void): Promise<void> {
    if (mode === "Socket Mode") {
      app = await boltApp(slack, register);
      return;
    }
    const port = await freePort();
    const { signingSecret } = slack;
    app = await boltApp(slack, register, new HTTPReceiver({ signingSecret, port, logLevel: LogLevel.ERROR }));
    slack.deliverTo(`http://127.0.0.1:${port}/slack/events`);
  }

  test("hears that its Home was opened, publishes it, and hears of what is there the next time", async () => {
    const heard: JsonObject[] = [];
    const bodies: object[] = [];
    await listen((bolt) => {
      bolt.event("app_home_opened", async ({ event, body, client }) => {
        const json: JsonObject = JSON.parse(JSON.stringify(event));
        heard.push(json);
        bodies.push(body);
        // Bolt's types know the view as it is sent, not as it comes back.
        const hash = textOf(field(json.view, "hash"));
        const view = home(hash ? "Twice" : "Once");
        await client.views.publish({ user_id: event.user, view, ...(hash && { hash }) });
      });
    });
    expect(await operator().openHome()).toEqual({ outcome: "acked", payload: {} });
    const once = await slack.waitFor(() => operator().appHome());
    expect(heard[0]).toEqual({
      type: "app_home_opened",
      user: slack.users.operator,
      channel: "D0OPERATOR",
      tab: "home",
      event_ts: expect.stringMatching(/^\d+\.\d{6}$/),
    });
    expect(bodies[0]).toMatchObject({
      type: "event_callback",
      team_id: "T0PLAYGROUND",
      api_app_id: "A0EKSUPGRADE",
      event_id: expect.stringMatching(/^Ev\w{10}$/),
      event_time: expect.any(Number),
    });

    await operator().openHome();
    const twice = await slack.waitFor(() => {
      const view = operator().appHome();
      return view?.hash !== once.hash && view;
    });
    expect(twice).toMatchObject({ id: once.id, user: slack.users.operator });
    expect(JSON.stringify(twice.definition)).toContain("Twice");
    expect(heard[1]).toMatchObject({
      view: { id: once.id, type: "home", hash: once.hash, private_metadata: "fleet", state: { values: {} } },
    });
    expect(bodies[1]).not.toMatchObject({ event_id: (bodies[0] as { event_id: string }).event_id });
    expect(slack.as(slack.users.approver).appHome()).toBeUndefined();
  });

  test("hears a button and a menu of its Home, and opens a modal from there", async () => {
    const heard: JsonObject[] = [];
    await listen((bolt) => {
      bolt.action(/upgrade|snooze/, async ({ ack, body, client }) => {
        await ack();
        heard.push(JSON.parse(JSON.stringify(body)));
        if (!("trigger_id" in body) || heard.length > 1) return;
        const view = { type: "modal" as const, title: plain("Upgrade"), blocks: [section("Sure?")] };
        await client.views.open({ trigger_id: body.trigger_id, view });
      });
    });
    await clientOf(slack).views.publish({ user_id: slack.users.operator, view: home("Fleet") });
    const published = operator().appHome();
    if (!published) throw new Error("Nothing was published.");

    await operator().click(published, "upgrade");
    const modal = await slack.waitFor(() => operator().modal());
    expect(modal).toMatchObject({ user: slack.users.operator, rootId: modal.id });
    expect(heard[0]).toMatchObject({
      type: "block_actions",
      user: { id: slack.users.operator },
      container: { type: "view", view_id: published.id },
      view: { id: published.id, type: "home", hash: published.hash },
      actions: [{ type: "button", action_id: "upgrade", block_id: "do", value: "row-1" }],
      trigger_id: expect.any(String),
    });
    for (const field of ["channel", "message", "response_url"]) expect(heard[0]).not.toHaveProperty(field);

    await operator().choose(published, "snooze", "7");
    await expect.poll(() => heard.length).toBe(2);
    expect(heard[1]).toMatchObject({
      container: { type: "view" },
      actions: [{ type: "overflow", action_id: "snooze", selected_option: option("7") }],
    });
    // The Home stays under the modal, and goes with nobody's modal.
    await operator().dismiss(modal);
    expect(operator().modal()).toBeUndefined();
    expect(operator().appHome()).toEqual(published);
  });
});

describe("what is published on a Home", () => {
  const publish = (view: object, more: object = {}) =>
    outcomeOf(clientOf(slack).apiCall("views.publish", { user_id: slack.users.operator, view, ...more }));
  const times = (count: number, text = "x") => Array.from({ length: count }, () => section(text));

  it.each<[string, object, object, string]>([
    ["100 blocks", { type: "home", blocks: times(100) }, {}, "ok"],
    ["no blocks", { type: "home", blocks: [] }, {}, "ok"],
    ["101 blocks", { type: "home", blocks: times(101) }, {}, "invalid_arguments"],
    ["more than 250 kB", { type: "home", blocks: times(100, "x".repeat(2_600)) }, {}, "view_too_large"],
    ["a modal", { type: "modal", title: plain("x"), blocks: [] }, {}, "invalid_arguments"],
    ["a title", { type: "home", title: plain("x"), blocks: [] }, {}, "invalid_arguments"],
    ["a plan", { type: "home", blocks: [{ type: "plan", title: "x" }] }, {}, "invalid_arguments"],
    ["nobody's Home", { type: "home", blocks: [] }, { user_id: "U0NOBODY" }, "user_not_found"],
    ["no user", { type: "home", blocks: [] }, { user_id: "" }, "invalid_arguments"],
  ])("may, or may not, be %s", async (_sentence, view, more, outcome) => {
    expect(await publish(view, more)).toBe(outcome);
    expect(operator().appHome() !== undefined).toBe(outcome === "ok");
  });

  it("is not overwritten by who has read an older one", async () => {
    await publish(home("One"));
    const first = operator().appHome();
    expect(await publish(home("Two"), { hash: first?.hash })).toBe("ok");
    expect(await publish(home("Three"), { hash: first?.hash })).toBe("hash_conflict");
    expect(JSON.stringify(operator().appHome()?.definition)).toContain("Two");
    expect(await publish(home("Three"))).toBe("ok");
  });
});
