import { mkdir } from "node:fs/promises";
import type { Browser, Page as BrowserPage } from "playwright-core";
import { openPlayground } from "../playground.js";
import { eksWorkshop } from "../scenarios/eks-workshop.js";
import { fleet } from "../scenarios/fleet.js";
import { selfManagedTwoBudgets } from "../scenarios/self-managed-two-budgets.js";
import type { Scenario } from "../scenarios/types.js";
import { bundlePage } from "./bundle.js";
import { findChromium, launchChromium } from "./chromium.js";
import { openConductor } from "./conductor.js";
import { servePage } from "./server.js";

/**
 * Makes the README's pictures anew: the page and a thread in the middle of an upgrade, the question that a blocked
 * drain becomes, and a digest. `npm run pictures`
 */

const folder = "docs/pictures";
/** Real milliseconds for anything to appear. */
const patience = 60_000;

/** The page in the world of a scenario. */
async function inScenario(
  browser: Browser,
  scenario: Scenario,
  take: (page: BrowserPage) => Promise<void>,
): Promise<void> {
  const playground = await openPlayground({ scenario, speed: 60 });
  const conductor = openConductor(playground, { slack: true, bot: playground.environment });
  const served = await servePage({ playground, conductor, bundle: await bundlePage(), port: 0 });
  const page = await browser.newPage({
    viewport: { width: 1180, height: 680 },
    deviceScaleFactor: 1.5,
    colorScheme: "light",
    locale: "en-GB",
    timezoneId: "UTC",
  });
  try {
    await conductor.start();
    page.setDefaultTimeout(patience);
    await page.goto(`${served.url}/?as=operator`);
    await page.getByText("Bot: running").waitFor();
    await take(page);
  } finally {
    await page.close();
    await served.close();
    await conductor.stop();
    await playground.close();
  }
}

async function approved(page: BrowserPage, { command }: Scenario): Promise<void> {
  await page.getByRole("button", { name: command }).click();
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByRole("radio", { name: "Approver", exact: true }).check();
  await page.getByRole("button", { name: "Approve upgrade" }).click();
}

/** One of three old nodes is gone, and the next is being drained. */
async function anUpgrade(page: BrowserPage): Promise<void> {
  await approved(page, eksWorkshop);
  await page.getByText("1 of 3 old nodes gone").waitFor();
  await page.locator(".node.old.draining").waitFor();
  await page.screenshot({ path: `${folder}/page.png` });
  await page.getByRole("button", { name: /replies/ }).click();
  await page.setViewportSize({ width: 2000, height: 1500 });
  await page.locator("article:has(.thread)").screenshot({ path: `${folder}/thread.png` });
}

/** Somebody has asked for force, and a second person is to confirm it. */
async function aBlockedDrain(page: BrowserPage): Promise<void> {
  await approved(page, selfManagedTwoBudgets);
  await page.getByRole("radio", { name: "Operator" }).check();
  await page.setViewportSize({ width: 1500, height: 1200 });
  await page.getByRole("button", { name: /repl/ }).first().click();
  const card = page.locator(".thread article", { hasText: "is blocked:" });
  await card.getByRole("button", { name: "Force (delete the pods)" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Ask to delete" }).click();
  await card.getByRole("button", { name: "Confirm: delete the pods" }).waitFor();
  // Where the mouse is shows as being about to press.
  await page.mouse.move(0, 0);
  await card.screenshot({ path: `${folder}/blocked-drain.png` });
}

/** The morning's digest of the environment prod. */
async function aDigest(page: BrowserPage): Promise<void> {
  const digest = page.locator("article", { hasText: "node groups of prod are behind" });
  await digest.waitFor();
  await page.setViewportSize({ width: 2000, height: 3000 });
  await page.mouse.move(0, 0);
  await digest.screenshot({ path: `${folder}/digest.png` });
}

async function pictures(): Promise<void> {
  const chromium = findChromium();
  if (!chromium) throw new Error("No Chromium is installed. Set CHROMIUM_PATH, or install chromium.");
  await mkdir(folder, { recursive: true });
  const browser = await launchChromium(chromium);
  try {
    await inScenario(browser, eksWorkshop, anUpgrade);
    await inScenario(browser, selfManagedTwoBudgets, aBlockedDrain);
    await inScenario(browser, fleet, aDigest);
  } finally {
    await browser.close();
  }
}

await pictures();
