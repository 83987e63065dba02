import { type Instant, type Milliseconds, minute } from "./instant.js";
import type { Run } from "./run.js";

/** A look may take a while, and a worker may be replaced: what is later than this, nobody is looking at. */
const patience = 10 * minute;

/** For how long nobody has looked at a running run that should have been looked at; undefined when all is well. */
export function overdueBy(run: Run, now: Instant): Milliseconds | undefined {
  if (run.state !== "running") return undefined;
  const due = run.wait?.until ?? run.decidedAt ?? run.requestedAt;
  return now - due > patience ? now - due : undefined;
}
