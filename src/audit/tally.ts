import type { Audit, Recorded } from "../audit.js";

/** For entries that may come by the thousand: the first is kept at once, and once a minute how many came after it. */
export interface Tally {
  /** `key`: what has the same is counted together. */
  add(key: string, entry: Recorded): void;
  /** Keeps what was only counted so far. */
  flush(): void;
}

/** Real milliseconds. */
const minute = 60_000;
/** Keys at once. */
const most = 1_000;

interface Counting {
  readonly last: Recorded;
  /** After the one that was kept. */
  readonly count: number;
  readonly timer: NodeJS.Timeout;
}

export function openTally(audit: Pick<Audit, "record">, every = minute): Tally {
  const counting = new Map<string, Counting>();

  /** Whether there was anything to tell. */
  function end(key: string): boolean {
    const { last, count, timer } = counting.get(key) ?? {};
    clearTimeout(timer);
    counting.delete(key);
    if (!last || !count) return false;
    audit.record({ ...last, more: { ...last.more, count } });
    return true;
  }

  function begin(key: string, last: Recorded): void {
    // Whoever does not stop is told of once in each of these times.
    const again = () => end(key) && begin(key, last);
    counting.set(key, { last, count: 0, timer: setTimeout(again, every).unref() });
  }

  return {
    add(key, last) {
      const before = counting.get(key);
      if (before) {
        counting.set(key, { ...before, last, count: before.count + 1 });
        return;
      }
      const [longestAgo] = counting.keys();
      if (counting.size >= most && longestAgo !== undefined) end(longestAgo);
      audit.record(last);
      begin(key, last);
    },
    flush() {
      for (const key of [...counting.keys()]) end(key);
    },
  };
}
