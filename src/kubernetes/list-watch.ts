import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { type Milliseconds, second } from "../core/instant.js";
import type { Trouble } from "../core/problems.js";
import type { Query, Reader } from "./stream.js";
import { type KubernetesCall, statusOf, troubleOf } from "./trouble.js";

/** What is listed and watched, and what becomes of each object. */
export interface Watched<Seen> {
  readonly call: KubernetesCall;
  readonly path: string;
  readonly query: Query;
  readonly seen: (object: unknown) => Seen;
}

/** The objects as they are now. */
export interface Cache<Seen> {
  items: Map<string, Seen>;
  /** At least once. */
  listed: boolean;
  /** Why they could not be listed, until they can. */
  trouble?: Trouble | undefined;
  /** Called after every change, of either. */
  readonly changed: () => void;
}

/** Between lists, in real time, where watches are not allowed or break. */
const pollsEvery: Milliseconds = second;

/** Items of a page; kubectl asks for as many. */
const pageSize = "500";

const text = z.string().catch("");
const listSchema = z.object({
  metadata: z.object({ resourceVersion: text, continue: text }),
  items: z.array(z.unknown()),
});
const eventSchema = z.object({ type: z.string(), object: z.unknown() });
const objectSchema = z.object({ metadata: z.object({ uid: text, resourceVersion: text }) });

/** The server has forgotten the version a watch wants to go on from: everything has to be listed again. */
class Expired extends Error {}

/** Keeps the cache up to date until the signal aborts. Never rejects. */
export async function keepUp<Seen>(
  reader: Reader,
  watched: Watched<Seen>,
  cache: Cache<Seen>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await follow(reader, watched, cache, signal);
    } catch (error) {
      const atOnce = error instanceof Expired || statusOf(error) === 410;
      if (!atOnce) await pause(pollsEvery, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}

/** Until the watch breaks. */
async function follow<Seen>(
  reader: Reader,
  watched: Watched<Seen>,
  cache: Cache<Seen>,
  signal: AbortSignal,
): Promise<void> {
  let version = await list(reader, watched, cache, signal);
  for (;;) {
    const began = performance.now();
    version = await watch(reader, watched, cache, version, signal);
    // One that ends at once would be asked for without end.
    if (performance.now() - began < pollsEvery) throw new Error("The watch ended at once.");
  }
}

/** Resolves with the version that was listed. */
async function list<Seen>(
  reader: Reader,
  { path, query, seen, call }: Watched<Seen>,
  cache: Cache<Seen>,
  signal: AbortSignal,
): Promise<string> {
  const items = new Map<string, Seen>();
  try {
    for (let token: string | undefined; ; ) {
      const page = { ...query, limit: pageSize, ...(token && { continue: token }) };
      const answer = listSchema.parse(await reader.get(path, page, signal));
      for (const object of answer.items) items.set(objectSchema.parse(object).metadata.uid, seen(object));
      token = answer.metadata.continue;
      if (token) continue;
      Object.assign(cache, { items, listed: true, trouble: undefined });
      return answer.metadata.resourceVersion;
    }
  } catch (error) {
    if (!signal.aborted && statusOf(error) !== 410) cache.trouble = troubleOf(error, call);
    throw error;
  } finally {
    cache.changed();
  }
}

/** Resolves with the version it got to, when the server ends it. */
async function watch<Seen>(
  reader: Reader,
  { path, query, seen }: Watched<Seen>,
  { items, changed }: Cache<Seen>,
  from: string,
  signal: AbortSignal,
): Promise<string> {
  let version = from;
  const since = { ...query, resourceVersion: from, allowWatchBookmarks: "true" };
  for await (const line of reader.stream(path, since, signal)) {
    const { type, object } = eventSchema.parse(line);
    // In the middle of a stream nothing else is told as an error.
    if (type === "ERROR") throw new Expired();
    const { uid, resourceVersion } = objectSchema.parse(object).metadata;
    version = resourceVersion;
    if (type === "BOOKMARK") continue;
    if (type === "DELETED") items.delete(uid);
    else items.set(uid, seen(object));
    changed();
  }
  return version;
}
