import type { Logger } from "pino";
import type { Clock } from "../src/clock.js";
import { dueAt } from "../src/core/decide-schedule.js";
import { overdueBy } from "../src/core/overdue.js";
import type { Runs } from "../src/redis/runs.js";
import type { Bells } from "./queues.js";

export interface SweepOptions {
  readonly runs: Pick<Runs, "open" | "load" | "unannounced">;
  readonly bells: Bells;
  readonly clock: Clock;
  readonly log: Logger;
  /** What else is to be swept each time. */
  readonly locks?: () => Promise<void>;
  readonly digests?: () => Promise<void>;
  readonly audit?: () => Promise<void>;
}

/** How often everything open is rung for, in real milliseconds: what was lost is found within so long. */
const sweepEvery = 30_000;

/**
 * Rings for everything that is not over, whatever became of its jobs: the records are the truth, and a queue that was
 * wiped has lost nothing. What has its bell already keeps it, but at the first sweep that succeeds after a start. Runs
 * that nobody looks at are said in the log.
 */
async function sweep({ runs, bells, clock, log }: SweepOptions, first: boolean): Promise<void> {
  // Delays are real time by the clock of the process that set them: one that ran by another clock must not make a run wait.
  const put = first ? "ring" : "ensure";
  const overdue: string[] = [];
  for (const id of await runs.open()) {
    // One record that cannot be read (a newer bot wrote it) must not keep the others from being found.
    const stored = await runs
      .load(id)
      .catch((error: unknown) => void log.error({ run: id, error }, "run not readable"));
    const run = stored?.run;
    const due = run && dueAt(run);
    if (due !== undefined) await bells.expire[put](id, clock.realDelayUntil(due));
    if (run?.state === "running") {
      await bells.upgrade[put](id, run.wait ? clock.realDelayUntil(run.wait.until) : 0);
      if (overdueBy(run, clock.now()) !== undefined) overdue.push(id);
    }
  }
  for (const id of new Set([...(await runs.unannounced()), ...overdue])) await bells.announce.ensure(id, 0);
  if (overdue.length > 0) log.error({ runs: overdue }, "runs without a look: are the workers up?");
}

/** Sweeps now and then again regularly, until stopped. */
export function sweepRegularly(options: SweepOptions, every = sweepEvery): { stop(): Promise<void> } {
  let underWay: Promise<void> = Promise.resolve();
  let first = true;
  const failed = (error: unknown) =>
    options.log.warn({ error: error instanceof Error ? error.message : error }, "sweep failed");
  const once = () => {
    underWay = underWay
      .then(() => sweep(options, first))
      .then(() => {
        first = false;
      })
      .catch(failed)
      .then(() => options.locks?.())
      .catch(failed)
      .then(() => options.digests?.())
      .catch(failed)
      .then(() => options.audit?.())
      .catch(failed);
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
