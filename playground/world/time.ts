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
