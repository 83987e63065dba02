import type { Logger } from "pino";
import { second } from "../src/core/instant.js";
import type { DigestCases } from "../src/digests.js";
import type { Look } from "./delivery.js";

export interface ScanOptions {
  readonly digests: Pick<DigestCases, "fire" | "make">;
  readonly log: Logger;
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
