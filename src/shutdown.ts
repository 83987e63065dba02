import type { Logger } from "pino";
import { patiently } from "./patiently.js";

/** The parts of something that ends, by name, and how each is closed. */
export type Endings = Readonly<Record<string, () => unknown>>;

/**
 * Closes all of them at once, and goes on when they are closed or when the time (in real milliseconds) is up: one that
 * fails or hangs keeps neither the others nor the process. Never rejects. Resolves with the names of those that hang.
 */
export async function closeAll(endings: Endings, within: number, log: Logger): Promise<string[]> {
  const open = new Set(Object.keys(endings));
  const closed = Object.entries(endings).map(async ([part, close]) => {
    try {
      await close();
    } catch (error) {
      log.warn({ part, error }, "did not stop cleanly");
    }
    open.delete(part);
  });
  await patiently(Promise.all(closed), within);
  for (const part of open) log.warn({ part, within }, "did not stop in time: left behind");
  return [...open];
}
