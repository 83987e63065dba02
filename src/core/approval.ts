import { type Instant, minute } from "./instant.js";
import type { Run } from "./run.js";

/** Who did it, and when. */
export interface ByWhom {
  readonly by: string;
  readonly at: Instant;
}

/** Somebody said yes to a plan. */
export interface Approval extends ByWhom {
  /** In whose place, where it was as a deputy. */
  readonly deputyOf?: string;
  /** Of `Run.oneFromEach`, those groups that it stands for. */
  readonly groups?: readonly string[];
  /** On the page of a signed link, after the button. */
  readonly byLink?: true;
}

/** What is to begin in the last moment takes its time to. */
const beginsWithin = 10 * minute;

/** How long its approval lasts: as long as a request may wait, from when it was to begin at first. Undefined: it is undecided. */
export function approvedUntil(run: Run): Instant | undefined {
  const { decidedAt, approvedFor, expiresAt, requestedAt, startAt } = run;
  if (decidedAt === undefined) return undefined;
  const until = Math.max(decidedAt, approvedFor ?? decidedAt) + expiresAt - requestedAt;
  // Moved on by a day it begins as long after as a request may wait, as a rule.
  return startAt !== undefined && startAt <= until ? Math.max(until, startAt + beginsWithin) : until;
}
