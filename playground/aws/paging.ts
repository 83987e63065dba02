import { Refusal } from "../world/state.js";

export interface Page<T> {
  readonly items: T[];
  readonly nextToken: string | undefined;
}

/** One page of a list. A token says where the next one starts; anything else in its place is refused with `code`. */
export function page<T>(
  items: readonly T[],
  asked: { size: number | undefined; token: string | undefined; most: number; code: string },
): Page<T> {
  const size = asked.size ?? asked.most;
  if (!Number.isInteger(size) || size < 1 || size > asked.most)
    throw new Refusal(asked.code, `The page size must be between 1 and ${asked.most}.`);
  const start = asked.token === undefined ? 0 : startOf(asked.token, asked.code);
  const end = start + size;
  return {
    items: items.slice(start, end),
    nextToken: end < items.length ? Buffer.from(`from:${end}`).toString("base64url") : undefined,
  };
}

function startOf(token: string, code: string): number {
  const start = /^from:(\d+)$/.exec(Buffer.from(token, "base64url").toString())?.[1];
  if (start === undefined) throw new Refusal(code, "The next token is not valid.");
  return Number(start);
}
