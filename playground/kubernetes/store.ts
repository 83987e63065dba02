import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Metadata, Objects, Resource } from "./objects.js";
import { apiVersionOf, resources } from "./resources.js";

/** What a caller gives to have an object made: the store fills in the rest, as an API server does. */
export type New<T> = Omit<T, "apiVersion" | "kind" | "metadata"> & {
  metadata: Partial<Omit<Metadata, "uid" | "resourceVersion" | "creationTimestamp" | "generation">>;
};

/** Which object: no namespace for cluster-scoped ones. */
export interface ObjectName {
  readonly namespace?: string;
  readonly name: string;
}

/** One entry of the history. `object` is the last state of a deleted one; `previous` is absent for a new one. */
export interface Change<R extends Resource = Resource> {
  readonly resource: R;
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly version: number;
  readonly object: Objects[R];
  readonly previous?: Objects[R];
}

/** Objects it hands out are frozen; only `update` changes them. */
export interface Store {
  /** World time, RFC 3339. */
  timestamp(later?: number): string;
  create<R extends Resource>(resource: R, object: New<Objects[R]>): Objects[R];
  get<R extends Resource>(resource: R, name: ObjectName): Objects[R] | undefined;
  /** In order of namespace and name, as etcd keeps them. */
  list<R extends Resource>(resource: R): readonly Objects[R][];
  /** A change that changes nothing makes no new version. Undefined when there is no such object. */
  update<R extends Resource>(
    resource: R,
    name: ObjectName,
    change: (draft: Objects[R]) => void,
  ): Objects[R] | undefined;
  remove(resource: Resource, name: ObjectName): void;
  readonly version: number;
  /** The collection as it was, or undefined when the history does not reach back that far (410 Expired). */
  listAt<R extends Resource>(resource: R, version: number): readonly Objects[R][] | undefined;
  changesSince<R extends Resource>(resource: R, version: number): readonly Change<R>[] | undefined;
  onChange(listener: (change: Change) => void): () => void;
  /** Called after the outermost transaction with what it touched, again and again until nothing is touched. */
  onSettle(listener: (touched: ReadonlySet<Resource>) => void): () => void;
  transaction<T>(action: () => T): T;
}

export interface StoreOptions {
  readonly now: () => number;
  /** Uids and name suffixes follow from it, so that a scenario looks the same each time. */
  readonly seed: string;
  /** How many changes each resource remembers for watchers that come late. */
  readonly history?: number;
}

/** Reconcile loops that feed each other forever are a mistake of ours: fail instead of hanging. */
const maximumRounds = 1000;

const letters = "bcdfghjklmnpqrstvwxz2456789";

export function safeName(text: string, length: number): string {
  const digest = createHash("sha256").update(text).digest();
  return Array.from(digest.subarray(0, length), (byte) => letters[byte % letters.length]).join("");
}

function uidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) freeze(inner);
  }
  return value;
}

export const keyOf = (name: ObjectName) => `${name.namespace ?? ""}/${name.name}`;

const byKey = (one: { metadata: ObjectName }, other: { metadata: ObjectName }) =>
  keyOf(one.metadata) < keyOf(other.metadata) ? -1 : 1;

class Collection<R extends Resource> {
  readonly objects = new Map<string, Objects[R]>();
  readonly history: Change<R>[] = [];
  private sorted: readonly Objects[R][] | undefined;
  /** The oldest version from which changes can still be told. */
  horizon: number;

  constructor(
    version: number,
    private readonly limit: number,
  ) {
    this.horizon = version;
  }

  /** In order of namespace and name. */
  all(): readonly Objects[R][] {
    this.sorted ??= [...this.objects.values()].sort(byKey);
    return this.sorted;
  }

  apply(change: Change<R>): void {
    const key = keyOf(change.object.metadata);
    if (change.type === "DELETED") this.objects.delete(key);
    else this.objects.set(key, change.object);
    this.sorted = undefined;
    this.history.push(change);
    if (this.history.length <= this.limit) return;
    const dropped = this.history.shift();
    if (dropped) this.horizon = dropped.version;
  }

