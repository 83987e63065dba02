import type { App } from "@slack/bolt";
import { afterEach, expect, it } from "vitest";
import { openPlayground, type Playground } from "../../../playground/playground.js";
import { eksWorkshop } from "../../../playground/scenarios/eks-workshop.js";
import { boltApp } from "../slack/bolt-app.js";
import { type Visit, visit } from "./visit.js";

let playground: Playground;
let page: Visit;
let app: App;
afterEach(async () => {
  await app.stop();
  await page.close();
  await playground.close();
});

it("of several buttons of one action, the page presses the one that was meant", async () => {
  playground = await openPlayground({ scenario: eksWorkshop, speed: 1 });
  page = await visit(playground, { slack: true });
  const { slack } = playground;
  const pressed: unknown[] = [];
  app = await boltApp(slack, (bolt) => {
    bolt.action({ type: "block_actions", action_id: "upgrade" }, async ({ ack, action }) => {
      await ack();
      if (action.type === "button") pressed.push([action.block_id, action.value]);
    });
  });
  const blocks = ["one", "two", "three"].map((value) => ({
    type: "actions",
    block_id: `row-${value}`,
    elements: [
      { type: "button", action_id: "upgrade", value, text: { type: "plain_text", text: "Upgrade" } },
    ],
  }));
  const { channel, ts } = slack.workspace.post(slack.channel, slack.users.bot, { text: "Rows", blocks });
  const click = { act: "click", as: slack.users.operator, place: { message: { channel, ts } } } as const;
  expect(await page.act({ ...click, actionId: "upgrade", value: "two" })).toEqual({ ok: true });
  expect(await page.act({ ...click, actionId: "upgrade", value: "three" })).toEqual({ ok: true });
  expect(pressed).toEqual([
    ["row-two", "two"],
    ["row-three", "three"],
  ]);
  expect(await page.act({ ...click, actionId: "upgrade", value: "four" })).toMatchObject({ ok: false });
});
