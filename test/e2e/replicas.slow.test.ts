import { afterEach, describe, expect, it, vi } from "vitest";
import { type BotProcess, startBot } from "../../playground/bot-process.js";
import { freePort } from "../../playground/free-port.js";
import { openPlayground, type Playground } from "../../playground/playground.js";
import { eksWorkshop } from "../../playground/scenarios/eks-workshop.js";
import { playStory } from "../../playground/story.js";
import { startRedis, type TestRedis } from "../redis.js";
import { expectUpgradedOnce } from "./once.js";
import { modes, requestUrl } from "./stage.js";

/** Real milliseconds for any one thing to happen. */
const patience = 60_000;

let playground: Playground;
let redis: TestRedis;
const processes: BotProcess[] = [];
afterEach(async () => {
  for (const each of processes.splice(0)) each.kill("SIGKILL");
  await playground.close();
  await redis.close();
});

describe.each(modes)("two bots and three workers %s, each a process of its own", (_, mode) => {
  it("pass the main job at once, one of each killed with kill -9 in the middle", async () => {
    redis = await startRedis();
    playground = await openPlayground({ scenario: eksWorkshop, speed: 60, mode });
    const { slack } = playground;
    const ports = [await freePort(), await freePort()];
    if (mode === "http") slack.deliverTo(...ports.map(requestUrl));
    const start = (role: string, more: Record<string, string> = {}) => {
      const environment = { ...playground.environment, REDIS_URL: redis.url, ROLE: role, ...more };
      const process = startBot(environment);
      processes.push(process);
      return process;
    };
    const bots = ports.map((port) => start("bot", mode === "http" ? { PORT: `${port}` } : {}));
    const workers = [1, 2, 3].map(() => start("worker"));
    await vi.waitFor(
      async () => {
        if (mode === "socket") return expect(slack.socketMode.connections).toBe(2);
        for (const port of ports) expect(await slack.httpMode.verify(requestUrl(port))).toBe(true);
      },
      { timeout: patience, interval: 100 },
    );

    const [bot, worker] = [bots[0], workers[0]];
    if (!bot || !worker) throw new Error("nobody was started");
    const story = playStory(playground, patience, bots[1]);
    await story.ask();
    await story.approve(await story.card());
    await slack.waitFor(
      () => slack.workspace.everything(slack.channel).find((each) => each.text.includes("*Upgrade*")),
      { timeoutMs: patience, what: "the reply that the upgrade phase began" },
    );
    for (const each of [bot, worker]) each.kill("SIGKILL");
    await Promise.all([bot.ended, worker.ended]);
    const { operator } = slack.users;
    expect(await slack.as(operator).command("/eks-upgrade", "status")).toMatchObject({ outcome: "acked" });
    await story.end();
    await story.lastWord();

    expectUpgradedOnce(playground);
    const left = [...bots, ...workers].filter((each) => each !== bot && each !== worker);
    expect(await Promise.all(left.map((each) => each.stop()))).toEqual([0, 0, 0]);
  });
});
