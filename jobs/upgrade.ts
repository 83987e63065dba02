import type { Logger } from "pino";
import type { Clock } from "../src/clock.js";
import { second } from "../src/core/instant.js";
import type { Run } from "../src/core/run.js";
import type { Outsides } from "../src/phases/outside.js";
import { type Tick, tick } from "../src/phases/tick.js";
import type { Runs } from "../src/redis/runs.js";
import type { Look } from "./delivery.js";

export interface UpgradeOptions {
  readonly runs: Runs;
  readonly outsides: Outsides;
  readonly clock: Clock;
  readonly log: Logger;
  /** Called after every save: what people see may have changed. */
  changed(id: string): Promise<void>;
  /** Called when a run is over: its node groups are not what the last scan found. */
  ended(id: string): Promise<void>;
}

/** After a fault of ours a run is looked at again no sooner than this (real time): it must not spin, nor be forgotten. */
const afterFault = 60 * second;

/** One look at a run: tick, and save what it says if nobody changed the run meanwhile and the lease is still ours. */
export async function lookAtRun(
  { runs, outsides, clock, log, changed, ended }: UpgradeOptions,
  id: string,
  lease: { name: string; holder: string },
  signal: AbortSignal,
): Promise<Look> {
  const stored = await runs.load(id);
  if (stored?.run.state !== "running") return { next: "rest" };
  // Held by a person: whoever resumes it rings again.
  if (stored.run.paused && !stored.run.stopping) return { next: "rest" };
  let ticked: Tick;
  try {
    const unchanged = async () => (await runs.revision(id)) === stored.revision;
    const outside = outsides.in(stored.run.plan.environment);
    ticked = await tick(stored.run, outside, clock, signal, { unchanged });
  } catch (error) {
    if (signal.aborted) throw error;
    log.error({ run: id, cluster: stored.run.plan.cluster, error }, "tick failed");
    return { next: "later", delay: afterFault };
  }
  const saved = await runs.save({ ...ticked, revision: stored.revision, at: clock.now(), lease });
  if (saved.outcome === "conflict") return { next: "again" };
  if (saved.outcome !== "saved") {
    log.warn({ run: id, outcome: saved.outcome }, "save refused");
    return { next: "rest" };
  }
  for (const fact of ticked.facts) log.info({ run: id, cluster: stored.run.plan.cluster, ...fact }, "event");
  await changed(id);
  if (ticked.next === "over") await ended(id);
  return nextLook(ticked, clock);
}

function nextLook({ next, run }: { next: Tick["next"]; run: Run }, clock: Clock): Look {
  if (next === "again") return { next: "again" };
  if (next === "over" || !run.wait) return { next: "rest" };
  return { next: "later", delay: clock.realDelayUntil(run.wait.until) };
}
