import { setTimeout as pause } from "node:timers/promises";

/** Looks again and again, for two minutes at most. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 120_000;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`Waited two minutes for ${what}.`);
    await pause(100);
  }
}
