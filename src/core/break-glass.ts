import { type ApprovalRules, type Change, draftRun, type Request } from "./decide.js";
import type { Control } from "./decide-control.js";
import type { Instant } from "./instant.js";
import type { Plan } from "./plan.js";
import type { Run } from "./run.js";
import { moveRun } from "./transitions.js";

/** A rule of the environment that says no, and that whoever breaks the glass overrides: what the order of environments wants. */
const overridden: ReadonlySet<string> = new Set(["NotSoaked"]);

/** `over`: it is decided, or at an end. `plan changed`: it is not what that person read. */
export type BreakGlassRefusal = "over" | "reason missing" | "plan changed";

export interface GlassBreaker {
  readonly by: string;
  readonly reason: string;
  /** Of the plan that the person read; undefined: as the record has it. */
  readonly hash?: string;
}

/** Starts a request, or what is scheduled for later, at once and without the approvals it asks for. */
export function breakGlass(run: Run, who: GlassBreaker, at: Instant): Control<BreakGlassRefusal> {
  const undecided = run.state === "awaiting approval" && at < run.expiresAt;
  if (!undecided && run.state !== "scheduled") return { ok: false, refusal: "over" };
  if (who.reason.trim() === "") return { ok: false, refusal: "reason missing" };
  if (who.hash !== undefined && who.hash !== run.plan.hash) return { ok: false, refusal: "plan changed" };
  return { ok: true, ...broken(run, who, at) };
}

/** A request whose glass is broken at once. */
export function requestBroken(
  plan: Plan,
  request: Request & { readonly reason: string },
  rules: ApprovalRules,
): Change {
  const { by, at } = request;
  const glass = broken(draftRun(plan, request, rules), request, at);
  return { run: glass.run, facts: [{ type: "RunRequested", by, planHash: plan.hash }, ...glass.facts] };
}

function broken(run: Run, { by, reason }: Pick<GlassBreaker, "by" | "reason">, at: Instant): Change {
  const { startAt: _startAt, ...rest } = run;
  return {
    run: { ...rest, state: moveRun(run.state, "running"), breakGlass: { by, at, reason }, decidedAt: at },
    facts: [{ type: "GlassBroken", by, reason }],
  };
}

/** A new attempt by the same rule: public and flagged like the first. */
export function brokenAgain({ run, facts }: Change, by: string, at: Instant): Change {
  const reason = run.breakGlass?.reason;
  if (reason === undefined) return { run, facts };
  return {
    run: { ...run, breakGlass: { by, at, reason }, decidedAt: at },
    facts: [...facts, { type: "GlassBroken", by, reason }],
  };
}

/** As if nobody had broken the glass: what was approved is as old as its last approval. */
export function withoutGlass(run: Run): Run {
  const { breakGlass, ...rest } = run;
  if (!breakGlass) return run;
  return { ...rest, decidedAt: Math.max(run.requestedAt, ...run.approvals.map(({ at }) => at)) };
}

/** The plan without what breaking the glass overrides; that is worth knowing all the same. */
export function withoutOverridden(plan: Plan): Plan {
  const over = plan.blockers.filter(({ code }) => overridden.has(code));
  if (over.length === 0) return plan;
  return {
    ...plan,
    blockers: plan.blockers.filter(({ code }) => !overridden.has(code)),
    warnings: [...plan.warnings, ...over],
  };
}
