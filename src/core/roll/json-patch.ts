/**
 * Changes of a Kubernetes object (RFC 6902). They name single values, so what else is in a list or a map is never written
 * back: a taint has fields that we do not read.
 */
export type JsonPatch = readonly PatchOperation[];

export type PatchOperation =
  | { readonly op: "add"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string };

/** What is to become of some keys of a map; undefined removes one. */
export type KeyChanges = Readonly<Record<string, string | undefined>>;

/** Changes keys of a map that may not be there yet; nothing where they are so already. A map that ends up empty goes. */
export function changeKeys(
  path: string,
  before: Readonly<Record<string, string>>,
  changes: KeyChanges,
): JsonPatch {
  const real = Object.entries(changes).filter(([key, value]) => before[key] !== value);
  if (real.length === 0) return [];
  const after = { ...before, ...Object.fromEntries(real) };
  const left = Object.entries(after).filter(([, value]) => value !== undefined);
  if (left.length === 0) return [{ op: "remove", path }];
  if (Object.keys(before).length === 0) return [{ op: "add", path, value: Object.fromEntries(left) }];
  return real.map(([key, value]) =>
    value === undefined
      ? { op: "remove", path: `${path}/${escaped(key)}` }
      : { op: "add", path: `${path}/${escaped(key)}`, value },
  );
}

function escaped(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}
