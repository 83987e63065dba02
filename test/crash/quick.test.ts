import { beforeAll, describe, it } from "vitest";
import { crashAt, turnstile } from "./crash-at.js";
import type { Side } from "./wires.js";

/** One of each kind. All of them are in every-write.slow.test.ts. */
const rows: readonly [string, RegExp, Side][] = [
  ["before the request is in the record", /^record created/, "before"],
  ["when the intent is in the record, and nothing was asked of EKS", /UpdateRequested/, "after"],
  ["when EKS has begun, and its answer is lost", /^UpdateNodegroupVersion/, "after"],
  ["when the live message is posted, and Slack's answer is lost", /^chat.postMessage live/, "after"],
];

const stories = new Map<string, Promise<unknown>>();
beforeAll(() => {
  // Each is two bots and a world: more at once are slower than they are one by one.
  const pass = turnstile(2);
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
