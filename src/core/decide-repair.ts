import { revived } from "./decide.js";
import { type Control, toPutBack } from "./decide-control.js";
import type { Instant } from "./instant.js";
import type { LedgerEntry } from "./roll/ledger.js";
import type { Run, StepProgress } from "./run.js";
import { isOver } from "./transitions.js";

/**
 * What a step of ours still has out there, the latest first: the order in which it is put back. A version of a
 * customer's template stays: it costs nothing, and may be wanted again.
 */
export function leftIn({ roll, phases }: Pick<StepProgress, "roll" | "phases">): readonly LedgerEntry[] {
  // A step that is through has put back what it had to; its group goes on to launch the new AMI.
  if (phases["scale down"].state === "done") return [];
  return (roll?.ledger ?? [])
    .filter((entry) => entry.undone === undefined && entry.kind !== "template version")
    .toReversed();
}

/** A run that is over and left something of ours behind. */
export function isLeftover(run: Run): boolean {
  return (
    (run.state === "failed" || run.state === "cancelled") && run.steps.some((step) => leftIn(step).length > 0)
  );
}

/** - running: it still drives its group; - nothing left: somebody put it back meanwhile */
export type RepairRefusal = "running" | "nothing left";

/**
 * Has workers put back what a run left behind: the run goes on for that alone, so a crash in the middle loses nothing,
 * and its target is held while it lasts.
 */
export function repair(run: Run, by: string, at: Instant): Control<RepairRefusal> {
  if (!isOver(run.state)) return { ok: false, refusal: "running" };
  if (!isLeftover(run)) return { ok: false, refusal: "nothing left" };
  return {
    ok: true,
    run: toPutBack(revived(run), by, at),
    facts: [{ type: "StopRequested", by }],
  };
}
