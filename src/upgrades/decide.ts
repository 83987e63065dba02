import { approve, askAgain, reject } from "../core/decide.js";
import type { Plan } from "../core/plan.js";
import { assemblePlan, planChanges } from "../core/planner.js";
import type { Run } from "../core/run.js";
import { lookForPlan } from "../phases/look.js";
import type { StoredRun } from "../redis/runs.js";
import { save } from "./save.js";
import type { Click, Decided, UpgradesOptions } from "./types.js";

/** More clicks at once than a request will ever see. */
const tries = 10;

/**
 * Compare-and-set, bound to the plan that the reader saw, and proved against the world at the click. When somebody
 * else was quicker the record is read and judged again: the answer is always about what it says now.
 */
export async function decide(options: UpgradesOptions, id: string, click: Click): Promise<Decided> {
  for (let attempt = 0; attempt < tries; attempt++) {
    const stored = await options.runs.load(id);
    if (!stored) return { outcome: "unknown run" };
    const decided = await decideOnce(options, stored, click);
    if (decided) return decided;
  }
  throw new Error(`Run ${id} changed ${tries} times during one click.`);
}

/** Undefined: the run was changed meanwhile. */
async function decideOnce(
  options: UpgradesOptions,
  stored: StoredRun,
  { decision, by, hash, rules }: Click,
): Promise<Decided | undefined> {
  const { run } = stored;
  const at = options.clock.now();
  const answer = decision === "reject" ? reject(run, by, at) : approve(run, by, hash, rules, at);
  if (!answer.ok) return { outcome: "refused", refusal: answer.refusal, run };
  if (decision === "approve") {
    const now = await planAgain(options, run);
    // Nothing is saved: what stands in the way may pass, and then the same button does it.
    if (now.blockers.length > 0) return { outcome: "blocked", blockers: now.blockers, run };
    if (now.hash !== run.plan.hash) {
      const asked = askAgain(run, now, planChanges(run.plan, now));
      return (await save(options, stored, asked)) === "saved"
        ? { outcome: "asked again", run: asked.run }
        : undefined;
    }
  }
  const saved = await save(options, stored, answer);
  if (saved === "claimed") return { outcome: "refused", refusal: "claimed", run };
  return saved === "saved" ? { outcome: "decided", run: answer.run } : undefined;
}

/** The plan as the world is now. */
async function planAgain({ outsides, clock, digest }: UpgradesOptions, { plan }: Run): Promise<Plan> {
  const outside = outsides.in(plan.environment);
  const parts = await Promise.all(
    plan.steps.map((step) => lookForPlan(outside, plan, step, plan.wish, clock.now())),
  );
  return assemblePlan(plan, parts, digest);
}
