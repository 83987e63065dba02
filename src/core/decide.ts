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
  request: { id: string; by: string; channel: string; at: Instant; reason?: string },
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
    steps: plan.steps.map(() => untouched(1)),
    ...(request.reason !== undefined && { reason: request.reason }),
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

/** Somebody said yes to its plan, and not longer ago than a request may wait: an adopted update was never approved here. */
export function isApproved(run: Run, now: Instant): boolean {
  const validFor = run.expiresAt - run.requestedAt;
  return run.approvals.length >= run.approvalsRequired && now - (run.decidedAt ?? now) <= validFor;
}

/**
 * Tries a failed run once more: the same plan, a new attempt, a new token. Nodes already replaced are spared by EKS.
 * Undefined when `attempt` is not the one that failed: somebody else was quicker.
 */
export function retry(run: Run, by: string, attempt: number): Change | undefined {
  const index = run.steps.findIndex(
    (step) => step.phases["scale down"].endedAt === undefined || hasFailed(step),
  );
  const failed = run.steps[index];
  if (run.state !== "failed" || !failed || failed.attempt !== attempt) return undefined;
  const steps = run.steps.map((step, at) => (at === index ? again(step, attempt + 1) : step));
  return {
    run: { ...revived(run), steps },
    facts: [{ type: "RetryRequested", step: index, attempt: attempt + 1, by }],
  };
}

/** A new attempt sees the world anew, and asks anew; but what is ours out there is still known, to be put back. */
function again({ roll, receipt }: StepProgress, attempt: number): StepProgress {
  const fresh = untouched(attempt);
  if (!roll) return fresh;
  const { ledger, floor, returned } = roll;
  return {
    ...fresh,
    ...(receipt && { receipt }),
    roll: {
      ...{ intents: [], ledger, drains: {} },
      ...(floor !== undefined && { floor }),
      ...(returned !== undefined && { returned }),
    },
  };
}

/** A run that was over and goes on: of its end nothing is left. */
export function revived(run: Run): Run {
  const {
    failure: _failure,
    endedAt: _endedAt,
    wait: _wait,
    trouble: _trouble,
    troubles: _troubles,
    paused: _paused,
    stopping: _stopping,
    cancelledBy: _cancelledBy,
    ...rest
  } = run;
  return { ...rest, state: moveRun(run.state, "running") };
}

const hasFailed = (step: StepProgress) => phaseNames.some((name) => step.phases[name].state === "failed");

/** Follows an update that somebody started elsewhere. It is under way: there is nothing to approve and nothing to call off. */
export function adoptRun(
  plan: Plan,
  adoption: { id: string; by: string; channel: string; at: Instant; updateId: string },
  rules: ApprovalRules,
): Change {
  const { run } = requestRun(plan, adoption, rules);
  const [first, ...others] = run.steps;
  if (!first) throw new Error("There is no step to follow.");
  const adopted: Run = {
    ...run,
    state: "running",
    adoptedBy: adoption.by,
    decidedAt: adoption.at,
    steps: [{ ...first, updateId: adoption.updateId }, ...others],
  };
  return {
    run: adopted,
    facts: [{ type: "UpdateAdopted", step: 0, updateId: adoption.updateId, by: adoption.by }],
  };
}

/** The world moved on since the plan was shown: approvals given to the old plan do not count for the new one. */
export function askAgain(run: Run, plan: Plan, changes: readonly string[]): Change {
  return {
    run: { ...run, plan, planChanges: changes, approvals: [], steps: plan.steps.map(() => untouched(1)) },
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

function untouched(attempt: number): StepProgress {
  const phases = Object.fromEntries(phaseNames.map((name) => [name, { state: "pending" }]));
  return { attempt, phases: phases as Record<PhaseName, PhaseProgress>, nodes: {} };
}
