import type { Redis } from "ioredis";
import { expect } from "vitest";
import type { Playground } from "../../playground/playground.js";
import { field } from "../../playground/slack/json.js";
import type { Message } from "../../playground/slack/types.js";
import { expectation } from "../../playground/world/expectation.js";
import type { Runs } from "../../src/redis/runs.js";
import { messagesOf } from "../../src/slack/messages.js";

/** Where it is read how a story ended. */
export interface Aftermath {
  readonly playground: Playground;
  /** Past all wires. */
  readonly redis: Redis;
  readonly runs: Runs;
}

/** What must be true at the end of every story, however often the bot died in it. */
export async function expectRightEnd(aftermath: Aftermath, doublesAllowed = 0): Promise<void> {
  const { playground, runs, redis } = aftermath;
  const { world, slack } = playground;
  expect(expectation(world)).toMatchObject({ met: true });

  const calls = world.calls.filter((call) => call.operation === "UpdateNodegroupVersion");
  const tokens = new Set(calls.map((call) => call.input.clientRequestToken));
  expect(tokens.size, "tokens of all calls that start the update").toBe(1);
  expect(world.clusters.get(world.scenario.expected.cluster)?.updates).toHaveLength(1);

  const ids = await runs.recent(10);
  expect(ids, "one request").toHaveLength(1);
  const run = (await runs.load(ids[0] ?? ""))?.run;
  expect(run?.state).toBe("succeeded");
  expect(await redis.keys("{eks-upgrade}:claim:*")).toEqual([]);
  expect(await redis.keys("{eks-upgrade}:request:*")).toEqual([]);
  if (!run) return;

  const wanted = messagesOf(run, await runs.events(run.id), world.clock.now(), { plan: true });
  const shown = slack.workspace.everything(slack.channel);
  const first = wanted.flatMap(({ slot }) => shown.find((message) => slotOf(message) === slot) ?? []);
  const doubles = shown.filter((message) => !first.includes(message));
  expect(first.map(slotOf), "every message is there").toEqual(wanted.map(({ slot }) => slot));
  expect(doubles.length, `messages twice: ${doubles.map(slotOf).join(", ")}`).toBeLessThanOrEqual(
    doublesAllowed,
  );
  if (doubles.length > 0) return;
  expect(shown.map(slotOf), "in their order").toEqual(wanted.map(({ slot }) => slot));
  expect(shown.map(({ text }) => text)).toEqual(wanted.map(({ text }) => text));
}

function slotOf(message: Message): string {
  return String(field(field(message.metadata, "event_payload"), "slot"));
}
