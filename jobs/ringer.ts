import type { Logger } from "pino";
import type { Clock } from "../src/clock.js";
import { dueAt } from "../src/core/decide-schedule.js";
import type { Run } from "../src/core/run.js";
import type { Turns } from "../src/redis/turns.js";
import { turnName } from "./delivery.js";
import type { Bells } from "./queues.js";

export interface RingerOptions {
  readonly turns: Pick<Turns, "nudge">;
  readonly bells: Bells;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Tells whoever works on a run, or on a series of digests, that its record changed. */
export interface Ringer {
  /** Slack should show what the record says now. */
  announce(id: string): Promise<void>;
  /** After a person's act: show it, go on with it if it runs, and watch its time if it waits for an answer or for its hour. */
  changed(run: Run): Promise<void>;
  /** A time of this series has come: scan. */
  scan(series: string): Promise<void>;
  /** Slack should show of this series what its record and the snoozes say now. */
  digest(series: string): Promise<void>;
}

/**
 * A nudge bumps the counter before it rings. The record is saved by then, so a bell that cannot be rung is no error:
 * the sweep rings it later.
 */
export function openRinger({ turns, bells, clock, log }: RingerOptions): Ringer {
  async function nudge(queue: "upgrade" | "announce" | "scan" | "digest", id: string): Promise<void> {
    await turns.nudge(turnName(queue, id));
    await bells[queue].ring(id, 0);
  }

  async function all(id: string, rings: readonly Promise<void>[]): Promise<void> {
    for (const ring of await Promise.allSettled(rings)) {
      if (ring.status === "rejected") log.warn({ id, error: String(ring.reason) }, "could not ring");
    }
  }

  return {
    announce: (id) => all(id, [nudge("announce", id)]),
    scan: (series) => all(series, [nudge("scan", series)]),
    digest: (series) => all(series, [nudge("digest", series)]),
    changed(run) {
      const rings = [nudge("announce", run.id)];
      if (run.state === "running") rings.push(nudge("upgrade", run.id));
      const due = dueAt(run);
      if (due !== undefined) rings.push(bells.expire.ring(run.id, clock.realDelayUntil(due)));
      return all(run.id, rings);
    },
  };
}
