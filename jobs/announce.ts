import type { Logger } from "pino";
import type { Clock } from "../src/clock.js";
import { isOver } from "../src/core/transitions.js";
import type { Redis } from "../src/redis/connection.js";
import type { Runs, Unshown } from "../src/redis/runs.js";
import { redisSlots } from "../src/redis/slots.js";
import type { SlackClient } from "../src/slack/client.js";
import { messagesOf } from "../src/slack/messages.js";
import { deliver } from "../src/slack/outbox.js";
import type { RateGate } from "../src/slack/rate-gate.js";
import { isSlackTrouble, type SlackTrouble } from "../src/slack/trouble.js";
import type { Caps } from "../src/slack/views/live.js";
import type { Look } from "./delivery.js";

export interface AnnounceOptions {
  readonly runs: Runs;
  readonly redis: Redis;
  readonly client: SlackClient;
  readonly gate: RateGate;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Brings one run's card, live message and thread to what its record says. Whatever Slack does, a run never waits for
 * it: this is another queue, and here is the only writer.
 */
export function openAnnouncer(options: AnnounceOptions) {
  const { runs, redis, client, gate, clock, log } = options;
  // Learnt from Slack's refusals, for as long as the process lives.
  let caps: Caps = { plan: true };

  return async function announce(id: string, lease: { name: string; holder: string }): Promise<Look> {
    const stored = await runs.load(id);
    if (!stored) return { next: "rest" };
    const events = await runs.events(id);
    const { run, revision, unshown } = stored;
    const delivered = await deliver(
      { run: id, channel: run.channel, caps, render: (able) => messagesOf(run, events, clock.now(), able) },
      { client, gate, store: redisSlots(redis, id, lease), now: Date.now },
    );
    if (delivered.caps) {
      caps = delivered.caps;
      log.warn({ caps }, "slack does not take every block: using classic ones");
    }
    if (delivered.trouble) log.warn({ run: id, error: delivered.trouble.message }, "slack trouble");
    const why = unshownBecause(delivered.trouble);
    if (why?.code !== unshown?.code) await runs.markUnshown(id, why);
    if (delivered.again !== undefined) return { next: "later", delay: delivered.again };
    if (isOver(run.state)) await runs.announced(id, revision);
    return { next: "rest" };
  };
}

/** What only a person can repair. It cannot be said in the channel, so it is kept for `status` and the like. */
export function unshownBecause(trouble: SlackTrouble | undefined): Unshown | undefined {
  return isSlackTrouble(trouble, "unwelcome", "denied")
    ? { code: trouble.code, next: trouble.next }
    : undefined;
}
