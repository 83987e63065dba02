import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { type SimulatedSlack, serveSlack } from "../../../playground/slack/server.js";
import { clientOf, outcomeOf } from "./web-client.js";

describe("rate limits", () => {
  let slack: SimulatedSlack;
  let now: number;

  beforeEach(async () => {
    now = 1_790_000_000_000;
    slack = await serveSlack({ now: () => now });
  });

  afterEach(() => slack.close());

  const outcomes = async (method: string, args: object, times: number) => {
    const web = clientOf(slack);
    const all: string[] = [];
    for (let count = 0; count < times; count += 1)
      all.push(await outcomeOf(web.apiCall(method, { ...args })));
    return all;
  };

  it.each([
    ["usergroups.users.list", { usergroup: "S0OPS" }, 20, 3],
    ["usergroups.list", {}, 20, 3],
    ["conversations.info", { channel: "C0PROD" }, 50, 2],
    ["users.info", { user: "U0BOT" }, 100, 1],
  ])("%s bears its tier's minute at once, then one call at a time", async (method, args, burst, wait) => {
    const all = await outcomes(method, args, burst + 1);
    expect(all.slice(0, burst)).toEqual(Array(burst).fill("ok"));
    expect(all.at(-1)).toBe(`retry after ${wait}`);
    now += wait * 1_000;
    expect(await outcomes(method, args, 2)).toEqual(["ok", expect.stringContaining("retry after")]);
  });

  test("a channel bears a message a second, after a small burst", async () => {
    const args = { channel: slack.channel, text: "x" };
    expect(await outcomes("chat.postMessage", args, 5)).toEqual(["ok", "ok", "ok", "ok", "retry after 1"]);
    now += 1_000;
    expect(await outcomes("chat.postMessage", args, 2)).toEqual(["ok", "retry after 1"]);
  });

  test("a full channel does not hold up another, nor another method", async () => {
    await outcomes("chat.postMessage", { channel: slack.channel, text: "x" }, 5);
    expect(await outcomes("chat.postMessage", { channel: slack.users.operator, text: "x" }, 1)).toEqual([
      "ok",
    ]);
    expect(await outcomes("auth.test", {}, 1)).toEqual(["ok"]);
  });
});
