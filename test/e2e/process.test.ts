import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freePort } from "../../playground/free-port.js";
import { brokenServer } from "../../playground/slack/faults.js";
import { type Bot, openBot } from "../../src/bot.js";
import { ConfigError, readConfig } from "../../src/config.js";
import { listenerAt } from "../../src/redis/socket.js";
import { openTcpWire } from "../crash/tcp-wire.js";
import { heard } from "../heard.js";
import { bestRedis } from "../redis.js";
import { soon } from "../soon.js";
import { openStage, type Stage } from "./stage.js";

const path = process.env.PATH ?? "";
/** A port that is free. */
let port: number;

let stage: Stage;
let bot: Bot | undefined;
let log: Logger;
let lines: () => Record<string, unknown>[];
const told = (words: string) => lines().filter((line) => String(line.msg).includes(words));

beforeEach(async () => {
  port = await freePort();
  stage = await openStage({ speed: 300 });
  ({ log, lines } = heard());
});
afterEach(async () => {
  await bot?.stop();
  bot = undefined;
  await stage.close();
});

async function open(overrides: Readonly<Record<string, string>> = {}): Promise<Bot> {
  const environment = { ...stage.playground.environment, REDIS_URL: stage.redisUrl, ...overrides };
  bot = await openBot(readConfig(environment), log, path);
  return bot;
}

async function approvedRun(): Promise<void> {
  const { slack } = stage.playground;
  await stage.types("start eks-workshop");
  await slack.as(slack.users.approver).click(await stage.card(), "eks-upgrade:approve");
}

describe("when Slack ends the connection", () => {
  it.each<[string, (stage: Stage) => void]>([
    ["and asks to come again", ({ playground }) => playground.slack.socketMode.refresh()],
    ["without a word", ({ playground }) => playground.slack.socketMode.drop()],
  ])("%s, it is there again at once, and answers", async (_, end) => {
    const { slack } = stage.playground;
    await (await open()).start();
    const before = slack.calls.filter((call) => call.method === "apps.connections.open").length;
    end(stage);
    // The library's own way takes five seconds.
    await slack.waitFor(() => slack.socketMode.connections === 0, { timeoutMs: 2_500, what: "the end" });
    await slack.waitFor(() => slack.socketMode.connections > 0, { timeoutMs: 2_500, what: "a connection" });
    expect(slack.calls.filter((call) => call.method === "apps.connections.open")).toHaveLength(before + 1);
    expect((await stage.types("help")).text).toContain("/eks-upgrade");
  });
});

describe("when Slack refuses the tokens", () => {
  const bad = { SLACK_BOT_TOKEN: "xoxb-wrong" };

  it("a bot with nothing to do says which, and does not start", async () => {
    await open(bad);
    await expect(bot?.start()).rejects.toEqual(
      new ConfigError(["SLACK_BOT_TOKEN or SLACK_APP_TOKEN: Slack refuses it (invalid_auth)"]),
    );
  });

  it("upgrades go on all the same", async () => {
    const first = await stage.startBot();
    await approvedRun();
    // Before it begins, Slack is asked once more whether everybody still may.
    const begun = async () => (await stage.events()).some(({ type }) => type === "UpdateStarted");
    await soon(async () => expect(await begun()).toBe(true));
    await first.stop();
    await open(bad);
    void bot?.start();
    await stage.worldAtEnd();
    await soon(async () => expect(await stage.runs.open()).toEqual([]));
    expect(told("Slack refuses").length).toBeGreaterThan(0);
  });

  it("a worker needs none for the socket", async () => {
    const first = await stage.startBot({ ROLE: "bot" });
    await (await open({ ROLE: "worker", SLACK_APP_TOKEN: "" })).start();
    await approvedRun();
    await stage.worldAtEnd();
    await first.stop();
  });
});

describe("a stop", () => {
  it("during a start that waits for Slack ends that start, which is then not ready", async () => {
    const { slack } = stage.playground;
    slack.faults.add((call) => (call.method === "apps.connections.open" ? brokenServer : undefined));
    const starting = (await open()).start();
    await soon(() => expect(told("slack not reached yet").length).toBeGreaterThan(0));
    await bot?.stop();
    await starting;
    expect(told("ready")).toEqual([]);
    expect(slack.socketMode.connections).toBe(0);
  });

  it("before the start leaves nothing to start", async () => {
    await open({ HEALTH_PORT: `${port}` });
    await bot?.stop();
    await bot?.start();
    expect(told("ready")).toEqual([]);
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
  });

  it("twice is one stop", async () => {
    await (await open()).start();
    await Promise.all([bot?.stop(), bot?.stop()]);
    expect(told("did not stop")).toEqual([]);
  });

  describe("while Redis", () => {
    it.each([
      ["is away, is over in time: idle", "away", false],
      ["is away, is over in time: in the middle of a run", "away", true],
      ["hangs, is over in time: idle", "hangs", false],
      ["hangs, is over in time: in the middle of a run", "hangs", true],
    ])("%s", async (_, how, busy) => {
      const wire = await openTcpWire(new URL(stage.redisUrl).host);
      await (await open({ REDIS_URL: `redis://${wire.host}` })).start();
      if (busy) {
        await approvedRun();
        await soon(() => expect(told("event").length).toBeGreaterThan(3));
      }
      if (how === "away") wire.cut();
      else wire.freeze();
      const began = performance.now();
      await bot?.stop();
      expect(performance.now() - began).toBeLessThan(8_000);
      // Nothing of it comes back to Redis.
      wire.mend();
      await wire.close();
    });
  });
});

describe("an opening that is given up", () => {
  it.runIf(bestRedis === "real Redis")("leaves no Redis of our own running", async () => {
    const { environment } = stage.playground;
    const stopping = new AbortController();
    const data = environment.DATA_DIR ?? "";
    const opening = openBot(readConfig({ ...environment, REDIS_URL: "" }), log, path, {
      signal: stopping.signal,
    });
    opening.catch(() => {});
    await soon(() => expect(existsSync(join(data, "bot.sock"))).toBe(true), 1);
    stopping.abort(new Error("asked to stop"));
    await expect(opening).rejects.toThrow("asked to stop");
    expect(existsSync(join(data, "bot.sock"))).toBe(false);
    expect(await listenerAt(join(data, "redis.sock"))).toBeUndefined();
  });
});

describe("/readyz", () => {
  const ready = async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
    return [answer.status, await answer.json()];
  };

  it("is well when people can talk to the bot, and says when they cannot", async () => {
    const { slack } = stage.playground;
    await (await open({ HEALTH_PORT: `${port}` })).start();
    expect(await ready()).toEqual([200, { ok: true }]);
    const mend = slack.faults.add((call) =>
      call.method === "apps.connections.open" ? brokenServer : undefined,
    );
    slack.socketMode.drop();
    await soon(async () => expect(await ready()).toEqual([503, { ok: false, slack: "not connected" }]));
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    mend();
    await soon(async () => expect(await ready()).toEqual([200, { ok: true }]));
  });
});
