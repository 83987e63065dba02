import type { DiesAt } from "./mortal.js";
import type { Side } from "./wires.js";

/**
 * Dies at every `stride`-th of the writes that are made for the first time, from the `offset`-th on: as many rolls as the
 * stride is long die at every write there is. A save that tells of nothing new does not count.
 */
export function everyNth(side: Side, stride: number, offset: number): DiesAt {
  const met = new Set<string>();
  return (write, about) => {
    const key = `${write} ${about}`;
    if (about === "" || met.has(key)) return undefined;
    met.add(key);
    return met.size % stride === offset ? side : undefined;
  };
}

/** Dies at every write: first before it, and when it is made again, after it. */
export function twiceAtEach(): DiesAt {
  const met = new Map<string, number>();
  return (write, about) => {
    const key = `${write} ${about}`;
    const times = met.get(key) ?? 0;
    met.set(key, times + 1);
    if (about === "") return undefined;
    return (["before", "after"] as const)[times];
  };
}

/** Dies once, at the n-th write of this name. */
export function once(side: Side, name: string, nth = 1): DiesAt {
  let count = 0;
  return (write) => {
    if (write !== name) return undefined;
    count += 1;
    return count === nth ? side : undefined;
  };
}
