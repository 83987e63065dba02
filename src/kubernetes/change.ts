import type { JsonPatch } from "../core/roll/json-patch.js";
import { isConflict, isNotFound, isUnfit, troubleOf } from "./trouble.js";

interface Versioned {
  readonly metadata?: { readonly resourceVersion?: string };
}

/** An object of the API, and what is to become of it. */
interface Change<Item extends Versioned> {
  /** "mark node ip-10-42-1-5" */
  readonly doing: string;
  /** As RBAC calls it: "nodes", "deployments.apps". */
  readonly resource: string;
  read(): Promise<Item>;
  /** From what was read. Empty: nothing is to be written. Undefined: it is not the one that was meant. */
  patchOf(item: Item): JsonPatch | undefined;
  write(body: JsonPatch): Promise<unknown>;
}

/** Somebody else writes the same object each time: so often in all. */
const attempts = 5;

/**
 * Reads, and writes only if nobody has written meanwhile; else reads anew. So it is harmless when made twice, even at
 * once. False: there is no such object.
 */
export async function change<Item extends Versioned>(
  { doing, resource, read, patchOf, write }: Change<Item>,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    let permission = `get ${resource}`;
    try {
      const item = await read();
      const patch = patchOf(item);
      if (patch === undefined) return false;
      if (patch.length === 0) return true;
      permission = `patch ${resource}`;
      await write([...patch, ...asRead(item)]);
      return true;
    } catch (error) {
      signal?.throwIfAborted();
      if (isNotFound(error)) return false;
      // The API server carries a patch out before it compares versions.
      const moved = isConflict(error) || isUnfit(error);
      if (!moved || attempt === attempts) throw troubleOf(error, { doing, permission });
    }
  }
}

/** A version that is not the object's own makes the API server refuse the whole patch (409). */
function asRead({ metadata }: Versioned): JsonPatch {
  return [{ op: "add", path: "/metadata/resourceVersion", value: metadata?.resourceVersion ?? "" }];
}
