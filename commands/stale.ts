import type { View } from "../src/slack/limits.js";
import { type Refusal, refusal } from "../src/slack/views/answers.js";

/** For a button that was under something we do not know any more. */
export const stale = refusal({
  what: "Nothing was done.",
  why: "This button belongs to something that I do not know any more.",
  next: "/eks-upgrade status shows what is open.",
});

export const unknownRequest: Refusal = {
  what: "Nothing was decided.",
  why: "This button belongs to a request that I do not know any more.",
  next: "/eks-upgrade status shows what is open.",
};

/** The same, of a button that decides about a request. */
export const staleRequest = refusal(unknownRequest);

const all: ReadonlySet<unknown> = new Set<View>([stale, staleRequest]);

/** Whether somebody is told so. */
export function isStale(answer: unknown): boolean {
  return all.has(answer);
}
