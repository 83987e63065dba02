import { isDeepStrictEqual } from "node:util";
import { type Change, Collection, keyOf, type ObjectName } from "./collection.js";
import { safeName, uidOf } from "./identity.js";
import { Indexes } from "./indexes.js";
import type { LabelSelector, Metadata, Objects, Pod, Resource } from "./objects.js";
import { apiVersionOf, resources } from "./resources.js";

/** What a caller gives to have an object made: the store fills in the rest, as an API server does. */
export type New<T> = Omit<T, "apiVersion" | "kind" | "metadata"> & {
  metadata: Partial<Omit<Metadata, "uid" | "resourceVersion" | "creationTimestamp" | "generation">>;
};

export interface StoreOptions {
  readonly now: () => number;
  /** Uids and name suffixes follow from it, so that a scenario looks the same each time. */
  readonly seed: string;
  /** How many changes each resource remembers for watchers that come late. */
  readonly history?: number;
}

/** Reconcile loops that feed each other forever are a mistake of ours: fail instead of hanging. */
const maximumRounds = 1000;

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) freeze(inner);
  }
  return value;
}

const firstVersion = 1000;

type Settler = (touched: ReadonlySet<Resource>) => void;

/** Objects it hands out are frozen; only `update` changes them. */
export class Store {
  private newest = firstVersion;
  private made = 0;
  private depth = 0;
  private touched = new Set<Resource>();
  private readonly collections = new Map<Resource, unknown>();
  private readonly indexes = new Indexes();
  private readonly listeners = new Set<(change: Change) => void>();
  private readonly settlers = new Set<Settler>();

  constructor(private readonly options: StoreOptions) {}

  /** World time, `later` milliseconds from now, as RFC 3339. */
  timestamp(later = 0): string {
    return new Date(this.options.now() + later).toISOString().replace(/\.\d{3}Z$/, "Z");
  }

  get version(): number {
    return this.newest;
  }

  get<R extends Resource>(resource: R, name: ObjectName): Objects[R] | undefined {
    return this.collection(resource).objects.get(keyOf(name));
  }

  /** In order of namespace and name, as etcd keeps them. */
  list<R extends Resource>(resource: R): readonly Objects[R][] {
    return this.collection(resource).all();
  }

  /** What an object controls, by the object's uid. */
  owned<R extends Resource>(resource: R, uid: string): readonly Objects[R][] {
    return this.indexes.owned(resource, uid) as Objects[R][];
  }

  /** "": pods that are on no node. */
  podsOn(node: string): readonly Pod[] {
    return this.indexes.podsOn(node);
  }

  /** Pods with a volume of this PersistentVolumeClaim. */
  podsUsing(claim: ObjectName): readonly Pod[] {
    return this.indexes.podsUsing(claim);
  }

  /** In no order: for counting. */
  eachPodOn(node: string): Iterable<Pod> {
    return this.indexes.eachPodOn(node);
  }

  selectedPods(namespace: string, selector: LabelSelector | undefined): readonly Pod[] {
    return this.indexes.selected(namespace, selector);
  }

  /** The collection as it was, or undefined when the history does not reach back that far (410 Expired). */
  listAt<R extends Resource>(resource: R, version: number): readonly Objects[R][] | undefined {
    return this.collection(resource).at(version);
  }

  changesSince<R extends Resource>(resource: R, version: number): readonly Change<R>[] | undefined {
    return this.collection(resource).since(version);
  }

  /** Throws where the name is taken. Without a name it is made from `generateName`. */
  create<R extends Resource>(resource: R, object: New<Objects[R]>): Objects[R] {
    const info = resources[resource];
    const id = `${this.options.seed}/${++this.made}`;
    const { generateName = "", name = `${generateName}${safeName(id, 5)}` } = object.metadata;
    if (this.get(resource, { ...object.metadata, name }))
      throw new Error(`${resource} "${name}" already exists.`);
    const complete = {
      apiVersion: apiVersionOf(info),
      kind: info.kind,
      ...structuredClone(object),
      metadata: {
        ...structuredClone(object.metadata),
        name,
        uid: uidOf(id),
        resourceVersion: `${++this.newest}`,
        creationTimestamp: this.timestamp(),
        ...(info.generational ? { generation: 1 } : {}),
      },
    } as Objects[R];
    this.record({ resource, type: "ADDED", version: this.newest, object: freeze(complete) });
    return complete;
  }

  /** A change that changes nothing makes no new version. Undefined when there is no such object. */
  update<R extends Resource>(
    resource: R,
    name: ObjectName,
    change: (draft: Objects[R]) => void,
  ): Objects[R] | undefined {
    const previous = this.get(resource, name);
    if (!previous) return undefined;
    const draft = structuredClone(previous);
    change(draft);
    if (isDeepStrictEqual(draft, previous)) return previous;
    if (resources[resource].generational && !isDeepStrictEqual(specOf(draft), specOf(previous))) {
      draft.metadata.generation = (previous.metadata.generation ?? 0) + 1;
    }
    draft.metadata.resourceVersion = `${++this.newest}`;
    this.record({ resource, type: "MODIFIED", version: this.newest, object: freeze(draft), previous });
    return draft;
  }

  remove(resource: Resource, name: ObjectName): void {
    const previous = this.get(resource, name);
    if (!previous) return;
    const last = structuredClone(previous);
    last.metadata.resourceVersion = `${++this.newest}`;
    this.record({ resource, type: "DELETED", version: this.newest, object: freeze(last), previous });
  }

  /** Controllers look only when the outermost transaction is over; watchers see every change at once. */
  transaction<T>(action: () => T): T {
    this.depth++;
    try {
      const result = action();
      if (this.depth === 1) this.settle();
      return result;
    } finally {
      this.depth--;
    }
  }

  onChange(listener: (change: Change) => void): () => void {
    return add(this.listeners, listener);
  }

  /** Called after a transaction with what it touched, again and again until nothing is touched. */
  onSettle(settler: Settler): () => void {
    return add(this.settlers, settler);
  }

  private collection<R extends Resource>(resource: R): Collection<R> {
    const known = this.collections.get(resource);
    if (known) return known as Collection<R>;
    const created = new Collection<R>(firstVersion, this.options.history ?? 5000);
    this.collections.set(resource, created);
    return created;
  }

  private record<R extends Resource>(change: Change<R>): void {
    this.transaction(() => {
      this.collection(change.resource).apply(change);
      this.indexes.apply(change);
      this.touched.add(change.resource);
      for (const listener of this.listeners) listener(change);
    });
  }

  private settle(): void {
    for (let rounds = 0; this.touched.size > 0; rounds++) {
      const touched = this.touched;
      if (rounds === maximumRounds) throw new Error(`Controllers never settle: ${[...touched].join(", ")}.`);
      this.touched = new Set();
      for (const settler of this.settlers) settler(touched);
    }
  }
}

const specOf = (object: object) => ("spec" in object ? object.spec : undefined);

function add<T>(set: Set<T>, item: T): () => void {
  set.add(item);
  return () => set.delete(item);
}
