import type { Pod } from "../playground/kubernetes/objects.js";
import type { Cluster, World } from "../playground/world/state.js";

/** Moments of one node's life, in world time, as the world itself saw them. */
interface NodeTime {
  launched?: number;
  ready?: number;
  /** The first of its pods was told to go, and the last of those that must go was gone. */
  evicted?: number;
  empty?: number;
  terminating?: number;
  gone?: number;
}

export type NodeTimes = ReadonlyMap<string, NodeTime>;

/** What became of each node, from now on. */
export function watchNodes(world: World, { kubernetes: { store } }: Cluster): NodeTimes {
  const times = new Map<string, NodeTime>();
  const timeOf = (node: string) => {
    const time = times.get(node) ?? {};
    times.set(node, time);
    return time;
  };
  world.onChange(({ at, type, subject }) => {
    if (type === "launch") timeOf(subject).launched = at;
    if (type === "ready") timeOf(subject).ready = at;
    if (type === "terminating") timeOf(subject).terminating = at;
    if (type === "terminated") timeOf(subject).gone = at;
  });
  store.onChange(({ resource, type, object }) => {
    if (resource !== "pods") return;
    const { metadata, spec } = object as Pod;
    const isDaemon = metadata.ownerReferences?.some(({ kind }) => kind === "DaemonSet");
    if (isDaemon || !spec.nodeName) return;
    const time = timeOf(spec.nodeName);
    if (time.terminating !== undefined) return;
    if (metadata.deletionTimestamp) time.evicted ??= world.clock.now();
    if (type === "DELETED") time.empty = world.clock.now();
  });
  return times;
}

/** Seconds. */
export interface Batch {
  readonly boot: number;
  readonly drain: number;
  readonly wait: number;
  readonly terminate: number;
}

/**
 * The batches that a roll in lockstep would consist of: old nodes in the order of their drains, and new ones in the order
 * of their launches, so many at a time. Each part takes as long as it took the slowest of the batch.
 */
export function batchesOf(times: NodeTimes, atOnce: number, wait: number): Batch[] {
  const all = [...times.values()];
  const old = chunks(
    all.filter(({ launched, gone }) => launched === undefined && gone !== undefined),
    ({ evicted, terminating }) => evicted ?? terminating,
    atOnce,
  );
  const fresh = chunks(
    all.filter(({ ready }) => ready !== undefined),
    ({ launched }) => launched,
    atOnce,
  );
  return old.map((batch, index) => ({
    boot: slowest(fresh[index] ?? [], ({ launched, ready }) => [launched, ready]),
    drain: slowest(batch, ({ evicted, empty }) => [evicted, empty]),
    wait,
    terminate: slowest(batch, ({ terminating, gone }) => [terminating, gone]),
  }));
}

function chunks(
  some: readonly NodeTime[],
  when: (time: NodeTime) => number | undefined,
  size: number,
): NodeTime[][] {
  const sorted = some.toSorted((one, other) => (when(one) ?? 0) - (when(other) ?? 0));
  return Array.from({ length: Math.ceil(sorted.length / size) }, (_, index) =>
    sorted.slice(index * size, (index + 1) * size),
  );
}

function slowest(
  batch: readonly NodeTime[],
  part: (time: NodeTime) => [from: number | undefined, to: number | undefined],
): number {
  const lasted = batch.map((time) => {
    const [from, to] = part(time);
    return from === undefined || to === undefined ? 0 : (to - from) / 1000;
  });
  return Math.max(0, ...lasted);
}
