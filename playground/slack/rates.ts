import type { Arguments } from "./arguments.js";

/**
 * A limit as a bucket of tokens: refilled evenly, `burst` at most. Slack tolerates bursts without saying how large;
 * here a tier's whole minute may be spent at once (Slack docs: rate limits).
 */
export interface Rate {
  readonly perMinute: number;
  readonly burst: number;
  /** Limits each value apart: the channel of a message. */
  readonly per?: (args: Arguments) => string;
}

const tiers = { 2: 20, 3: 50, 4: 100 } as const;

export function tier(level: keyof typeof tiers): readonly Rate[] {
  return [{ perMinute: tiers[level], burst: tiers[level] }];
}

/** Tier 1 promises only one a minute, yet lets an app with ten connections start. */
export const connectionRate: readonly Rate[] = [{ perMinute: 1, burst: 20 }];

export const generous: readonly Rate[] = [{ perMinute: 300, burst: 300 }];

/** About one message a second in each channel, several hundred a minute in the workspace. */
export const postingRate: readonly Rate[] = [
  { perMinute: 60, burst: 4, per: (args) => args.text("channel") ?? "" },
  { perMinute: 300, burst: 300 },
];

interface Bucket {
  tokens: number;
  at: number;
}

export class RateLimiter {
  readonly #buckets = new Map<string, Bucket>();

  constructor(private readonly now: () => number) {}

  /** Takes a token from each bucket; where one is empty, takes none and says how many whole seconds to wait. */
  take(method: string, rates: readonly Rate[], args: Arguments): number {
    const buckets = rates.map((rate) => ({ rate, bucket: this.#refilled(method, rate, args) }));
    const waits = buckets.map(({ rate, bucket }) => ((1 - bucket.tokens) * 60) / rate.perMinute);
    const wait = Math.max(0, ...waits);
    if (wait > 0) return Math.ceil(wait);
    for (const { bucket } of buckets) bucket.tokens -= 1;
    return 0;
  }

  #refilled(method: string, rate: Rate, args: Arguments): Bucket {
    const key = `${method} ${rate.perMinute} ${rate.per?.(args) ?? ""}`;
    const at = this.now();
    const bucket = this.#buckets.get(key) ?? { tokens: rate.burst, at };
    bucket.tokens = Math.min(rate.burst, bucket.tokens + ((at - bucket.at) * rate.perMinute) / 60_000);
    bucket.at = at;
    this.#buckets.set(key, bucket);
    return bucket;
  }
}
