import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startBot } from "../../playground/bot-process.js";
import { soon } from "../soon.js";

it("all that a bot's process prints is collected, its last words too, and no secret that it knows is in it", async () => {
  const [secret, password] = ["s3cret-of-nobody", "pass-of-nobody"];
  const bot = startBot({
    PATH: process.env.PATH ?? "",
    SLACK_BOT_TOKEN: "xoxb-1-2-3",
    SLACK_SIGNING_SECRET: secret,
    PORT: "3000",
    REDIS_URL: `redis://bot:${password}@127.0.0.1:1`,
    // What cannot be read is said, with its name.
    FLEET_FILE: `/nowhere/${secret}/${password}/xoxb-9-9/fleet.yaml`,
  });
  expect(await bot.ended).toBe(78);
  const kept = () => readFileSync(join(process.env.BOT_OUTPUT ?? "", `bot-${bot.pid}.log`), "utf8");
  const words = "FLEET_FILE /nowhere/[redacted]/[redacted]/[redacted]/fleet.yaml: there is no such file";
  await soon(() => expect(kept()).toContain(words));
  expect(kept()).toBe(bot.output());
});
