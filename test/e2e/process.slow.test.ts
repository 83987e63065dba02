import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type BotProcess, startBot } from "../../playground/bot-process.js";
import { openPlayground, type Playground } from "../../playground/playground.js";
import { eksWorkshop } from "../../playground/scenarios/eks-workshop.js";
import { brokenServer } from "../../playground/slack/faults.js";
import { playStory } from "../../playground/story.js";
import { expectation } from "../../playground/world/expectation.js";
import { bestRedis, startRedis } from "../redis.js";

/** Real milliseconds for any one thing to happen. */
const patience = 40_000;

let playground: Playground;
const processes: BotProcess[] = [];

beforeEach(async () => {
  playground = await openPlayground({ scenario: eksWorkshop, speed: 60 });
});
afterEach(async () => {
  for (const each of processes.splice(0)) each.kill("SIGKILL");
  await playground.close();
});

function start(overrides: Readonly<Record<string, string>> = {}): BotProcess {
  const bot = startBot({ ...playground.environment, ...overrides });
  processes.push(bot);
  return bot;
}

const within = (what: string) => ({ timeoutMs: patience, what });
const connected = () =>
  playground.slack.waitFor(() => playground.slack.socketMode.connections > 0, within("a connection"));

/** The operator asks for help, and is answered. */
async function answers(): Promise<void> {
  const { slack } = playground;
  const before = slack.workspace.ephemerals(slack.users.operator).length;
  await slack.as(slack.users.operator).command("/eks-upgrade", "help");
  await slack.waitFor(
    () => slack.workspace.ephemerals(slack.users.operator).length > before,
    within("an answer"),
  );
}

/** The playground's fleet.yaml, with one id for another. */
async function fleetWith(id: string, other: string): Promise<Record<string, string>> {
  const file = playground.environment.FLEET_FILE ?? "";
  const text = await readFile(file, "utf8");
  expect(text).toContain(id);
  await writeFile(file, text.replaceAll(id, other));
  return {};
}

const socket = () => join(playground.environment.DATA_DIR ?? "", "redis.sock");

async function redisPid(): Promise<number> {
  const redis = new Redis(socket(), { retryStrategy: () => null });
  redis.on("error", () => {});
  const info = await redis.info("server").finally(() => redis.disconnect());
  return Number(/process_id:(\d+)/.exec(info)?.[1]);
}

describe("the process lives through", () => {
  it("a Slack that is away for 15 s: it connects again, and answers", async () => {
    const { slack } = playground;
    const bot = start();
    await connected();
    const mend = slack.faults.add((call) =>
      call.method === "apps.connections.open" ? brokenServer : undefined,
    );
    slack.socketMode.drop();
    const died = await Promise.race([bot.ended, setTimeout(15_000)]);
    expect(died, bot.output()).toBeUndefined();
    mend();
    await connected();
    await answers();
    expect(await bot.stop()).toBe(0);
  });

  it.runIf(bestRedis === "real Redis")(
    "its own Redis killed in the middle of a run: it starts it again, and the run ends right",
    async () => {
      const { slack, world } = playground;
      const story = playStory(playground, patience, start());
      await story.connected();
      await story.ask();
      await story.approve(await story.card());
      await slack.waitFor(
        () => slack.workspace.everything(slack.channel).find((each) => each.text.includes("*Scale up*")),
        within("the reply that nodes joined"),
      );
      process.kill(await redisPid(), "SIGKILL");
      await story.lastWord();
      expect(expectation(world).met).toBe(true);
      expect(world.clusters.get("eks-workshop")?.updates).toHaveLength(1);
      expect(await story.bot.stop()).toBe(0);
    },
  );
});

