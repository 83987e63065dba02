import type { Objects, Resource } from "./objects.js";

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

export const keyOf = (name: ObjectName) => `${name.namespace ?? ""}/${name.name}`;

const byKey = (one: { metadata: ObjectName }, other: { metadata: ObjectName }) =>
  keyOf(one.metadata) < keyOf(other.metadata) ? -1 : 1;

/** Where a key is, or belongs, in a sorted list. */
function positionOf(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? "") < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many lists can be read in pages side by side before one of them is made again for each page. */
const openLists = 8;

/** The objects of one resource, and what happened to them lately. */
export class Collection<R extends Resource> {
  readonly objects = new Map<string, Objects[R]>();
  private readonly history: Change<R>[] = [];
  private readonly keys: string[] = [];
  private listed: readonly Objects[R][] | undefined;
  private readonly snapshots = new Map<number, readonly Objects[R][]>();
  /** The oldest version from which changes can still be told. */
  private horizon: number;

  constructor(
    version: number,
    private readonly limit: number,
  ) {
    this.horizon = version;
  }

  /** In order of namespace and name. */
  all(): readonly Objects[R][] {
    this.listed ??= this.keys.flatMap((key) => this.objects.get(key) ?? []);
    return this.listed;
  }

  apply(change: Change<R>): void {
    const key = keyOf(change.object.metadata);
    if (change.type === "MODIFIED") this.objects.set(key, change.object);
    else if (change.type === "ADDED") {
      this.objects.set(key, change.object);
      this.keys.splice(positionOf(this.keys, key), 0, key);
    } else {
      this.objects.delete(key);
      this.keys.splice(positionOf(this.keys, key), 1);
    }
    this.listed = undefined;
    this.history.push(change);
    if (this.history.length <= this.limit) return;
    const dropped = this.history.shift();
    if (dropped) this.horizon = dropped.version;
  }

  since(version: number): readonly Change<R>[] | undefined {
    if (version < this.horizon) return undefined;
    const first = this.history.findLastIndex((change) => change.version <= version) + 1;
    return this.history.slice(first);
  }

  at(version: number): readonly Objects[R][] | undefined {
    if (version < this.horizon) return undefined;
    const known = this.snapshots.get(version);
    if (known) return known;
    const isNow = (this.history.at(-1)?.version ?? 0) <= version;
    const objects = isNow ? this.all() : this.rebuild(version);
    this.snapshots.set(version, objects);
    const [oldest] = this.snapshots.keys();
    if (this.snapshots.size > openLists && oldest !== undefined) this.snapshots.delete(oldest);
    return objects;
  }

  private rebuild(version: number): Objects[R][] {
    const then = new Map(this.objects);
    for (const change of this.history.toReversed()) {
      if (change.version <= version) break;
      if (change.previous) then.set(keyOf(change.object.metadata), change.previous);
      else then.delete(keyOf(change.object.metadata));
    }
    return [...then.values()].sort(byKey);
  }
}
