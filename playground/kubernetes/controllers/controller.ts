import type { WorldClock } from "../../world/clock.js";
import { type Change, keyOf, type ObjectName } from "../collection.js";
import type { Objects, Resource } from "../objects.js";
import { resources } from "../resources.js";
import type { Store } from "../store.js";
import type { Workload } from "../types.js";
import { Heap } from "./heap.js";

/** Level-triggered: what changed only says which objects are worth a look; each look does whatever is missing. */
export interface Controller {
  readonly watches: readonly Resource[];
  /** With everything that happened to any resource since it last settled. */
  reconcile(changes: readonly Change[]): void;
}

export interface ControllerInput {
  readonly store: Store;
  readonly alarms: Alarms;
  /** World time in milliseconds. */
  readonly now: () => number;
  /** Static pods of every kubelet, which the API knows nothing of. */
  readonly manifests: readonly Workload[];
}

/** The changes of one resource. */
export function changesOf<R extends Resource>(changes: readonly Change[], resource: R): readonly Change<R>[] {
  return changes.filter((change): change is Change<R> => change.resource === resource);
}

type Owning = "deployments" | "replicasets" | "daemonsets" | "statefulsets";

/** Owners that changed, or whose dependents did, as they are now. */
export function concerned<R extends Owning>(
  store: Store,
  changes: readonly Change[],
  resource: R,
  dependents: Resource,
): readonly Objects[R][] {
  const names = new Map<string, ObjectName>();
  for (const { object } of changesOf(changes, resource)) names.set(keyOf(object.metadata), object.metadata);
  for (const { object } of changesOf(changes, dependents)) {
    const { namespace = "", ownerReferences = [] } = object.metadata;
    for (const { kind, name } of ownerReferences)
      if (kind === resources[resource].kind) names.set(keyOf({ namespace, name }), { namespace, name });
  }
  return [...names.values()].flatMap((name) => store.get(resource, name) ?? []);
}

/** Alarms by name, so that a reconcile loop may ask for the same one again and again. */
export interface Alarms {
  /** Leaves an alarm of that name alone. */
  once(name: string, delay: number, action: () => void): void;
  cancel(name: string): void;
  stop(): void;
}

interface Alarm {
  readonly name: string;
  readonly at: number;
  readonly order: number;
  readonly action: () => void;
}

const earlier = (one: Alarm, other: Alarm) =>
  one.at < other.at || (one.at === other.at && one.order < other.order);

/**
 * Alarms that are due together ring in one transaction: a hundred pods that start at once are looked at once. The clock is asked
 * for the next one only, since it is slow with thousands.
 */
export function namedAlarms(clock: WorldClock, store: Store): Alarms {
  const pending = new Map<string, Alarm>();
  const queue = new Heap<Alarm>(earlier);
  let armed: { readonly at: number; readonly callOff: () => void } | undefined;
  let orders = 0;

  const next = () => {
    for (let first = queue.first; first; first = queue.first) {
      if (pending.get(first.name) === first) return first;
      queue.takeFirst();
    }
    return undefined;
  };
  const arm = () => {
    const first = next();
    if (armed && armed.at === first?.at) return;
    armed?.callOff();
    armed = first && { at: first.at, callOff: clock.after(Math.max(0, first.at - clock.now()), ring) };
  };
  const ring = () => {
    armed = undefined;
    const due: Alarm[] = [];
    for (let first = next(); first && first.at <= clock.now(); first = next()) {
      queue.takeFirst();
      pending.delete(first.name);
      due.push(first);
    }
    store.transaction(() => {
      for (const { action } of due) action();
    });
    arm();
  };
  return {
    once(name, delay, action) {
      if (pending.has(name)) return;
      const alarm = { name, at: clock.now() + Math.max(0, delay), order: orders++, action };
      pending.set(name, alarm);
      queue.add(alarm);
      arm();
    },
    cancel(name) {
      if (pending.delete(name)) arm();
    },
    stop() {
      pending.clear();
      arm();
    },
  };
}
