import type { App } from "@slack/bolt";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Act, Snapshot } from "../../../playground/page/protocol.js";
import { openPlayground, type Playground } from "../../../playground/playground.js";
import { eksWorkshop } from "../../../playground/scenarios/eks-workshop.js";
import { boltApp } from "../slack/bolt-app.js";
import { type Visit, visit } from "./visit.js";

const operator = "U0OPERATOR";
const plain = (text: string) => ({ type: "plain_text" as const, text });
const button = { type: "button" as const, action_id: "upgrade", text: plain("Upgrade") };
const snooze = {
  type: "overflow" as const,
  action_id: "snooze",
  options: [{ text: plain("7 days"), value: "7" }],
};

let playground: Playground;
let page: Visit;
let app: App | undefined;
beforeEach(async () => {
  playground = await openPlayground({ scenario: eksWorkshop, speed: 1 });
  page = await visit(playground, { slack: true });
});
afterEach(async () => {
  await app?.stop();
  app = undefined;
  await page.close();
  await playground.close();
});

/** An app whose Home counts what was done there, and opens a modal at every button. */
async function withApp(): Promise<void> {
  const done: string[] = [];
  app = await boltApp(playground.slack, (bolt) => {
    const publish = (user: string) => ({
      user_id: user,
      view: {
        type: "home" as const,
        blocks: [
          { type: "section" as const, text: plain(`Done: ${done.join(", ") || "nothing"}`) },
          { type: "actions" as const, elements: [button, snooze] },
        ],
      },
    });
    bolt.event("app_home_opened", async ({ event, client }) => {
      await client.views.publish(publish(event.user));
    });
    bolt.action(/./, async ({ ack, action, body, client }) => {
      await ack();
      if (action.type !== "button" && action.type !== "overflow") return;
      done.push(action.type === "button" ? "button" : `menu ${action.selected_option.value}`);
      if (action.type === "button" && "trigger_id" in body) {
        const view = { type: "modal" as const, title: plain("Upgrade"), blocks: [] };
        await client.views.open({ trigger_id: body.trigger_id, view });
      }
      await client.views.publish(publish(body.user.id));
    });
  });
}

const mainOf = ({ channels }: Snapshot) => channels.filter(({ isMain }) => isMain).map(({ name }) => name);

const says = (words: string) =>
  page.sees(operator, ({ home }) => JSON.stringify(home?.view?.blocks ?? "").includes(words));

describe("the bot's Home tab on the page", () => {
  it("is empty at first, is published when it is opened, and what is on it works", async () => {
    await withApp();
    const before = await page.looks(operator);
    expect(before.home).toEqual({ app: "EKS Upgrade" });
    expect(await page.act({ act: "home", as: operator })).toEqual({ ok: true });
    const opened = await says("Done: nothing");
    const place = { home: opened.home?.view?.id ?? "" };
    expect((await page.looks("approver")).home?.view).toBeUndefined();

    expect(await page.act({ act: "choose", as: operator, place, actionId: "snooze", value: "7" })).toEqual({
      ok: true,
    });
    await says("Done: menu 7");
    expect(await page.act({ act: "click", as: operator, place, actionId: "upgrade" })).toEqual({ ok: true });
    await says("Done: menu 7, button");
    expect((await page.sees(operator, ({ modal }) => modal)).modal).toMatchObject({ title: "Upgrade" });
    // The conversation with the bot has nothing in it yet.
    expect(mainOf(opened)).toEqual(["prod-upgrades", "test-upgrades"]);
  });

  it.each<[string, Act, string]>([
    ["is opened while no bot is there", { act: "home", as: operator }, "no connection to the bot"],
    [
      "has a button that somebody else presses",
      { act: "click", as: "U0APPROVER", place: { home: "V00000001" }, actionId: "upgrade" },
      "U0APPROVER has no such view open.",
    ],
    [
      "is none",
      { act: "click", as: operator, place: { home: "V1" }, actionId: "upgrade" },
      "That window is closed already.",
    ],
  ])("gets a sentence where it %s", async (_sentence, act, why) => {
    playground.slack.workspace.views.publish(operator, { type: "home", blocks: [] });
    expect(await page.act(act)).toEqual({ ok: false, why: expect.stringContaining(why) });
  });

  it("shows the conversation with the bot once there is something in it", async () => {
    const { workspace, users, direct } = playground.slack;
    expect(mainOf(await page.looks(operator))).toHaveLength(2);
    workspace.post(direct(operator), users.bot, { text: "Good morning." });
    const snapshot = await page.sees(operator, (seen) => mainOf(seen).length > 2);
    expect(mainOf(snapshot)).toEqual(["prod-upgrades", "test-upgrades", "EKS Upgrade"]);
  });
});
