import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type Bundle, bundlePage } from "../../../playground/page/bundle.js";
import { findChromium, launchChromium } from "../../../playground/page/chromium.js";
import { type Conductor, openConductor } from "../../../playground/page/conductor.js";
import { type Page as Served, servePage } from "../../../playground/page/server.js";
import { openPlayground, type Playground } from "../../../playground/playground.js";
import { eksWorkshop } from "../../../playground/scenarios/eks-workshop.js";

const chromium = findChromium();
if (!chromium) console.warn("Skipped: no Chromium is installed. Set CHROMIUM_PATH, or install chromium.");

/** Real milliseconds for one thing to appear, and for a whole upgrade of 20 minutes of the world's. */
const patience = 20_000;
const wholeUpgrade = 90_000;
const speed = 60;

let browser: Browser;
let bundle: Bundle;
let playground: Playground;
let conductor: Conductor;
let served: Served;
let page: Page;
let elsewhere: string[];
let errors: string[];

beforeAll(async () => {
  if (!chromium) return;
  [browser, bundle] = await Promise.all([launchChromium(chromium), bundlePage()]);
});
afterAll(() => browser?.close());

beforeEach(async () => {
  playground = await openPlayground({ scenario: eksWorkshop, speed });
  conductor = openConductor(playground, { slack: true, bot: playground.environment });
  served = await servePage({ playground, conductor, bundle, port: 0 });
  await conductor.start();
});
afterEach(async () => {
  await page?.close();
  await served.close();
  await conductor.stop();
  await playground.close();
});

/** The page as somebody opens it, with the bot at work. */
async function open(who: string, viewport = { width: 1280, height: 800 }): Promise<void> {
  page = await browser.newPage({ viewport });
  page.setDefaultTimeout(patience);
  elsewhere = [];
  errors = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(served.url)) elsewhere.push(request.url());
  });
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  await page.goto(`${served.url}/?as=${who}`);
  await page.getByRole("combobox", { name: "Message #prod-upgrades" }).waitFor();
  await expect.poll(() => conductor.now().bot.state, { timeout: patience }).toBe("running");
}

const box = () => page.getByRole("combobox", { name: "Message #prod-upgrades" });
const messages = () => page.getByRole("article");
const button = (name: string) => page.getByRole("button", { name, exact: true });
const become = (name: string) => page.getByRole("radio", { name, exact: true }).check();
const says = (text: string | RegExp) => page.getByText(text).first().waitFor();

async function type(command: string): Promise<void> {
  await box().fill(command);
  await box().press("Enter");
}

const sideways = () => page.evaluate("document.documentElement.scrollWidth - window.innerWidth");

