import type { Redis } from "ioredis";
import { expect } from "vitest";
import type { Playground } from "../../playground/playground.js";
import type { Message } from "../../playground/slack/types.js";
import { expectation } from "../../playground/world/expectation.js";
import type { RunEvent } from "../../src/core/events.js";
import { redisLocks } from "../../src/redis/locks.js";
import type { Runs } from "../../src/redis/runs.js";
import type { Message as Wanted } from "../../src/slack/messages.js";
import { messagesOf } from "../../src/slack/messages.js";
import { soon } from "../soon.js";
import { runOf, slotOf } from "./people.js";
import { lastEndOf, type Story } from "./stories.js";

/** Where it is read how a story ended. */
export interface Aftermath {
  readonly story: Story;
  readonly playground: Playground;
  /** Past all wires. */
  readonly redis: Redis;
  readonly runs: Runs;
}

/** What must be true at the end of every story, however often the bot died in it. */
export async function expectRightEnd(aftermath: Aftermath, doublesAllowed = 0): Promise<void> {
  const { playground, redis, story } = aftermath;
  const { world } = playground;
  const end = lastEndOf(story);
  // Others go on in the world: Cluster Autoscaler may be taking a node that became empty when the story was over.
  await soon(() => expect(expectation(world, end)).toMatchObject({ met: true }));

  const calls = world.calls.filter((call) => call.operation === "UpdateNodegroupVersion");
  const tokens = new Set(calls.map((call) => call.input.clientRequestToken));
  const updates = "updates" in end ? end.updates : 0;
  expect(tokens.size, "tokens of all calls that start an update: one for each attempt").toBe(
    updates + (story.unheard ?? 0),
  );
  expect(world.clusters.get(end.cluster)?.updates, "updates").toHaveLength(updates);
  expect(await redis.keys("{eks-upgrade}:claim:*")).toEqual([]);
  expect(await redis.keys("{eks-upgrade}:request:*")).toEqual([]);
  expectTold(aftermath, await expectRuns(aftermath), doublesAllowed);
  await expectLocksTold(aftermath);
}

/** Who locked, and who unlocked, is told to the channel once, in this order. */
async function expectLocksTold({ playground: { slack }, redis, story }: Aftermath): Promise<void> {
  await soon(async () => expect(await redisLocks(redis).untold(), "of locks, not told").toEqual([]));
  const notices = slack.workspace.everything(slack.channel).filter(isOfLocks);
  const icons = notices.map(({ text }) => text.split(" ")[0]);
  expect(icons, "told of locks").toEqual(story.locks ? [":lock:", ":unlock:"] : []);
}

const isOfLocks = (message: Message) => slotOf(message).startsWith("notice/");

interface WantedOfRun extends Wanted {
  readonly run: string;
}

/** Every run has the facts it should have, each once for each attempt. Returns what Slack should show, in order. */
async function expectRuns({ story, runs, playground }: Aftermath): Promise<WantedOfRun[]> {
  const ids = (await runs.recent(10)).reverse();
  const wanted: WantedOfRun[] = [];
  const facts: RunEvent["type"][][] = [];
  const failures: string[] = [];
  for (const [index, id] of ids.entries()) {
    const run = (await runs.load(id))?.run;
    const events = await runs.events(id);
    const meant = new Set(story.runs[index]);
    const types = withoutDoubts(events).map((event) => event.type);
    facts.push(types.filter((type) => meant.has(type) || isEnd(type)));
    if (!run) continue;
    if (run.failure) failures.push(`${run.failure.code}: ${run.failure.what}`);
    for (const event of events) if (event.type === "RunHeld") failures.push(JSON.stringify(event));
    const messages = messagesOf(run, events, playground.world.clock.now(), { plan: true });
    wanted.push(...messages.map((message) => ({ run: id, ...message })));
  }
  expect(facts, `facts of all runs; failures: ${failures.join("; ")}`).toEqual(story.runs);
  return wanted;
}

/** On a busy machine Slack may not tell in time whether a run may still begin. Then it rightly waits, and asks again. */
function withoutDoubts(events: readonly RunEvent[]): RunEvent[] {
  let held = false;
  return events.filter((event) => {
    if (event.type === "RunHeld" && event.held.why === "unsure") return false;
    // Of a doubt alone. One that followed a lock ends with it.
    if (event.type === "RunReleased" && !held) return false;
    if (event.type === "RunHeld") held = true;
    if (event.type === "RunReleased") held = false;
    return true;
  });
}

const isEnd = (type: RunEvent["type"]) => /^Run(?!Requested|Approved)/.test(type);

function expectTold(
  { playground: { slack } }: Aftermath,
  wanted: WantedOfRun[],
  doublesAllowed: number,
): void {
  // That something was locked is told to the channel by itself.
  const shown = slack.workspace.everything(slack.channel).filter((message) => !isOfLocks(message));
  const first = wanted.flatMap((message) => shown.find((each) => isSame(each, message)) ?? []);
  const doubles = shown.filter((message) => !first.includes(message));
  expect(first.map(slotOf), "every message is there").toEqual(wanted.map(({ slot }) => slot));
  expect(doubles.length, `messages twice: ${doubles.map(slotOf).join(", ")}`).toBeLessThanOrEqual(
    doublesAllowed,
  );
  if (doubles.length > 0) return;
  expect(shown.map(slotOf), "in their order").toEqual(wanted.map(({ slot }) => slot));
  // What is settled was told at its time, in the words of that time.
  const settled = new Set(wanted.flatMap(({ settled }, index) => (settled ? index : [])));
  const words = (messages: readonly { text: string }[]) =>
    messages.flatMap(({ text }, index) => (settled.has(index) ? [] : text));
  expect(words(shown)).toEqual(words(wanted));
}

function isSame(message: Message, { run, slot }: WantedOfRun): boolean {
  return runOf(message) === run && slotOf(message) === slot;
}
