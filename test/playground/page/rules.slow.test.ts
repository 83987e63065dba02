import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type Bundle, bundlePage } from "../../../playground/page/bundle.js";
import { findChromium, launchChromium } from "../../../playground/page/chromium.js";
import { type Conductor, openConductor } from "../../../playground/page/conductor.js";
import { type Page as Served, servePage } from "../../../playground/page/server.js";
import { openPlayground, type Playground } from "../../../playground/playground.js";
import { rules } from "../../../playground/scenarios/rules.js";
import type { Scenario } from "../../../playground/scenarios/types.js";

const chromium = findChromium();
if (!chromium) console.warn("Skipped: no Chromium is installed. Set CHROMIUM_PATH, or install chromium.");

/** Real milliseconds for one thing to appear. */
const patience = 30_000;

/** What test has run is another story's: here prod goes anywhere. */
const scenario: Scenario = {
  ...rules,
  environments: (rules.environments ?? []).map((environment) => {
    const { after: _, ...others } = environment.rules ?? {};
    return { ...environment, rules: others };
  }),
};

let browser: Browser;
let bundle: Bundle;
let playground: Playground;
let conductor: Conductor;
let served: Served;
let page: Page;
let errors: string[];

beforeAll(async () => {
  if (!chromium) return;
  [browser, bundle] = await Promise.all([launchChromium(chromium), bundlePage()]);
});
afterAll(() => browser?.close());

beforeEach(async () => {
  if (!chromium) return;
  playground = await openPlayground({ scenario, speed: 10 });
  conductor = openConductor(playground, { slack: true, bot: playground.environment });
  served = await servePage({ playground, conductor, bundle, port: 0 });
  await conductor.start();
  page = await browser.newPage({ viewport: { width: 1280, height: 900 }, timezoneId: "UTC" });
  page.setDefaultTimeout(patience);
  errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(`${served.url}/?as=operator`);
  await page.getByText("Bot: running").waitFor();
});
afterEach(async () => {
  await page?.close();
  await served?.close();
  await conductor?.stop();
  await playground?.close();
});

const button = (name: string) => page.getByRole("button", { name, exact: true });
const become = (name: string) => page.getByRole("radio", { name, exact: true }).check();
const becomeOdd = (name: string) => page.getByLabel("You are somebody else").selectOption({ label: name });
const prod = () => page.getByRole("region", { name: "Rules of prod" });
const says = (text: string | RegExp) => page.getByText(text).first().waitFor();
const sideways = () => page.evaluate("document.documentElement.scrollWidth - window.innerWidth");

async function type(command: string): Promise<void> {
  const box = page.getByRole("combobox", { name: "Message #" });
  await box.fill(command);
  await box.press("Enter");
}

/** What an administrator does to a person. */
async function administer(name: string, ...switches: string[]): Promise<void> {
  const row = page.getByRole("listitem", { name, exact: true });
  if (!(await row.isVisible())) await page.getByText("People and channels").click();
  for (const label of switches) {
    await row.getByRole("button", { name: label, exact: true }).click();
    await row.getByRole("button", { name: label, exact: true }).waitFor({ state: "detached" });
  }
}

describe.skipIf(!chromium)("rules on the page", () => {
  it("close the window, count approvals, refuse who may not, and let it begin when it opens", {
    timeout: 6 * patience,
  }, async () => {
    await prod().getByText("closed until Mon 10:00").waitFor();
    await type(scenario.command);
    await button("Schedule for Mon 10:00").click();
    await says("Approval needed");
    await prod().getByText("0 of 2 approvals").waitFor();

    await become("Bystander");
    await button("Approve upgrade").click();
    await says("You cannot approve this.");
    for (const [name, why] of [
      ["Guest", "I take no orders from guests"],
      ["Person from elsewhere", "You belong to another workspace"],
    ] as const) {
      await becomeOdd(name);
      await button("Approve upgrade").click();
      await says(why);
    }

    await become("Approver");
    await button("Approve upgrade").click();
    await prod().getByText("1 of 2 approvals").waitFor();
    await administer("Second approver", "Take out of @approvers", "Take out of @security");
    await become("Second approver");
    await button("Approve upgrade").click();
    await says("You cannot approve this.");
    await prod().getByText("1 of 2 approvals").waitFor();
    await administer("Second approver", "Put into @approvers", "Put into @security");
    // The bot asks Slack again a few seconds after a refusal.
    const approved = async () => {
      const approve = button("Approve upgrade");
      if (await approve.isVisible()) await approve.click();
      await page.getByText("when upgrades of prod may start again").waitFor({ timeout: 2_000 });
    };
    await vi.waitFor(approved, { timeout: patience });
    expect(await prod().getByText("approvals").count()).toBe(1);

    await button("to the opening").click();
    await prod().getByText("open until Mon 16:00").waitFor();
    await page.getByText("Bot: running").waitFor();
    await page.locator(".pipeline").first().waitFor();
    expect(await button("to the opening").count()).toBe(0);
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await sideways()).toBe(0);
    await button("Cluster").click();
    expect(await sideways()).toBe(0);
    expect(errors).toEqual([]);
  });

  it("hold in other places, where a link opens beside the page", { timeout: 3 * patience }, async () => {
    await page
      .getByLabel("Other channels")
      .selectOption({ label: "# with-partner (shared with another organisation)" });
    await type(scenario.command);
    await says(/shared with/);
    expect(playground.slack.workspace.messages(playground.slack.channel)).toEqual([]);
    const { slack } = playground;
    slack.workspace.post(
      slack.channels.shared,
      slack.users.bot,
      { text: "Please <http://127.0.0.1:9/approve?key=once|open this link>." },
      slack.users.operator,
    );
    const link = page.getByRole("link", { name: "open this link" });
    await link.waitFor();
    expect(await link.getAttribute("href")).toBe("http://127.0.0.1:9/approve?key=once");
    expect(await link.getAttribute("target")).toBe("_blank");
    expect(errors).toEqual([]);
  });
});
