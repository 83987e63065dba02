import type { Input, RawRequest } from "./skin.js";

/** The request's JSON body; an empty or broken one counts as empty. */
export function jsonBody({ body }: RawRequest): Input {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === "object" && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}

/** JSON protocols carry moments as seconds since the epoch, with a fraction. */
export function epochSeconds(at: number): number {
  return at / 1000;
}
