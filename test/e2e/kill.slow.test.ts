import { afterEach, describe, expect, it } from "vitest";
import { startBot } from "../../playground/bot-process.js";
import { openPlayground, type Playground } from "../../playground/playground.js";
import { eksWorkshop } from "../../playground/scenarios/eks-workshop.js";
import { playStory } from "../../playground/story.js";
import { expectUpgradedOnce } from "./once.js";

/** Real milliseconds for any one thing to happen; the whole story takes about 20 s. */
const patience = 50_000;

describe("the bot's process killed with kill -9 in the middle of the demo's run", () => {
  let playground: Playground;
  afterEach(async () => playground.close());

  it.each([
    ["with a real Redis where there is one", false],
    ["with the Redis in JavaScript", true],
  ])(
    "%s: started again, it ends right, with one update and one token",
    { timeout: 3 * patience },
    async (_, pureJavaScript) => {
      playground = await openPlayground({ scenario: eksWorkshop, speed: 60, pureJavaScript });
      const { slack, environment } = playground;
      const first = playStory(playground, patience);
      await first.connected();
      await first.ask();
      await first.approve(await first.card());
      // In the middle: old nodes are being drained.
      await slack.waitFor(
        () => slack.workspace.everything(slack.channel).find((message) => message.text.includes("*Upgrade*")),
        { timeoutMs: patience, what: "the reply that the upgrade phase began" },
      );
      first.bot.kill("SIGKILL");
      await first.bot.ended;

      const second = playStory(playground, patience, startBot(environment));
      await second.connected();
      await second.end();
      await second.lastWord();
      expect(await second.bot.stop()).toBe(0);

      expectUpgradedOnce(playground);
    },
  );
});
