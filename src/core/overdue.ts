import { toBeginAt } from "./decide.js";
import { isParked } from "./hold.js";
import { type Instant, type Milliseconds, minute } from "./instant.js";
import type { Run } from "./run.js";

/** A look may take a while, and a worker may be replaced: what is later than this, nobody is looking at. */
const patience = 10 * minute;

/** For how long nobody has looked at a running run that should have been looked at; undefined when all is well. */
export function overdueBy(run: Run, now: Instant): Milliseconds | undefined {
  const due = dueAt(run);
  return due !== undefined && now - due > patience ? now - due : undefined;
}

function dueAt(run: Run): Instant | undefined {
  // What waits for a rule is asked for now and then without a word in its record.
  if (run.state !== "running" || run.paused || isParked(run)) return undefined;
  if (run.wait) return run.wait.until;
  // Looks that follow one another at once leave no word of when the next is due; the very first is due when it is approved.
  const untouched = run.steps.every((step) => step.attempt === 1 && step.phases.setup.state === "pending");
  const toBegin = untouched ? toBeginAt(run) : undefined;
  return toBegin === undefined ? undefined : Math.max(toBegin, run.releasedAt ?? toBegin);
}
