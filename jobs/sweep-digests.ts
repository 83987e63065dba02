import type { Logger } from "pino";
import type { Clock } from "../src/clock.js";
import type { Instant } from "../src/core/instant.js";
import type { DigestCases } from "../src/digests.js";
import type { Digests, StoredDigest } from "../src/redis/digests.js";
import type { Snoozes } from "../src/redis/snoozes.js";
import type { Bells } from "./queues.js";
import type { Schedules } from "./schedule.js";

export interface DigestSweepOptions {
  readonly cases: Pick<DigestCases, "arrange" | "fire">;
  readonly digests: Pick<Digests, "series" | "load">;
  readonly snoozes: Pick<Snoozes, "kept">;
  readonly schedules: Pick<Schedules, "arrange" | "put">;
  readonly bells: Pick<Bells, "scan" | "digest">;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Arranges the series and their schedulers at the first sweep that succeeds, and at each looks what the records say:
 * times that have come, digests that are not made, and those that Slack does not show yet. Whatever became of the queues,
 * nothing is lost.
 */
export function openDigestSweep(options: DigestSweepOptions): () => Promise<void> {
  const { digests, snoozes, log } = options;
  let arranged = false;
  return async function sweep() {
    // Delays are real time by the clock of the process that set them: see `sweep`.
    const put = arranged ? "ensure" : "ring";
    if (!arranged) arranged = await arrange(options);
    const { revision } = await snoozes.kept();
    for (const series of await digests.series()) {
      await look(options, series, revision, put).catch((error: unknown) =>
        log.error({ series, error }, "digest not looked at"),
      );
    }
  };
}

/** False: not all of it could be done. */
async function arrange({ cases, schedules, log }: DigestSweepOptions): Promise<boolean> {
  let whole = true;
  const failed = (error: unknown) => {
    whole = false;
    log.error({ error }, "digest not arranged");
  };
  await cases
    .arrange(failed)
    .then((records) => schedules.arrange(records))
    .catch(failed);
  return whole;
}

async function look(
  { cases, digests, schedules, bells, clock }: DigestSweepOptions,
  series: string,
  snoozes: number,
  put: "ring" | "ensure",
): Promise<void> {
  const stored = await digests.load(series);
  if (!stored) return;
  const { record } = stored;
  // Nobody has rung in time: that is asked for anew.
  if (clock.now() >= record.nextDue) await schedules.put(record);
  if ((await cases.fire(series)) === "due") await bells.scan[put](series, 0);
  const at = paintedAgainAt(stored, snoozes);
  if (at !== undefined) await bells.digest[put](series, at === "now" ? 0 : clock.realDelayUntil(at));
}

/** When Slack should show something else than it does. */
function paintedAgainAt({ painted, revision }: StoredDigest, snoozes: number): Instant | "now" | undefined {
  const current = painted?.revision === revision && painted.snoozes === snoozes;
  return current ? painted.until : "now";
}
