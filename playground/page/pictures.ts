import { mkdir } from "node:fs/promises";
import type { Page as BrowserPage } from "playwright-core";
import { openPlayground } from "../playground.js";
import { eksWorkshop } from "../scenarios/eks-workshop.js";
import { bundlePage } from "./bundle.js";
import { findChromium, launchChromium } from "./chromium.js";
import { openConductor } from "./conductor.js";
import { servePage } from "./server.js";

/** Makes the README's pictures anew: the page, and a thread, in the middle of an upgrade. `npm run pictures` */

const folder = "docs/pictures";
/** Real milliseconds for anything to appear. */
const patience = 60_000;

async function pictures(): Promise<void> {
  const chromium = findChromium();
  if (!chromium) throw new Error("No Chromium is installed. Set CHROMIUM_PATH, or install chromium.");
  const playground = await openPlayground({ scenario: eksWorkshop, speed: 60 });
  const conductor = openConductor(playground, { slack: true, bot: playground.environment });
  const served = await servePage({ playground, conductor, bundle: await bundlePage(), port: 0 });
  const browser = await launchChromium(chromium);
  try {
    await conductor.start();
    const page = await browser.newPage({
      viewport: { width: 1180, height: 680 },
      deviceScaleFactor: 2,
      colorScheme: "light",
      locale: "en-GB",
      timezoneId: "UTC",
    });
    page.setDefaultTimeout(patience);
    await page.goto(`${served.url}/?as=operator`);
    await page.getByText("Bot: running").waitFor();
    await reachTheMiddle(page);
    await mkdir(folder, { recursive: true });
    await page.screenshot({ path: `${folder}/page.png` });
    await page.getByRole("button", { name: /replies/ }).click();
    await page.setViewportSize({ width: 2000, height: 1500 });
    await page.locator("article:has(.thread)").screenshot({ path: `${folder}/thread.png` });
  } finally {
    await browser.close();
    await served.close();
    await conductor.stop();
    await playground.close();
  }
}

/** Asks, approves, and waits until one of three old nodes is gone and the next is being drained. */
async function reachTheMiddle(page: BrowserPage): Promise<void> {
  await page.getByRole("button", { name: eksWorkshop.command }).click();
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByRole("radio", { name: "Approver" }).check();
  await page.getByRole("button", { name: "Approve upgrade" }).click();
  await page.getByText("1 of 3 old nodes gone").waitFor();
  await page.locator(".node.old.draining").waitFor();
}

await pictures();
