import { type GlassBreaker, breakGlass as judge, withoutOverridden } from "../core/break-glass.js";
import { askAgain } from "../core/decide.js";
import { planChanges } from "../core/planner.js";
import type { StoredRun } from "../redis/runs.js";
import { untilSaved } from "./decide.js";
import { planAgain } from "./prove.js";
import { save } from "./save.js";
import type { Broken, UpgradesOptions } from "./types.js";

/**
 * Starts a request at once. Approvals, windows, freezes and the order of environments do not hold it up; a lock does, and
 * whatever stands in the way out there. The plan is proved once more: what nobody has read is not started.
 */
export function breakGlass(
  options: UpgradesOptions,
  id: string,
  who: GlassBreaker,
): Promise<Broken | undefined> {
  return untilSaved(options, id, (stored) => breakOnce(options, stored, who));
}

async function breakOnce(
  options: UpgradesOptions,
  stored: StoredRun,
  who: GlassBreaker,
): Promise<Broken | undefined> {
  const { run } = stored;
  const judged = judge(run, who, options.clock.now());
  if (!judged.ok) return { outcome: "refused", refusal: judged.refusal, run };
  const now = withoutOverridden(await planAgain(options, run));
  if (now.blockers.length > 0) return { outcome: "blocked", blockers: now.blockers, run };
  if (now.hash !== run.plan.hash) {
    // What is approved and scheduled is not asked for anew: it can be called off.
    if (run.state === "scheduled") return { outcome: "refused", refusal: "plan changed", run };
    const asked = askAgain(run, now, planChanges(run.plan, now));
    return (await save(options, stored, asked)) === "saved"
      ? { outcome: "refused", refusal: "plan changed", run: asked.run }
      : undefined;
  }
  const saved = await save(options, stored, judged);
  if (saved === "claimed") return { outcome: "refused", refusal: "claimed", run };
  return saved === "saved" ? { outcome: "done", run: judged.run } : undefined;
}
