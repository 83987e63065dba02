import type { Logger } from "pino";
import type { Clock } from "../src/clock.js";
import { overdueBy } from "../src/core/overdue.js";
import type { Runs } from "../src/redis/runs.js";
import type { Bells } from "./queues.js";

export interface SweepOptions {
  readonly runs: Runs;
  readonly bells: Bells;
  readonly clock: Clock;
  readonly log: Logger;
}

/** How often everything open is rung for, in real milliseconds: what was lost is found within so long. */
const sweepEvery = 30_000;

/**
 * Rings for everything that is not over, whatever became of its jobs: the records are the truth, and a queue that was
 * wiped has lost nothing. What has its bell already keeps it. Runs that nobody looks at are said in the log.
 */
async function sweep({ runs, bells, clock, log }: SweepOptions): Promise<void> {
  const overdue: string[] = [];
  for (const id of await runs.open()) {
    // One record that cannot be read (a newer bot wrote it) must not keep the others from being found.
    const stored = await runs
      .load(id)
      .catch((error: unknown) => void log.error({ run: id, error }, "run not readable"));
    const run = stored?.run;
    if (run?.state === "awaiting approval")
      await bells.expire.ensure(id, clock.realDelayUntil(run.expiresAt));
    if (run?.state === "running") {
      await bells.upgrade.ensure(id, run.wait ? clock.realDelayUntil(run.wait.until) : 0);
      if (overdueBy(run, clock.now()) !== undefined) overdue.push(id);
    }
  }
  for (const id of new Set([...(await runs.unannounced()), ...overdue])) await bells.announce.ensure(id, 0);
  if (overdue.length > 0) log.error({ runs: overdue }, "runs without a look: are the workers up?");
}

/** Sweeps now and then again regularly, until stopped. */
export function sweepRegularly(options: SweepOptions, every = sweepEvery): { stop(): Promise<void> } {
  let underWay: Promise<void> = Promise.resolve();
  const once = () => {
    underWay = underWay
      .then(() => sweep(options))
      .catch((error: unknown) =>
        options.log.warn({ error: error instanceof Error ? error.message : error }, "sweep failed"),
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
