import type { Logger } from "pino";

/** Answers that are still being worked out after their command or click was acknowledged. */
export interface UnderWay {
  track(work: Promise<void>): void;
  /** Resolves when none is left. */
  settled(): Promise<void>;
}

/** Nobody waits for these: one that fails is said in the log, and must not end the process. */
export function keepTrack(log: Logger): UnderWay {
  const works = new Set<Promise<void>>();
  return {
    track(work) {
      const tracked = work
        .catch((error: unknown) => log.error({ error }, "answer failed"))
        .finally(() => works.delete(tracked));
      works.add(tracked);
    },
    async settled() {
      while (works.size > 0) await Promise.all(works);
    },
  };
}
