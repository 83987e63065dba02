import type { Logger } from "pino";
import { second } from "../src/core/instant.js";
import type { DigestCases } from "../src/digests.js";
import type { Fleet } from "../src/fleet.js";
import type { Runs } from "../src/redis/runs.js";
import type { Look } from "./delivery.js";

interface AfterRunOptions {
  readonly runs: Pick<Runs, "load">;
  readonly fleet: Fleet;
  readonly digests: Pick<DigestCases, "check">;
  readonly log: Logger;
}

export interface ScanOptions {
  readonly digests: Pick<DigestCases, "fire" | "make">;
  readonly log: Logger;
}

const prefix = "after/";
/** What is rung for when a run is over, instead of a series: no series begins like this. */
export const afterRun = (run: string): string => prefix + run;
/** The run that is over, where that is what was rung for. */
export const runOver = (id: string): string | undefined =>
  id.startsWith(prefix) ? id.slice(prefix.length) : undefined;

/** Looks again at the cluster of a run that is over, so that people are not shown what was there before it. */
export async function scanAfter(
  { runs, fleet, digests, log }: AfterRunOptions,
  id: string,
  signal: AbortSignal,
): Promise<Look> {
  const run = (await runs.load(id))?.run;
  const environment = fleet.environments.find(({ name }) => name === run?.plan.environment);
  if (!run || !environment) return { next: "rest" };
  try {
    await digests.check([environment], { only: run.plan.cluster, signal });
  } catch (error) {
    if (signal.aborted) throw error;
    // The next scan on schedule finds it.
    log.warn({ run: id, error: error instanceof Error ? error.message : error }, "cluster not looked at");
  }
  return { next: "rest" };
}

/** After a fault of ours it is tried again no sooner than this (real time). */
const afterFault = 60 * second;

/** Makes the digest of a series if a time has come for it. */
export async function scanFor(
  { digests, log }: ScanOptions,
  series: string,
  signal: AbortSignal,
): Promise<Look> {
  try {
    // Whoever rang may have died before it was noted.
    if ((await digests.fire(series)) !== "due") return { next: "rest" };
    const outcome = await digests.make(series, signal);
    log.info({ series, outcome }, "digest");
    // Its next time may have come during the scan.
    return { next: "again" };
  } catch (error) {
    if (signal.aborted) throw error;
    log.error({ series, error }, "digest not made");
    return { next: "later", delay: afterFault };
  }
}
