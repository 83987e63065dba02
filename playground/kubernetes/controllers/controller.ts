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

export function namedAlarms(clock: WorldClock, store: Store): Alarms {
  const pending = new Map<string, () => void>();
  const cancel = (name: string) => {
    pending.get(name)?.();
    pending.delete(name);
  };
  return {
    once(name, delay, action) {
      if (pending.has(name)) return;
      const ring = () => {
        pending.delete(name);
        store.transaction(action);
      };
      pending.set(name, clock.after(Math.max(0, delay), ring));
    },
    cancel,
    stop() {
      for (const name of [...pending.keys()]) cancel(name);
    },
  };
}
