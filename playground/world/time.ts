import type { WorldClock } from "./clock.js";

/** Resolves `seconds` of world time later; never, if the clock is stopped before. */
export function pass(clock: WorldClock, seconds: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(seconds * 1000, resolve);
  });
}

/** Looks every 5 world seconds until `condition` holds (true), or until the world reaches `deadline` (false). */
export async function passUntil(
  clock: WorldClock,
  condition: () => boolean,
  deadline = Number.POSITIVE_INFINITY,
): Promise<boolean> {
  while (!condition()) {
    if (clock.now() >= deadline) return false;
    await pass(clock, 5);
  }
  return true;
}

const day = 24 * 3600_000;

/** The last moment up to that one at which it was this time of day (UTC, "08:58"). */
export function lastTime(time: string, moment: number): number {
  const midnight = moment - (moment % day);
  const at = midnight + Date.parse(`1970-01-01T${time}:00Z`);
  return at <= moment ? at : at - day;
}
