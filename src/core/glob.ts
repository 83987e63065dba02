/** Whether the pattern matches the whole name, case and all: `*` is any characters, or none; `?` is one. */
export function matchesGlob(pattern: string, name: string): boolean {
  // How much of the name the pattern may have matched so far: no pattern is slow, as a regular expression's can be.
  let matched: readonly number[] = [0];
  for (const mark of pattern) {
    const [shortest] = matched;
    if (shortest === undefined) return false;
    matched =
      mark === "*"
        ? Array.from({ length: name.length - shortest + 1 }, (_, i) => shortest + i)
        : matched.filter((i) => i < name.length && (mark === "?" || mark === name[i])).map((i) => i + 1);
  }
  return matched.includes(name.length);
}
