import { beforeAll, describe, it } from "vitest";
import { crashAt, turnstile } from "./crash-at.js";
import type { Side } from "./wires.js";

/** One of each kind, the first and the last. All of them are in every-write.slow.test.ts. */
const rows: readonly [string, RegExp, Side][] = [
  ["before the request is in the record", /^record created/, "before"],
  ["when the request is in the record, and nobody was told", /^record created/, "after"],
  ["when the intent is in the record, and nothing was asked of EKS", /UpdateRequested/, "after"],
  ["when EKS has begun, and its answer is lost", /^UpdateNodegroupVersion/, "after"],
  ["before it saves what became of a node", /^record Node/, "before"],
  ["when the live message is posted, and Slack's answer is lost", /^chat.postMessage live/, "after"],
  ["when a message is edited, and Slack's answer is lost", /^chat.update/, "after"],
  ["before it saves that Slack shows everything", /^record announced/, "before"],
];

const stories = new Map<string, Promise<unknown>>();
beforeAll(() => {
  const pass = turnstile(rows.length);
  for (const [when, write, side] of rows) {
    const story = pass(() => crashAt({ stopAt: (each) => (write.test(each) ? side : undefined) }));
    story.catch(() => {});
    stories.set(when, story);
  }
});

describe("a bot that dies, and another that starts at once: the same end, nothing lost, nothing twice", () => {
  it.each(rows)("%s", { timeout: 100_000 }, async (when) => {
    await stories.get(when);
  });
});