  at(version: number): Objects[R][] | undefined {
    if (version < this.horizon) return undefined;
    const then = new Map(this.objects);
    for (const change of this.history.toReversed()) {
      if (change.version <= version) break;
      if (change.previous) then.set(keyOf(change.object.metadata), change.previous);
      else then.delete(keyOf(change.object.metadata));
    }
    return [...then.values()].sort(byKey);
  }
}

export function createStore({ now, seed, history = 5000 }: StoreOptions): Store {
  let version = 1000;
  let made = 0;
  let depth = 0;
  const collections = new Map<Resource, unknown>();
  const listeners = new Set<(change: Change) => void>();
  const settlers = new Set<(touched: ReadonlySet<Resource>) => void>();
  let touched = new Set<Resource>();
  const firstVersion = version;

  const collection = <R extends Resource>(resource: R): Collection<R> => {
    const known = collections.get(resource);
    if (known) return known as Collection<R>;
    const created = new Collection<R>(firstVersion, history);
    collections.set(resource, created);
    return created;
  };

  const timestamp = (later = 0) => new Date(now() + later).toISOString().replace(/\.\d{3}Z$/, "Z");

  const settle = () => {
    for (let rounds = 0; touched.size > 0; rounds++) {
      if (rounds === maximumRounds) throw new Error(`Controllers never settle: ${[...touched].join(", ")}.`);
      const round = touched;
      touched = new Set();
      for (const settler of settlers) settler(round);
    }
  };

  const transaction = <T>(action: () => T): T => {
    depth++;
    try {
      const result = action();
      if (depth === 1) settle();
      return result;
    } finally {
      depth--;
    }
  };

  const record = <R extends Resource>(change: Change<R>) =>
    transaction(() => {
      collection(change.resource).apply(change);
      touched.add(change.resource);
      for (const listener of listeners) listener(change);
    });

  return {
    timestamp,
    transaction,
    get version() {
      return version;
    },
    create<R extends Resource>(resource: R, object: New<Objects[R]>) {
      const info = resources[resource];
      const id = `${seed}/${++made}`;
      const { generateName, name = `${generateName ?? ""}${safeName(id, 5)}` } = object.metadata;
      if (collection(resource).objects.has(keyOf({ ...object.metadata, name }))) {
        throw new Error(`${resource} "${name}" already exists.`);
      }
      const complete = {
        apiVersion: apiVersionOf(info),
        kind: info.kind,
        ...structuredClone(object),
        metadata: {
          ...structuredClone(object.metadata),
          name,
          uid: uidOf(id),
          resourceVersion: `${++version}`,
          creationTimestamp: timestamp(),
          ...(info.generational ? { generation: 1 } : {}),
        },
      } as Objects[R];
      record({ resource, type: "ADDED", version, object: freeze(complete) });
      return complete;
    },
    get: (resource, name) => collection(resource).objects.get(keyOf(name)),
    list: (resource) => collection(resource).all(),
    update(resource, name, change) {
      const previous = collection(resource).objects.get(keyOf(name));
      if (!previous) return undefined;
      const draft = structuredClone(previous);
      change(draft);
      if (isDeepStrictEqual(draft, previous)) return previous;
      if (resources[resource].generational && !isDeepStrictEqual(specOf(draft), specOf(previous))) {
        draft.metadata.generation = (previous.metadata.generation ?? 0) + 1;
      }
      draft.metadata.resourceVersion = `${++version}`;
      record({ resource, type: "MODIFIED", version, object: freeze(draft), previous });
      return draft;
    },
    remove(resource, name) {
      const previous = collection(resource).objects.get(keyOf(name));
      if (!previous) return;
      const last = structuredClone(previous);
      last.metadata.resourceVersion = `${++version}`;
      record({ resource, type: "DELETED", version, object: freeze(last), previous });
    },
    listAt: (resource, at) => collection(resource).at(at),
    changesSince(resource, since) {
      const { history: changes, horizon } = collection(resource);
      return since < horizon ? undefined : changes.filter((change) => change.version > since);
    },
    onChange: (listener) => add(listeners, listener),
    onSettle: (listener) => add(settlers, listener),
  };
}

const specOf = (object: object) => ("spec" in object ? object.spec : undefined);

function add<T>(set: Set<T>, item: T): () => void {
  set.add(item);
  return () => set.delete(item);
}