describe("the process ends", () => {
  it.runIf(bestRedis === "real Redis")(
    "with 1 when its own Redis does not come up again, so that it is started anew",
    async () => {
      const bot = start();
      await connected();
      const pid = await redisPid();
      await rm(playground.environment.DATA_DIR ?? "", { recursive: true });
      process.kill(pid, "SIGKILL");
      expect(await bot.ended).toBe(1);
      expect(bot.output()).toMatch(/"level":60.*does not stay up/);
    },
  );

  it("with 1 at a rejection that nobody handles, and hands everything back", async () => {
    const reject = 'process.on("SIGUSR2", () => Promise.reject(new Error("a fault of ours")))';
    const main = new URL("../../src/main.ts", import.meta.url).pathname;
    const imports = ["--import", "tsx", "--import", `data:text/javascript,${encodeURIComponent(reject)}`];
    const bot = spawn(process.execPath, [...imports, main], {
      env: playground.environment,
      stdio: ["ignore", "pipe", "ignore"],
    });
    let output = "";
    bot.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    const ended = new Promise((resolve) => bot.once("exit", (code, signal) => resolve(code ?? signal)));
    await connected();
    bot.kill("SIGUSR2");
    expect(await ended).toBe(1);
    expect(output).toMatch(/"level":60.*"fault":"unhandledRejection"/);
    expect(output).toContain("a fault of ours");
    await expect(redisPid()).rejects.toThrow();
  });

  it.each<[string, () => Promise<Record<string, string>>, number, RegExp]>([
    [
      "with 78 when Slack refuses a token",
      async () => ({ SLACK_APP_TOKEN: "xapp-wrong" }),
      78,
      /Slack refuses it \(invalid_auth\)/,
    ],
    [
      "with 78 when fleet.yaml names a group that Slack does not have, with its line",
      () => fleetWith("S0APPROVERS", "S0NOBODY"),
      78,
      /fleet\.yaml:\d+.*S0NOBODY, a user group that Slack does not know/,
    ],
    [
      "with 78 when fleet.yaml names a channel that is shared, with its line",
      () => fleetWith("C0PROD", "C0SHARED"),
      78,
      /fleet\.yaml:\d+: environments\[0\]\.channel is #with-partner, which is shared/,
    ],
    [
      "with 1 when Redis does not answer: it may come back",
      async () => ({ REDIS_URL: "redis://127.0.0.1:1" }),
      1,
      /REDIS_URL: Redis did not answer within 10 s \(connect ECONNREFUSED/,
    ],
  ])("%s", async (_, overrides, code, words) => {
    const bot = start(await overrides());
    expect(await bot.ended).toBe(code);
    expect(bot.output()).toMatch(words);
  });

  it.runIf(bestRedis === "real Redis")(
    "with 78 when Redis refuses the password, which is not said",
    async () => {
      const server = await startRedis("real Redis");
      const admin = new Redis(server.url);
      await admin.config("SET", "requirepass", "s3cret");
      admin.disconnect();
      const bot = start({ REDIS_URL: server.url.replace("redis://", "redis://:hunter2@") });
      expect(await bot.ended).toBe(78);
      expect(bot.output()).toMatch(/REDIS_URL: Redis refuses the user name or the password/);
      expect(bot.output()).not.toMatch(/hunter2|s3cret/);
      await server.close();
    },
  );

  it.runIf(bestRedis === "real Redis")(
    "with 78 where another bot uses the directory, which goes on",
    async () => {
      start();
      await connected();
      const second = start();
      expect(await second.ended).toBe(78);
      expect(second.output()).toMatch(/another bot \(process \d+\) uses this directory/);
      await answers();
    },
  );
});

describe.runIf(bestRedis === "real Redis")("Ctrl-C during a start", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "start-"));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it.each([
    [
      "while its own Redis starts",
      { LOG_LEVEL: "info" },
      () =>
        redisPid().then(
          () => true,
          () => false,
        ),
    ],
    [
      "while Slack is not reached",
      { SLACK_API_URL: "http://127.0.0.1:1/api/" },
      async (bot: BotProcess) => bot.output().includes("slack not reached yet"),
    ],
    [
      "while Redis is waited for",
      { REDIS_URL: "redis://127.0.0.1:1" },
      async (bot: BotProcess) => bot.output().includes("ECONNREFUSED"),
    ],
  ])("%s leaves nothing running", async (_, overrides, reached) => {
    const bot = start(overrides);
    await vi.waitFor(async () => expect(await reached(bot)).toBe(true), { timeout: patience, interval: 5 });
    bot.kill("SIGINT");
    expect(await bot.ended).toBe(0);
    await expect(redisPid()).rejects.toThrow();
  });
});
