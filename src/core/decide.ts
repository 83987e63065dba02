import type { Fact } from "./events.js";
import type { Instant, Milliseconds } from "./instant.js";
import { type PhaseName, type Plan, phaseNames } from "./plan.js";
import { type PhaseProgress, type Run, runSchemaVersion, type StepProgress } from "./run.js";
import { moveRun } from "./transitions.js";

/** How one environment wants its runs approved. */
export interface ApprovalRules {
  readonly required: number;
  readonly requesterMayApprove: boolean;
  readonly expiresAfter: Milliseconds;
  readonly approverGroups: readonly string[];
  readonly approverUsers: readonly string[];
}

export interface Change {
  readonly run: Run;
  readonly facts: readonly Fact[];
}

/** Why a click changes nothing. */
export type Refusal =
  | "already decided"
  | "expired"
  | "plan changed"
  | "requester"
  | "approved by you already";

export type Decision = ({ readonly ok: true } & Change) | { readonly ok: false; readonly refusal: Refusal };

/** A new run: nothing is held and nothing happens until it is approved. */
export function requestRun(
  plan: Plan,
  request: { id: string; by: string; channel: string; at: Instant },
  rules: ApprovalRules,
): Change {
  const run: Run = {
    schema: runSchemaVersion,
    id: request.id,
    state: "awaiting approval",
    plan,
    channel: request.channel,
    requestedBy: request.by,
    requestedAt: request.at,
    approvalsRequired: rules.required,
    expiresAt: request.at + rules.expiresAfter,
    approverGroups: rules.approverGroups,
    approverUsers: rules.approverUsers,
    approvals: [],
    planChanges: [],
    steps: plan.steps.map(untouched),
  };
  return { run, facts: [{ type: "RunRequested", by: request.by, planHash: plan.hash }] };
}

/** One approver says yes to the plan with this hash; the last one needed sets the run going. */
export function approve(run: Run, by: string, hash: string, rules: ApprovalRules, at: Instant): Decision {
  const refusal = whyNoDecision(run, hash, at);
  if (refusal) return { ok: false, refusal };
  if (by === run.requestedBy && !rules.requesterMayApprove) return { ok: false, refusal: "requester" };
  if (run.approvals.some((approval) => approval.by === by)) {
    return { ok: false, refusal: "approved by you already" };
  }
  const approvals = [...run.approvals, { by, at }];
  if (approvals.length < run.approvalsRequired) {
    return { ok: true, run: { ...run, approvals }, facts: [{ type: "ApprovalGiven", by }] };
  }
  const approved: Run = { ...run, approvals, state: moveRun(run.state, "running"), decidedAt: at };
  return { ok: true, run: approved, facts: [{ type: "RunApproved", by }] };
}

/** No is no, whichever version of the plan was on the screen. */
export function reject(run: Run, by: string, at: Instant): Decision {
  const refusal = whyNoDecision(run, run.plan.hash, at);
  if (refusal) return { ok: false, refusal };
  const rejected: Run = {
    ...run,
    state: moveRun(run.state, "rejected"),
    rejectedBy: by,
    decidedAt: at,
    endedAt: at,
  };
  return { ok: true, run: rejected, facts: [{ type: "RunRejected", by }] };
}

/** Nobody decided in time. */
export function expire(run: Run, at: Instant): Decision {
  if (run.state !== "awaiting approval") return { ok: false, refusal: "already decided" };
  const expired: Run = { ...run, state: moveRun(run.state, "expired"), decidedAt: at, endedAt: at };
  return { ok: true, run: expired, facts: [{ type: "RunExpired" }] };
}

/** The world moved on since the plan was shown: approvals given to the old plan do not count for the new one. */
export function askAgain(run: Run, plan: Plan, changes: readonly string[]): Change {
  return {
    run: { ...run, plan, planChanges: changes, approvals: [], steps: plan.steps.map(untouched) },
    facts: [{ type: "PlanChanged", changes, planHash: plan.hash }],
  };
}

function whyNoDecision(run: Run, hash: string, at: Instant): Refusal | undefined {
  if (run.state === "expired") return "expired";
  if (run.state !== "awaiting approval") return "already decided";
  if (at >= run.expiresAt) return "expired";
  if (run.plan.hash !== hash) return "plan changed";
  return undefined;
}

function untouched(): StepProgress {
  const phases = Object.fromEntries(phaseNames.map((name) => [name, { state: "pending" }]));
  return { attempt: 1, phases: phases as Record<PhaseName, PhaseProgress>, nodes: {} };
}
