import type { V1Pod, V1PodDisruptionBudget } from "@kubernetes/client-node";
import { type Milliseconds, second } from "../core/instant.js";
import type { BudgetSeen, PodSeen } from "../core/seen.js";
import type { ClusterConnection } from "./connection.js";
import { type Cache, keepUp, type Watched } from "./list-watch.js";
import { connectReader, type Reader } from "./stream.js";
import { budgetSeen, podSeen } from "./values.js";

/** Pods of some nodes and all budgets, kept up to date for as long as it is open. */
export interface Followed {
  pods(): readonly PodSeen[];
  budgets(): readonly BudgetSeen[];
  /** Throws the `Trouble` for which they could not be kept up to date. */
  check(): void;
  close(): void;
}

/**
 * Lists pods of these nodes and all budgets, and then follows them: by watches, and where they are not allowed or break,
 * by listing again every second. `changed` is called after every change. Resolves when everything was listed once.
 * Throws `Trouble`. Aborting the signal throws its reason.
 */
export type Follow = (
  nodes: readonly string[],
  changed: () => void,
  signal?: AbortSignal,
) => Promise<Followed>;

/** What nobody looks at any more is still followed for so long, in real time: the next turn of a drain comes soon. */
const lingersFor: Milliseconds = 5 * second;

/** A watch that several may look at. */
interface Shared<Seen> {
  readonly cache: Cache<Seen>;
  readonly lookers: Set<() => void>;
  readonly end: AbortController;
  lingering?: NodeJS.Timeout | undefined;
}

/** Somebody's look at one. */
interface Look<Seen> {
  readonly cache: Cache<Seen>;
  /** `soon`: whoever leaves, or another, will be back soon. */
  readonly leave: (soon: boolean) => void;
}

export function connectFollow(connection: ClusterConnection): Follow {
  const reader = connectReader(connection);
  const pods = sharing<PodSeen>(reader);
  const budgets = sharing<BudgetSeen>(reader);

  return async (nodes, changed, signal) => {
    signal?.throwIfAborted();
    let listed = () => {};
    const look = () => {
      listed();
      changed();
    };
    const podLooks = nodes.map((node) => pods(node, podsOf(node), look));
    const budgetLook = budgets("", allBudgets, look);
    const looks = [...podLooks, budgetLook];
    const followed = followedBy(podLooks, budgetLook);
    try {
      while (!looks.every(({ cache }) => cache.listed)) {
        await until((resolve) => (listed = resolve), signal);
        followed.check();
      }
      followed.check();
      return followed;
    } catch (error) {
      for (const each of looks) each.leave(false);
      throw error;
    }
  };
}

function followedBy(podLooks: readonly Look<PodSeen>[], budgetLook: Look<BudgetSeen>): Followed {
  const looks = [...podLooks, budgetLook];
  return {
    pods: () => podLooks.flatMap(({ cache }) => [...cache.items.values()]),
    budgets: () => [...budgetLook.cache.items.values()],
    check() {
      for (const { cache } of looks) if (cache.trouble) throw cache.trouble;
    },
    close() {
      for (const look of looks) look.leave(true);
    },
  };
}

/** Whoever looks at the same thing at the same time, or soon after, looks at the same watch. */
function sharing<Seen>(reader: Reader) {
  const known = new Map<string, Shared<Seen>>();

  function begin(name: string, watched: Watched<Seen>): Shared<Seen> {
    const lookers = new Set<() => void>();
    const changed = () => {
      for (const looker of lookers) looker();
    };
    const shared = {
      cache: { items: new Map<string, Seen>(), listed: false, changed },
      lookers,
      end: new AbortController(),
    };
    known.set(name, shared);
    void keepUp(reader, watched, shared.cache, shared.end.signal);
    return shared;
  }

  function forget(name: string, shared: Shared<Seen>): void {
    shared.end.abort();
    if (known.get(name) === shared) known.delete(name);
  }

  return (name: string, watched: Watched<Seen>, changed: () => void): Look<Seen> => {
    const shared = known.get(name) ?? begin(name, watched);
    const looker = () => changed();
    shared.lookers.add(looker);
    clearTimeout(shared.lingering);
    const leave = (soon: boolean) => {
      if (!shared.lookers.delete(looker) || shared.lookers.size > 0) return;
      if (!soon || shared.cache.trouble) forget(name, shared);
      else shared.lingering = setTimeout(forget, lingersFor, name, shared).unref();
    };
    return { cache: shared.cache, leave };
  };
}

/** Resolves when it is told to; rejects with the signal's reason where that aborts before. */
async function until(when: (resolve: () => void) => void, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  let stop = () => {};
  await new Promise<void>((resolve, reject) => {
    when(resolve);
    stop = () => reject(signal?.reason);
    signal?.addEventListener("abort", stop, { once: true });
  }).finally(() => signal?.removeEventListener("abort", stop));
}

function podsOf(node: string): Watched<PodSeen> {
  return {
    call: { permission: "list pods", doing: `list the pods on node ${node}` },
    path: "/api/v1/pods",
    query: { fieldSelector: `spec.nodeName=${node}` },
    seen: (object) => podSeen(object as V1Pod),
  };
}

const allBudgets: Watched<BudgetSeen> = {
  call: { permission: "list poddisruptionbudgets.policy", doing: "list the PodDisruptionBudgets" },
  path: "/apis/policy/v1/poddisruptionbudgets",
  query: {},
  seen: (object) => budgetSeen(object as V1PodDisruptionBudget),
};
