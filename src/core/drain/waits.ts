import { type Instant, type Milliseconds, second } from "../instant.js";
import type { EvictionAnswer, PodSeen } from "../seen.js";

/** A pod that was asked to leave and has not begun to: kept in the record, so that the next worker is as patient. */
export interface PodWait {
  readonly uid: string;
  /** What the last eviction was answered. */
  readonly answer: EvictionAnswer["kind"];
  /** With "no answer": why not. */
  readonly why?: string;
  /** How many evictions in a row were answered like that. */
  readonly tries: number;
  readonly askedAt: Instant;
  /** Not to be asked again before, unless its budget is seen to allow it. */
  readonly notBefore: Instant;
}

/** The first pause, and the longest. Each is twice the one before, and up to half of it longer by chance. */
interface Backoff {
  readonly first: Milliseconds;
  readonly longest: Milliseconds;
}

const backoffs: Readonly<Record<Exclude<EvictionAnswer["kind"], "gone" | "another pod">, Backoff>> = {
  "budget used up": { first: second, longest: 20 * second },
  // The server itself asks for 10 s.
  "budget not yet observed": { first: 10 * second, longest: 20 * second },
  // Only a person ends these.
  "several budgets": { first: 30 * second, longest: 40 * second },
  "budget cannot be computed": { first: 30 * second, longest: 40 * second },
  busy: { first: second, longest: 20 * second },
  "no answer": { first: 5 * second, longest: 40 * second },
  // Accepted, but not seen to end: its namespace is being deleted, or the view lags.
  "would go": { first: 10 * second, longest: 20 * second },
};

/** `jitter` is a number from 0 to 1. Undefined: the pod is gone. */
export function waitAfter(
  pod: Pick<PodSeen, "uid">,
  answer: EvictionAnswer,
  before: PodWait | undefined,
  now: Instant,
  jitter: number,
): PodWait | undefined {
  const { kind } = answer;
  if (kind === "gone" || kind === "another pod") return undefined;
  const { first, longest } = backoffs[kind];
  const tries = before?.answer === kind ? before.tries + 1 : 1;
  const pause = Math.min(longest, first * 2 ** Math.min(tries - 1, 10)) * (1 + jitter / 2);
  const asked = answer.kind === "busy" ? (answer.after ?? 0) : 0;
  const notBefore = now + Math.round(Math.max(pause, asked));
  const why = answer.kind === "no answer" ? { why: answer.why } : {};
  return { uid: pod.uid, answer: kind, ...why, tries, askedAt: now, notBefore };
}

/** The last answer, as far as it is kept. */
export function lastAnswer({ answer, why = "" }: PodWait): EvictionAnswer {
  return answer === "no answer" ? { kind: answer, why } : { kind: answer };
}
