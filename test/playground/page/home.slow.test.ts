import type { App } from "@slack/bolt";
import type { KnownBlock } from "@slack/types";
import type { Browser, Page } from "playwright-core";
import { afterEach, describe, expect, it } from "vitest";
import { bundlePage } from "../../../playground/page/bundle.js";
import { findChromium, launchChromium } from "../../../playground/page/chromium.js";
import { openConductor } from "../../../playground/page/conductor.js";
import { servePage } from "../../../playground/page/server.js";
import { openPlayground } from "../../../playground/playground.js";
import { fleet } from "../../../playground/scenarios/fleet.js";
import { boltApp } from "../slack/bolt-app.js";

const chromium = findChromium();
if (!chromium) console.warn("Skipped: no Chromium is installed. Set CHROMIUM_PATH, or install chromium.");

/** Real milliseconds for one thing to appear. */
const patience = 20_000;

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const plain = (text: string) => ({ type: "plain_text" as const, text });
const option = (value: string) => ({ text: plain(`Snooze ${value}`), value });
const raw = (text: string) => ({ type: "raw_text" as const, text });
const days = (value: number) => ({ type: "raw_number" as const, value, text: `${value}` });
const menu = { options: [option("1 day"), option("7 days")] };
const sure = {
  title: plain("Snooze?"),
  text: plain("Nobody hears of it until then."),
  confirm: plain("Snooze"),
};

/** Everything that a digest and a Home are made of, and what was done with it. */
const blocks = (done: readonly string[]): KnownBlock[] => [
  { type: "header", text: plain("The fleet") },
  {
    type: "section",
    text: { type: "mrkdwn", text: `Done: ${done.join(", ") || "nothing"}` },
    accessory: { type: "overflow", action_id: "overflow", ...menu, confirm: sure },
  },
  {
    type: "actions",
    elements: Array.from({ length: 24 }, (_, at) => ({
      type: "button" as const,
      action_id: `button ${at}`,
      text: plain(`Upgrade ${at}`),
    })),
  },
  {
    type: "actions",
    elements: [{ type: "static_select", action_id: "select", placeholder: plain("All"), ...menu }],
  },
  {
    type: "data_table",
    caption: "Behind",
    rows: [
      [raw("cluster"), raw("days")],
      ...[7, 120, 30, 45, 2, 1].map((behind, at) => [raw(`cluster-${at}`), days(behind)]),
    ],
  },
  {
    type: "table",
    rows: [
      [raw("cluster"), raw("release")],
      [raw("shop"), raw("1.34.9-20260601 → 1.34.9-20260714")],
    ],
  },
  {
    type: "container",
    title: plain("More"),
    is_collapsible: true,
    default_collapsed: true,
    child_blocks: [
      { type: "actions", elements: [{ type: "button", action_id: "inside", text: plain("Inside") }] },
    ],
  },
];

/** An app that publishes the same Home again with every act added, and answers the first button with a modal. */
function listen(app: App): void {
  const done: string[] = [];
  const view = () => ({ type: "home" as const, blocks: blocks(done) });
  app.event("app_home_opened", async ({ event, client }) => {
    await client.views.publish({ user_id: event.user, view: view() });
  });
  app.action(/./, async ({ ack, action, body, client }) => {
    await ack();
    const picked = "selected_option" in action ? action.selected_option?.value : "pressed";
    if ("action_id" in action) done.push(`${action.action_id} ${picked}`);
    await client.views.publish({ user_id: body.user.id, view: view() });
    if (done.length > 1 || !("trigger_id" in body)) return;
    const modal = { type: "modal" as const, title: plain("Upgrade"), blocks: [{ type: "divider" as const }] };
    await client.views.open({ trigger_id: body.trigger_id, view: modal });
  });
}

