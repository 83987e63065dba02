/** So many completions are offered at once. */
const offered = 12;

/** Commands that go on from what is typed. */
export function fitting(completions: readonly string[], typed: string): string[] {
  const start = typed.trimStart().toLowerCase();
  const matches = completions.filter(
    (text) => text.toLowerCase().startsWith(start) && text.trim() !== typed.trim(),
  );
  return matches.slice(0, offered);
}

/** Up to what only the person knows: "<run>". */
export function typable(completion: string): string {
  return completion.replace(/<.*$/, "");
}

/** As far as all of them agree; one that the others go on from does not hold them back. */
export function commonStart(texts: readonly string[]): string {
  const leaves = texts.filter((text) => !texts.some((other) => other.startsWith(`${text} `)));
  const [first = "", ...rest] = leaves;
  const differs = (at: number) => rest.some((text) => text[at] !== first[at]);
  const end = [...first].findIndex((_, at) => differs(at));
  return end < 0 ? first : first.slice(0, end);
}
