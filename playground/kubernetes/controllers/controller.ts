import type { WorldClock } from "../../world/clock.js";
import type { Resource } from "../objects.js";
import type { Store } from "../store.js";

/** Level-triggered: looks at everything and does what is missing. */
export interface Controller {
  readonly watches: readonly Resource[];
  reconcile(): void;
}

export interface ControllerInput {
  readonly store: Store;
  readonly alarms: Alarms;
  /** World time in milliseconds. */
  readonly now: () => number;
}

/** Alarms by name, so that a reconcile loop may ask for the same one again and again. */
export interface Alarms {
  /** Leaves an alarm of that name alone. */
  once(name: string, delay: number, action: () => void): void;
  cancel(name: string): void;
  stop(): void;
}

interface Alarm {
  readonly at: number;
  readonly action: () => void;
  readonly callOff: () => void;
}

/** Alarms that are due together ring in one transaction: a hundred pods that start at once are looked at once. */
export function namedAlarms(clock: WorldClock, store: Store): Alarms {
  const pending = new Map<string, Alarm>();
  const cancel = (name: string) => {
    pending.get(name)?.callOff();
    pending.delete(name);
  };
  const ring = () => {
    const due = [...pending].filter(([, { at }]) => at <= clock.now()).sort(([, a], [, b]) => a.at - b.at);
    for (const [name] of due) cancel(name);
    store.transaction(() => {
      for (const [, { action }] of due) action();
    });
  };
  return {
    once(name, delay, action) {
      if (pending.has(name)) return;
      const wait = Math.max(0, delay);
      pending.set(name, { at: clock.now() + wait, action, callOff: clock.after(wait, ring) });
    },
    cancel,
    stop() {
      for (const name of [...pending.keys()]) cancel(name);
    },
  };
}
