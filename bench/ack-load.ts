import { setTimeout as pause } from "node:timers/promises";
import { seededRandom } from "../playground/world/random.js";

/** Orders come as people give them: each at a time of its own, whether or not those before are acknowledged. */

export interface Order {
  /** "status", "Pause" … */
  readonly kind: string;
  /** Gives it. Resolves when it is acknowledged, with how that ended. */
  give(): Promise<Outcome>;
}

export type Outcome = "acked" | "operation_timeout" | "dispatch_failed";

export interface Ack {
  readonly kind: string;
  readonly outcome: Outcome;
  /** Milliseconds from the order's sending. */
  readonly took: number;
}

export interface Load {
  /** Orders a second, on average: what lies between two is random, and the same in every run. */
  readonly rate: number;
  /** Acknowledgements of the first so many seconds do not count; then it goes on for so many. */
  readonly warmUp: number;
  readonly seconds: number;
}

/** Resolves when all of them are acknowledged. `onCounting`: those from now on count. */
export async function give(
  { rate, warmUp, seconds }: Load,
  next: () => Order,
  onCounting: () => void = () => {},
): Promise<Ack[]> {
  const random = seededRandom(7);
  const began = performance.now();
  const given: Promise<Ack>[] = [];
  let counting = false;
  const gap = () => (-Math.log(1 - random.below(1_000_000) / 1_000_000) * 1000) / rate;
  for (let at = 0; at < (warmUp + seconds) * 1000; at += gap()) {
    const ahead = began + at - performance.now();
    if (ahead > 0) await pause(ahead);
    const order = next();
    const acked = timed(order);
    if (at < warmUp * 1000) continue;
    if (!counting) onCounting();
    counting = true;
    given.push(acked);
  }
  return Promise.all(given);
}

async function timed({ kind, give: send }: Order): Promise<Ack> {
  const sent = performance.now();
  const outcome = await send();
  return { kind, outcome, took: performance.now() - sent };
}

/** Of all that came, those that were not acknowledged included: they took as long as Slack waits. */
export function percentile(acks: readonly Ack[], share: number): number {
  const sorted = acks.map(({ took }) => took).sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
}
