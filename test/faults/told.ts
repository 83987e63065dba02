import { expect, vi } from "vitest";
import type { Playground } from "../../playground/playground.js";
import { field } from "../../playground/slack/json.js";
import type { Message } from "../../playground/slack/types.js";
import type { Milliseconds } from "../../src/core/instant.js";
import type { Runs } from "../../src/redis/runs.js";
import { messagesOf } from "../../src/slack/messages.js";

/** What a night is judged by. */
export interface Judged {
  readonly playground: Playground;
  readonly runs: Runs;
}

/** The bot may read the channel's history, and so find a post whose answer was lost. The manifest does not ask for it. */
export function allowHistory({ slack }: Playground): void {
  slack.scopes.add("channels:history").add("groups:history");
}

/** The latest run, until it is over and Slack has been told everything. */
export async function untilTold({ runs }: Judged, timeout = 60_000): Promise<void> {
  await vi.waitFor(
    async () => {
      expect(await runs.recent(1), "a run").toHaveLength(1);
      expect(await runs.open(), "still open").toEqual([]);
      expect(await runs.unannounced(), "not shown yet").toEqual([]);
    },
    { timeout, interval: 50 },
  );
}

/**
 * The run succeeded with one update, and Slack shows every message of it, in order, each with its latest words. `lost`:
 * the record forgot its last events, so what Slack shows of them may come in another order than what was seen again.
 */
export async function expectToldWell(
  { playground: { slack, world }, runs }: Judged,
  how: { doubles?: number; lost?: boolean; reposted?: readonly string[] } = {},
): Promise<void> {
  const [id = ""] = await runs.recent(1);
  const run = (await runs.load(id))?.run;
  expect(run?.state).toBe("succeeded");
  const updates = world.calls.filter((call) => call.operation === "UpdateNodegroupVersion");
  expect(new Set(updates.map((call) => call.input.clientRequestToken)).size, "attempts").toBe(1);
  if (!run) return;

  const reposted = new Set(how.reposted ?? []);
  const wanted = messagesOf(run, await runs.events(id), world.clock.now(), { plan: true });
  const shown = slack.workspace.everything(slack.channel);
  const latest = wanted.flatMap(({ slot }) => shown.findLast((message) => slotOf(message) === slot) ?? []);
  expect(latest.map(slotOf), "every message is there").toEqual(wanted.map(({ slot }) => slot));
  expect(latest.map(({ text }) => text)).toEqual(wanted.map(({ text }) => text));
  const doubles = shown.filter((message) => !latest.includes(message)).map(slotOf);
  expect(doubles.length, `twice: ${doubles.join(", ")}`).toBeLessThanOrEqual(how.doubles ?? 0);
  if (how.lost) return;
  const times = latest.filter((message) => !reposted.has(slotOf(message))).map(({ ts }) => Number(ts));
  expect(times, "in order").toEqual([...times].sort((one, other) => one - other));
}

/** Which message of the run it is. */
export function slotOf(message: Message): string {
  return String(field(field(message.metadata, "event_payload"), "slot"));
}

/** World time from the approval to the end. */
export async function lengthOfRun({ runs }: Judged): Promise<Milliseconds> {
  const [id = ""] = await runs.recent(1);
  const events = await runs.events(id);
  const at = (type: string) => events.find((event) => event.type === type)?.at ?? Number.NaN;
  return at("RunSucceeded") - at("RunApproved");
}
