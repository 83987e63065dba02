import type { Instant, Milliseconds } from "./core/instant.js";

/**
 * The domain's time. In production it is real time; in the playground it runs faster from another origin.
 * It scales the domain's waits and deadlines only: Slack's limits, leases and locks stay in real time.
 */
export interface Clock {
  now(): Instant;
  /** How many real milliseconds from now the moment `at` is; never negative. */
  realDelayUntil(at: Instant): Milliseconds;
}

export const realClock: Clock = scaledClock({ realOrigin: 0, worldOrigin: 0, speed: 1 });

export interface ClockSetting {
  readonly realOrigin: number;
  readonly worldOrigin: number;
  readonly speed: number;
}

/** Absolute origins, so that a process that starts again agrees with what an earlier one wrote down. */
export function scaledClock({ realOrigin, worldOrigin, speed }: ClockSetting): Clock {
  const now = () => Math.round(worldOrigin + (Date.now() - realOrigin) * speed);
  return { now, realDelayUntil: (at) => Math.max(0, Math.ceil((at - now()) / speed)) };
}
