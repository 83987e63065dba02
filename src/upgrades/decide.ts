import { type ApprovalRules, approve, askAgain, type Decision, reject } from "../core/decide.js";
import type { Plan } from "../core/plan.js";
import { assemblePlan, planChanges } from "../core/planner.js";
import type { Run } from "../core/run.js";
import { lookForPlan } from "../phases/look.js";
import type { StoredRun } from "../redis/runs.js";
import { save } from "./save.js";
import type { Decided, UpgradesOptions } from "./types.js";

/** Compare-and-set, bound to the plan that the reader saw, and proved against the world at the click. */
export async function decide(
  options: UpgradesOptions,
  id: string,
  decision: "approve" | "reject",
  by: string,
  hash: string,
  rules: ApprovalRules,
): Promise<Decided> {
  const stored = await options.runs.load(id);
  if (!stored) return { outcome: "unknown run" };
  const { run } = stored;
  const at = options.clock.now();
  if (decision === "reject") return decided(options, stored, reject(run, by, at));

  const answer = approve(run, by, hash, rules, at);
  if (!answer.ok) return decided(options, stored, answer);
  const again = await changedPlan(options, run);
  if (!again) return decided(options, stored, answer);
  const changes = [...planChanges(run.plan, again), ...again.blockers.map((blocker) => blocker.what)];
  const asked = askAgain(run, again, changes);
  const saved = await save(options, stored, asked);
  return saved === "saved" ? { outcome: "asked again", run: asked.run } : afterConflict(options, id);
}

/** The plan as the world is now, if an approver would say yes to something else than what was shown. */
async function changedPlan(
  { outside, clock, digest }: UpgradesOptions,
  { plan }: Run,
): Promise<Plan | undefined> {
  const parts = await Promise.all(
    plan.steps.map((step) => lookForPlan(outside, plan, step.nodeGroup, plan.wish, clock.now())),
  );
  const now = assemblePlan(plan, parts, digest);
  if (now.hash === plan.hash && now.blockers.length === 0) return undefined;
  // Without a target there is nothing else to approve: the old plan stands, with what forbids it now.
  return now.steps.length === plan.steps.length ? now : { ...plan, blockers: now.blockers };
}

async function decided(options: UpgradesOptions, stored: StoredRun, decision: Decision): Promise<Decided> {
  if (!decision.ok) return { outcome: "refused", refusal: decision.refusal, run: stored.run };
  const saved = await save(options, stored, decision);
  if (saved === "claimed") return { outcome: "refused", refusal: "claimed", run: stored.run };
  if (saved === "conflict") return afterConflict(options, stored.run.id);
  return { outcome: "decided", run: decision.run };
}

/** Somebody else's click came first: the answer is what they decided. */
async function afterConflict({ runs }: UpgradesOptions, id: string): Promise<Decided> {
  const stored = await runs.load(id);
  return stored
    ? { outcome: "refused", refusal: "already decided", run: stored.run }
    : { outcome: "unknown run" };
}
