import type { Browser, Page } from "playwright-core";
import { afterEach, describe, expect, it } from "vitest";
import { bundlePage } from "../../../playground/page/bundle.js";
import { findChromium, launchChromium } from "../../../playground/page/chromium.js";
import { openConductor } from "../../../playground/page/conductor.js";
import { servePage } from "../../../playground/page/server.js";
import { openPlayground } from "../../../playground/playground.js";
import { selfManagedTwoBudgets } from "../../../playground/scenarios/self-managed-two-budgets.js";

const chromium = findChromium();
if (!chromium) console.warn("Skipped: no Chromium is installed. Set CHROMIUM_PATH, or install chromium.");

/** Real milliseconds for one thing to appear. */
const patience = 40_000;

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** The page as the operator opens it, with the bot at work. */
async function open(path: string): Promise<{ page: Page; errors: string[] }> {
  const playground = await openPlayground({ scenario: selfManagedTwoBudgets, speed: 300 });
  ends.push(() => playground.close());
  const conductor = openConductor(playground, { slack: true, bot: playground.environment });
  ends.push(() => conductor.stop());
  const served = await servePage({ playground, conductor, bundle: await bundlePage(), port: 0 });
  ends.push(() => served.close());
  await conductor.start();
  const browser: Browser = await launchChromium(path);
  ends.push(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(patience);
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(`${served.url}/?as=operator`);
  await page.getByText("Bot: running").waitFor();
  return { page, errors };
}

/** How far Slack, and the cluster, stick out of a phone's screen. */
async function sideways(page: Page): Promise<unknown[]> {
  const wide = page.viewportSize();
  await page.setViewportSize({ width: 360, height: 740 });
  const measured: unknown[] = [];
  for (const view of ["Cluster", "Slack"]) {
    await page.getByRole("button", { name: view, exact: true }).click();
    measured.push(await page.evaluate("document.documentElement.scrollWidth - window.innerWidth"));
  }
  if (wide) await page.setViewportSize(wide);
  return measured;
}

describe.skipIf(!chromium)("a self-managed roll in a browser", () => {
  it("asks about a drain that is held up, deletes what two people want deleted, is paused, and called off", {
    timeout: 4 * patience,
  }, async () => {
    const { page, errors } = await open(chromium ?? "");
    const become = (name: string) => page.getByRole("radio", { name, exact: true }).check();
    const button = (name: string) => page.getByRole("button", { name, exact: true }).last();
    const agree = (name: string) => page.getByRole("dialog").getByRole("button", { name }).click();
    await button(selfManagedTwoBudgets.command).click();
    await button("Send").click();
    await become("Approver");
    await button("Approve upgrade").click();
    await page.getByText(/desired 12 \(wanted 6\)/).waitFor();
    await page.locator(".node.old.draining .pod.held").waitFor();
    const held = await page.locator(".node.old.draining strong").innerText();
    await page.getByRole("button", { name: /repl/ }).first().click();
    expect(await sideways(page)).toEqual([0, 0]);

    await become("Operator");
    await button("Force (delete the pods)").click();
    await agree("Ask to delete");
    await button("Confirm: delete the pods").click();
    await agree("Delete them");
    await page.getByText("You cannot confirm this.").waitFor();
    // The thread stays unfolded, whoever one becomes.
    await become("Approver");
    await button("Confirm: delete the pods").click();
    await agree("Delete them");
    await page.locator(".node", { hasText: held }).waitFor({ state: "detached" });

    await become("Operator");
    await button("Pause").click();
    await button("Resume").click();
    await page.getByText("let it go on").first().waitFor();
    await button("Cancel").click();
    await button("Go back").click();
    await button("Cancel").click();
    await agree("Call it off");
    await page.getByText("called the upgrade off").first().waitFor();
    expect(await page.locator(".scaling").innerText()).toMatch(/^min 3\s+desired 6\s+max 8$/);
    expect(await page.locator(".marks").count()).toBe(0);
    expect(errors).toEqual([]);
  });
});
