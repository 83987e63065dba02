/** Milliseconds of real time: Slack's limits know nothing of a scaled clock. */
export type RealClock = () => number;

export type GatedMethod = "chat.postMessage" | "chat.update";

/** Keeps all runs together within Slack's limits. */
export interface RateGate {
  /** 0: one call may be made now, and is counted. Otherwise nothing is counted: milliseconds until it is worth asking again. */
  take(method: GatedMethod, channel: string): Promise<number>;
}

/** How fast each method's bucket fills, in calls per millisecond, and how many calls may come at once. */
export const rates: Readonly<
  Record<GatedMethod, { perMs: number; burst: number; scope: "channel" | "workspace" }>
> = {
  /** About one a second and channel, thread replies included (Slack: rate limits). */
  "chat.postMessage": { perMs: 1 / 1_000, burst: 1, scope: "channel" },
  /** Tier 3 grants 50 a minute to the whole workspace: ten are left for repeats and other workers. */
  "chat.update": { perMs: 40 / 60_000, burst: 5, scope: "workspace" },
};

interface Bucket {
  readonly calls: number;
  readonly at: number;
}

/** Token buckets of one process: for a bot that runs alone, and for tests. */
export function createRateGate(now: RealClock): RateGate {
  const buckets = new Map<string, Bucket>();
  return {
    async take(method, channel) {
      const rate = rates[method];
      const key = rate.scope === "channel" ? `${method} ${channel}` : method;
      const at = now();
      const { calls, at: before } = buckets.get(key) ?? { calls: rate.burst, at };
      const filled = Math.min(rate.burst, calls + Math.max(0, at - before) * rate.perMs);
      // A hair under one is one: a thousand additions of 1/1000 are not exactly 1.
      if (filled < 1 - 1e-9) {
        buckets.set(key, { calls: filled, at });
        return Math.ceil((1 - filled) / rate.perMs);
      }
      buckets.set(key, { calls: filled - 1, at });
      return 0;
    },
  };
}
