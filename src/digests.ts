import type { Logger } from "pino";
import type { Clock } from "./clock.js";
import { day, type Instant } from "./core/instant.js";
import type { DigestRecord, Snooze } from "./core/scan/digest.js";
import type { ScannedCluster } from "./core/scan/scanned.js";
import { arrange } from "./digests/arrange.js";
import { fire } from "./digests/fire.js";
import { freshen } from "./digests/freshen.js";
import { keep } from "./digests/look.js";
import { make } from "./digests/make.js";
import { sharing } from "./digests/share.js";
import type { Environment, Fleet } from "./fleet.js";
import type { Scan } from "./phases/scan/scan.js";
import type { Digests } from "./redis/digests.js";
import type { Unshown } from "./redis/runs.js";
import type { Scans } from "./redis/scans.js";
import type { Snoozes } from "./redis/snoozes.js";

/** What people, timers and workers may do with scans and digests. Authorisation happens before, in commands/. */
export interface DigestCases {
  /**
   * At start: makes a record for each channel and schedule that fleet.yaml wants, moves what was shown to one whose
   * schedule changed, and ends those that are gone. Answers the records as they are now, but for those that failed.
   */
  arrange(failed: (error: unknown) => void): Promise<DigestRecord[]>;
  /** `due`: a time has come, now or before, for which no digest is made yet. `gone`: there is no such series. */
  fire(series: string): Promise<"due" | "not yet" | "gone">;
  /** Scans for what is due and makes the digest of it. Harmless when made twice, even at once. */
  make(series: string, signal: AbortSignal): Promise<"made" | "nothing due">;
  find(series: string): Promise<DigestRecord | undefined>;
  /**
   * Scans now, and keeps what was found. `only`: the cluster of this name. Who asks for the same while it is under way is
   * answered by that one scan; with a `signal` of its own it is alone.
   */
  check(
    environments: readonly Environment[],
    options?: { readonly only?: string; readonly signal?: AbortSignal },
  ): Promise<readonly ScannedCluster[]>;
  /** What the last look at each cluster of the fleet found. */
  last(): Promise<ScannedCluster[]>;
  /** `by` does not want to be told of these rows for so many days. */
  snooze(keys: readonly string[], days: number, by: string): Promise<Snooze[]>;
  wake(keys: readonly string[]): Promise<void>;
  /** Those that last. */
  snoozes(): Promise<Snooze[]>;
  /** Digests that their channel does not show, and why: the channel cannot say it. */
  unshown(): Promise<{ readonly record: DigestRecord; readonly why: Unshown }[]>;
}

export interface DigestOptions {
  readonly digests: Digests;
  readonly scans: Scans;
  readonly snoozes: Snoozes;
  readonly fleet: Fleet;
  readonly clock: Clock;
  scan(environments: readonly Environment[], signal?: AbortSignal, only?: string): Promise<Scan>;
  /** What Slack should show of a series changed: show it. */
  changed(series: string): Promise<void>;
  readonly log: Pick<Logger, "warn">;
}

export function openDigests(options: DigestOptions): DigestCases {
  const { digests, scans, snoozes, fleet, clock, changed, log } = options;
  const share = sharing<readonly ScannedCluster[]>();
  const showAll = async () => void (await Promise.all((await digests.series()).map(changed)));
  return {
    arrange: (failed) => arrange(options, failed),
    fire: (series) => fire(options, series),
    make: (series, signal) => make(options, series, signal),
    find: async (series) => (await digests.load(series))?.record,
    check(environments, { only, signal } = {}) {
      const scan = async () => {
        const found = await options.scan(environments, signal, only);
        signal?.throwIfAborted();
        // Whoever asked is told what cannot be kept, too: the next scan finds it again.
        await keep(options, environments, found, only === undefined)
          .then(() => freshen(options, found.clusters))
          .catch((error: unknown) =>
            log.warn({ error: error instanceof Error ? error.message : error }, "scan not kept"),
          );
        return found.clusters;
      };
      return signal ? scan() : share(JSON.stringify([environments.map(({ name }) => name), only]), scan);
    },
    async last() {
      const names = new Set(fleet.environments.map(({ name }) => name));
      return (await scans.all()).filter(({ environment }) => names.has(environment));
    },
    async snooze(keys, days, by) {
      const at: Instant = clock.now();
      const set = keys.map((key) => ({ key, by, at, until: at + days * day }));
      await snoozes.set(set);
      await showAll();
      return set;
    },
    async wake(keys) {
      await snoozes.end(keys);
      await showAll();
    },
    snoozes: () => snoozes.all(clock.now()),
    async unshown() {
      const stored = await Promise.all((await digests.series()).map((series) => digests.load(series)));
      return stored.flatMap((each) => (each?.unshown ? [{ record: each.record, why: each.unshown }] : []));
    },
  };
}
