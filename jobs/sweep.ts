import type { Logger } from "pino";
import type { Clock } from "../src/clock.js";
import type { Runs } from "../src/redis/runs.js";
import type { Bells } from "./queues.js";

export interface SweepOptions {
  readonly runs: Runs;
  readonly bells: Bells;
  readonly clock: Clock;
}

/**
 * Rings for everything that is not over, whatever became of its jobs: the records are the truth, and a queue that was
 * wiped has lost nothing. Ringing for what has its bell already only sets the same time again.
 */
async function sweep({ runs, bells, clock }: SweepOptions): Promise<void> {
  for (const id of await runs.open()) {
    const run = (await runs.load(id))?.run;
    if (run?.state === "awaiting approval") await bells.expire.ring(id, clock.realDelayUntil(run.expiresAt));
    if (run?.state === "running")
      await bells.upgrade.ring(id, run.wait ? clock.realDelayUntil(run.wait.until) : 0);
  }
  for (const id of await runs.unannounced()) await bells.announce.ring(id, 0);
}

/** Sweeps now and then again every `every` real milliseconds, until stopped. */
export function sweepRegularly(options: SweepOptions, every: number, log: Logger): { stop(): Promise<void> } {
  let underWay: Promise<void> = Promise.resolve();
  const once = () => {
    underWay = underWay
      .then(() => sweep(options))
      .catch((error: unknown) =>
        log.warn({ error: error instanceof Error ? error.message : error }, "sweep failed"),
      );
  };
  once();
  const timer = setInterval(once, every);
  return {
    async stop() {
      clearInterval(timer);
      await underWay;
    },
  };
}
