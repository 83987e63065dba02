import { describe, expect, it } from "vitest";
import { day, hour, minute } from "../../../../src/core/instant.js";
import type { Lock } from "../../../../src/core/locks.js";
import type { Run } from "../../../../src/core/run.js";
import { violations } from "../../../../src/slack/limits.js";
import { say } from "../../../../src/slack/text.js";
import { lockBlocks, lockedAnswer, lockNotice, withLocks } from "../../../../src/slack/views/locks.js";
import { aRun, aRunningRun, someProgress, start } from "../../../builders.js";
import { aRoll } from "../../../rolls.js";

const lock: Lock = { environment: "prod", by: "U0ANN", at: start, reason: "the database moves" };
const answer = say(["1 cluster"]);
const now = start + 3 * hour;

describe("locks above a list", () => {
  it("none: the answer is as it was", () => {
    expect(withLocks(answer, [], now)).toBe(answer);
    expect(lockBlocks([], now)).toEqual([]);
  });

  it("say what is locked by whom, why and for how long", () => {
    const told = withLocks(answer, [lock, { ...lock, cluster: "shop" }], now);
    expect(told.text).toMatch(
      /^:lock: \*prod\* is locked by <@U0ANN> since .* \(3 h\): the database moves\n/,
    );
    expect(told.text).toContain("*prod/shop* is locked");
    expect(told.text.endsWith(answer.text)).toBe(true);
    expect(told.blocks.at(-1)).toEqual(answer.blocks[0]);
  });

  it("however many there are, and whatever somebody gave as a reason, stay within Slack's limits", () => {
    const hostile = { ...lock, reason: "<!channel> `x` ".repeat(100) };
    const many = Array.from({ length: 60 }, (_, index) => ({ ...hostile, cluster: `shop-${index}` }));
    const told = withLocks(answer, many, now);
    expect(violations(told)).toEqual([]);
    expect(told.text).not.toContain("<!channel>");
    expect(JSON.stringify(told.blocks)).toContain("and 50 more locks");
  });
});

describe("whoever locks is told what it does to what is open", () => {
  const managed = (over: Parameters<typeof someProgress>[1]) =>
    aRunningRun({ steps: [someProgress(["active"], over)] });
  const name = "`calm-heron-42` (eks-workshop/default).";
  it.each<[string, Run, string]>([
    ["a roll of ours", aRoll(), "Waits at its next safe point: `calm-heron-42` (eks-workshop/workers)."],
    [
      "what EKS has begun",
      managed({ updateId: "upd-1" }),
      `EKS goes on with, for it can neither pause nor cancel: ${name}`,
    ],
    [
      "what EKS was asked for and has not answered",
      managed({ intent: { token: "t", savedAt: start } }),
      `EKS was asked for, and goes on with if it has begun: ${name}`,
    ],
    ["what is about to begin", managed({}), `Does not begin: ${name}`],
    ["a request", aRun(), `Does not begin: ${name}`],
  ])("%s", (_, run, expected) => {
    expect(lockedAnswer(lock, [run]).text.split("\n").slice(2)).toEqual([expected]);
  });
});

it("an unlock promises nothing of what waits for something else, too", () => {
  const told = lockNotice({ lock, off: { by: "U0BEN", at: now } }, now);
  expect(told.text).toMatch(/\. What waited for nothing else goes on\.$/);
});

describe("the channel is told", () => {
  const off = { by: "U0BEN", at: start + hour };
  it.each([
    ["a lock", { lock }, start, /^:lock: <@U0ANN> locked \*prod\*: the database moves\n/],
    [
      "its end",
      { lock, off },
      off.at,
      /^:unlock: <@U0BEN> took the lock of <@U0ANN> off \*prod\* \(the data/,
    ],
  ])("%s, and when that was where it was not told in time", (_, news, at, says) => {
    const soon = lockNotice(news, at + minute);
    expect(soon.text).toMatch(says);
    expect(soon.text).not.toContain("ago");
    const late = lockNotice(news, at + 2 * day);
    expect(late.text).toMatch(says);
    expect(late.text).toMatch(/\nThat was <!date.*> \(2 days ago\): it could not be told here before\.$/);
    expect(violations(late)).toEqual([]);
  });
});
