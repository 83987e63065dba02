import { beforeAll, describe, expect, it } from "vitest";
import { soon } from "../soon.js";
import { expectRightEnd } from "./checks.js";
import { turnstile } from "./crash-at.js";
import { People } from "./play.js";
import { openCrashStage, stopInTime, type WiredBot } from "./stage.js";
import { ownWorkers, type Story, workshop } from "./stories.js";
import type { Side } from "./wires.js";

/** What a bot is about to do when the world stands still for it: a long pause of its machine, of the network, of Redis. */
const rows: readonly [string, RegExp, Side, Story?][] = [
  ["has saved that it will ask EKS for the update", /UpdateRequested/, "after"],
  ["is saving that it will ask EKS for the update", /UpdateRequested/, "before"],
  ["is saving that EKS has begun", /UpdateStarted/, "before"],
  ["has saved that EKS has begun", /UpdateStarted/, "after"],
  ["is saving what became of a node", /^record Node/, "before"],
  ["is saving that the run is over", /RunSucceeded/, "before"],
  ["has saved that the run is over", /RunSucceeded/, "after"],
  ["has saved that it will post the live message", /^slot live sending/, "after"],
  ["is saving that it will post the live message", /^slot live sending/, "before"],
  ["is saving that the live message is there", /^slot live sent/, "before"],
  ["has saved that it will post a reply", /^slot phase.*sending/, "after"],
  ["is saving that a reply is there", /^slot phase.*sent/, "before"],
  ["has saved that it will post the end", /^slot end sending/, "after"],
  ["is saving that the end is there", /^slot end sent/, "before"],
  ["is saving that Slack shows everything", /^record announced/, "before"],
  ["is saving what it has changed of a group that it rolls", /^record Changed/, "before", ownWorkers],
  ["has saved which node of a group that it rolls leaves next", /^record NodeDraining/, "after", ownWorkers],
  ["is saving that a node of a group that it rolls ends", /^record NodeTerminating/, "before", ownWorkers],
];
const atOnce = 8;
const quiet = 2_000;

const stories = new Map<string, Promise<void>>();
beforeAll(() => {
  const pass = turnstile(atOnce);
  for (const [when, write, side, story] of rows) {
    const played = pass(() => freezeAt(write, side, story));
    played.catch(() => {});
    stories.set(when, played);
  }
});

describe("a zombie worker, whose Redis stood still for longer than its leases and who comes back when another has finished, does no harm", () => {
  it.each(rows)("when it %s", { timeout: 150_000 }, async (when) => {
    await stories.get(when);
  });
});

async function freezeAt(pattern: RegExp, side: Side, story: Story = workshop): Promise<void> {
  const stage = await openCrashStage({ story });
  try {
    const first = await stage.startBot({
      stopAt: (write) => (pattern.test(write) ? side : undefined),
      stop: (wires) => wires.redis.freeze(),
    });
    const people = new People(stage);
    const acts = people.goOn(first.wires);
    await first.wires.stopped;
    const second = await stage.startBot();
    await acts;
    await people.goOn(second.wires);
    first.wires.redis.thaw();
    await untilQuiet(first);
    await stopInTime(first.bot);
    await expectRightEnd(stage);
  } finally {
    await stage.close();
  }
}

/** Until it has done what it still had in mind. */
async function untilQuiet({ wires }: WiredBot): Promise<void> {
  let last = wires.writes.length;
  let since = Date.now();
  await soon(() => {
    if (wires.writes.length !== last) since = Date.now();
    last = wires.writes.length;
    expect(Date.now() - since).toBeGreaterThan(quiet);
  });
}