describe.skipIf(!chromium)("the page in a browser", () => {
  it("leads through an upgrade: the command completed, the plan read and approved, the end seen", {
    timeout: 2 * wholeUpgrade,
  }, async () => {
    await open("operator");
    await box().press("/");
    await page.getByRole("option", { name: "/eks-upgrade plan eks-workshop/default" }).waitFor();
    await box().press("Tab");
    expect(await box().inputValue()).toBe("/eks-upgrade ");
    await box().pressSequentially("sta");
    await box().press("ArrowDown");
    await box().press("Enter");
    expect(await box().inputValue()).toBe("/eks-upgrade start eks-workshop/default");
    await box().press("Enter");
    const card = messages().filter({ hasText: "Approval needed" });
    await card.getByText("Point of no return:").waitFor();
    expect(await card.innerText()).toContain("3 nodes in 3 zones");

    await become("Approver");
    await card.getByRole("button", { name: "Approve upgrade" }).click();
    const live = messages().filter({ hasText: "New nodes ready" });
    await live.first().waitFor();
    const phase = (name: string, state: string) =>
      page.locator(`.pipeline [data-phase="${name}"].${state}`).waitFor({ timeout: wholeUpgrade });
    await phase("upgrade", "running");
    await page.locator(".node.new.ready").first().waitFor();
    expect(await page.locator(".node.old").count()).toBeGreaterThan(0);

    for (const name of ["setup", "scale up", "upgrade", "scale down"]) await phase(name, "done");
    await live.getByText("Done in").first().waitFor({ timeout: wholeUpgrade });
    expect(await live.locator(".slack_blocks_to_jsx__task_card_status_complete").count()).toBe(4);
    expect(await page.locator(".node.new.ready").count()).toBe(3);
    expect(await page.locator(".node.old").count()).toBe(0);
    await expect
      .poll(() => page.locator(".node").evaluateAll((nodes) => nodes.map((node) => node.dataset.release)))
      .toEqual(["1.34.9-20260714", "1.34.9-20260714", "1.34.9-20260714"]);

    await live.getByRole("button", { name: /replies/ }).click();
    await live.getByText("Scale down", { exact: true }).last().waitFor();
    expect(elsewhere).toEqual([]);
    expect(errors).toEqual([]);
  });

  it("asks before it rejects, and says who may not", async () => {
    await open("approver");
    await playground.slack.as("U0OPERATOR").command("/eks-upgrade", "start eks-workshop/default");
    await button("Reject").click();
    await says("It can be asked for again.");
    await button("Go back").click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await become("Bystander");
    await button("Approve upgrade").click();
    await says("You cannot approve this.");
    await become("Approver");
    await button("Reject").click();
    await page.getByRole("dialog").getByLabel("Why").fill("Not on a Friday");
    await page.getByRole("dialog").getByRole("button", { name: "Reject" }).click();
    await says("Rejected by");
    await says("Not on a Friday");
    expect(errors).toEqual([]);
  });

  it("keeps who one is over a reload, and shows an ephemeral answer to its person alone", async () => {
    await open("operator");
    await become("Bystander");
    await type("/eks-upgrade help");
    await says("Only visible to you");
    await page.reload();
    await says("Only visible to you");
    expect(await page.getByRole("radio", { name: "Bystander" }).isChecked()).toBe(true);
    await become("Operator");
    await expect.poll(() => messages().count()).toBe(0);
  });

  it("takes a form: what is missing, menus that the bot fills, and the answer", async () => {
    await open("operator");
    await type("/eks-upgrade");
    const form = page.getByRole("dialog", { name: "Upgrade a node group" });
    await form.getByRole("button", { name: "Ask for approval" }).click();
    await form.getByText("Please complete this required field.").waitFor();
    await form.getByLabel("Cluster").click();
    await form.getByRole("option", { name: "eks-workshop" }).click();
    const group = form.getByPlaceholder("Choose a node group");
    // Once the bot has put the cluster's groups there: a new field takes the place of this one.
    const offered = async () => {
      await group.fill("def");
      await form.getByRole("option", { name: "default" }).waitFor({ timeout: 2_000 });
    };
    await vi.waitFor(offered, { timeout: patience });
    await group.press("Enter");
    await form.getByLabel("Why").fill("A fix of the kernel");
    await form.getByRole("button", { name: "Ask for approval" }).click();
    await form.getByText("Asked for approval of eks-workshop/default").waitFor();
    await form.getByRole("button", { name: "Close" }).last().click();
    await form.waitFor({ state: "detached" });
    await messages().filter({ hasText: "A fix of the kernel" }).getByText("Approval needed").waitFor();
    expect(errors).toEqual([]);
  });

  it("fits a phone: nothing sticks out sideways, in Slack, in a form and in the cluster", async () => {
    await open("operator", { width: 360, height: 740 });
    await type("/eks-upgrade start eks-workshop/default");
    await says("Point of no return:");
    expect(await sideways()).toBe(0);
    await type("/eks-upgrade");
    await page.getByRole("dialog").waitFor();
    expect(await sideways()).toBe(0);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await button("Cluster").click();
    await page.locator(".node").first().waitFor();
    expect(await sideways()).toBe(0);
    expect(await page.locator(".messages").isVisible()).toBe(false);
  });

  it("moves the time forward, and has AWS publish an AMI and take it back", async () => {
    await open("operator");
    const story = page.getByRole("region", { name: "What happened in the world" });
    const before = await page.locator(".clock").getAttribute("datetime");
    await page.getByRole("button", { name: "+1 day" }).click();
    await story.getByText("Somebody moves the time forward by 1 day.").waitFor();
    await says("Time was moved forward: the bot starts again.");
    await page.getByText("Bot: running").waitFor();
    const after = await page.locator(".clock").getAttribute("datetime");
    expect(Date.parse(after ?? "") - Date.parse(before ?? "")).toBeGreaterThanOrEqual(24 * 3_600_000);

    const releases = page.getByRole("region", { name: "AMI releases" });
    await releases.getByText("newest 1.34.9-20260714").waitFor();
    await releases.getByRole("button", { name: "Release a new AMI" }).click();
    await story.getByText(/AWS published .* for AL2023_x86_64_STANDARD/).waitFor();
    expect(await releases.getByText("newest 1.34.9-20260714").count()).toBe(0);
    await releases.getByRole("button", { name: "Withdraw the newest" }).click();
    await releases.getByText("newest 1.34.9-20260714").waitFor();
    await story.getByText("1.34.9-20260714 is the newest again").waitFor();
    expect(errors).toEqual([]);
  });

  it("stops the world, and says when the playground is gone", async () => {
    await open("operator");
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("button", { name: "Resume" }).waitFor();
    expect(conductor.now().time.paused).toBe(true);
    await served.close();
    await says("The playground does not answer.");
  });
});
