import type { Milliseconds } from "../src/core/instant.js";

/** Does a piece of work when its turn has come. */
export type Turns = <Answer>(work: () => Answer | Promise<Answer>) => Promise<Answer>;

/** Enough to keep a process busy: what is beyond them would only take it longer to acknowledge what comes in. */
const usualPlaces = 12;
/** Real time. What takes longer waits for AWS or a cluster, and nobody has to wait for that as well. */
const usualStay: Milliseconds = 1_000;

/**
 * Only so many orders are worked on at once, the others wait for their turn, first come, first served: every answer that
 * arrives for one of them is handled before the next order is looked at, and Slack gives three seconds to acknowledge that.
 */
export function openTurns(places = usualPlaces, stay = usualStay): Turns {
  const waiting: (() => void)[] = [];
  let free = places;

  async function enter(): Promise<void> {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  }

  function leave(): void {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  }

  return async (work) => {
    await enter();
    let left = false;
    const leaveOnce = () => {
      if (!left) leave();
      left = true;
    };
    const timer = setTimeout(leaveOnce, stay);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      leaveOnce();
    }
  };
}