async function open(path: string, viewport: { width: number; height: number }) {
  const playground = await openPlayground({ scenario: fleet, speed: 60 });
  ends.push(() => playground.close());
  const app = await boltApp(playground.slack, listen);
  ends.push(() => app.stop());
  const conductor = openConductor(playground, { slack: true });
  ends.push(() => conductor.stop());
  const served = await servePage({ playground, conductor, bundle: await bundlePage(), port: 0 });
  ends.push(() => served.close());
  const browser: Browser = await launchChromium(path);
  ends.push(() => browser.close());
  const page = await browser.newPage({ viewport });
  page.setDefaultTimeout(patience);
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(`${served.url}/?as=operator`);
  await page.getByRole("button", { name: "App Home" }).click();
  return { page, errors };
}

const sideways = (page: Page) => page.evaluate("document.documentElement.scrollWidth - window.innerWidth");

describe.skipIf(!chromium)("the fleet in a browser", () => {
  it("has a Home tab on which buttons, menus and tables work", { timeout: 3 * patience }, async () => {
    const { page, errors } = await open(chromium ?? "", { width: 1280, height: 900 });
    const home = page.getByRole("region", { name: "Home of EKS Upgrade" });
    const says = (words: string) => home.getByText(words).waitFor();
    await says("Done: nothing");
    await home.getByRole("button", { name: "Upgrade 23" }).click();
    const modal = page.getByRole("dialog", { name: "Upgrade" });
    await modal.waitFor();
    await page.keyboard.press("Escape");
    await modal.waitFor({ state: "detached" });
    await says("button 23 pressed");

    await home.getByRole("combobox", { name: "All" }).selectOption("7 days");
    await says("select 7 days");
    await home.getByRole("combobox", { name: "More" }).selectOption("1 day");
    await page.getByRole("dialog", { name: "Snooze?" }).getByRole("button", { name: "Cancel" }).click();
    await home.getByRole("combobox", { name: "More" }).selectOption("7 days");
    await page.getByRole("dialog", { name: "Snooze?" }).getByRole("button", { name: "Snooze" }).click();
    await says("select 7 days, overflow 7 days");
    await home.getByText("More", { exact: true }).click();
    await home.getByRole("button", { name: "Inside" }).click();
    await says("inside pressed");

    const cells = () => home.locator(".data-table tbody tr").allInnerTexts();
    expect(await cells()).toHaveLength(5);
    await home.getByRole("button", { name: "days" }).click();
    await home.getByRole("button", { name: "days" }).click();
    expect((await cells())[0]).toMatch(/cluster-1\s+120/);
    await home.getByRole("button", { name: "Next" }).click();
    expect(await cells()).toEqual([expect.stringMatching(/cluster-5\s+1/)]);
    await home.getByRole("textbox", { name: "Search in Behind" }).fill("45");
    expect(await cells()).toEqual([expect.stringMatching(/cluster-3\s+45/)]);

    // Another person has a Home of their own, published as they come.
    await page.getByRole("radio", { name: "Approver", exact: true }).check();
    await says("Done: button 23 pressed");
    expect(errors).toEqual([]);
  });

  it("fits a phone: Home, six folded clusters, and the releases", { timeout: 3 * patience }, async () => {
    const { page, errors } = await open(chromium ?? "", { width: 360, height: 740 });
    await page.getByText("Done: nothing").waitFor();
    expect(await sideways(page)).toBe(0);
    await page.getByRole("button", { name: "Cluster", exact: true }).click();
    const clusters = page.locator(".cluster");
    expect(await clusters.count()).toBe(6);
    expect(await page.locator(".node:visible").count()).toBe(0);
    expect(await clusters.first().innerText()).toMatch(/test us-west-2 · account 111122223333/);
    await clusters.first().getByRole("heading", { name: "shop-test" }).click();
    await page.locator(".node:visible").first().waitFor();
    expect(await sideways(page)).toBe(0);

    const releases = page.getByRole("region", { name: "AMI releases" });
    await releases.getByLabel("Kubernetes and AMI type").selectOption({ index: 1 });
    await releases.getByRole("button", { name: "Release a new AMI" }).click();
    await page.getByText(/AWS published/).waitFor();
    expect(await sideways(page)).toBe(0);
    expect(errors).toEqual([]);
  });
});
