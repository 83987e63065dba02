import { approvedUntil } from "./approval.js";
import { beginOrSchedule } from "./decide-schedule.js";
import type { Fact } from "./events.js";
import type { Instant, Milliseconds } from "./instant.js";
import { type PhaseName, type Plan, phaseNames } from "./plan.js";
import { isEnough, needsNobody, stricterOf, type Voice, type VoiceRefusal, whyNoVoice } from "./quorum.js";
import { type PhaseProgress, type Run, runSchemaVersion, type StepProgress } from "./run.js";
import { moveRun } from "./transitions.js";
import type { Hours } from "./windows.js";

/** How one environment wants its runs approved. */
export interface ApprovalRules {
  readonly required: number;
  readonly requesterMayApprove: boolean;
  readonly expiresAfter: Milliseconds;
  readonly approverGroups: readonly string[];
  readonly approverUsers: readonly string[];
  /** User groups: of each of them somebody has to be among those who approve. */
  readonly oneFromEach?: readonly string[];
  /** The button alone does not approve: a signed link has to be opened, too. */
  readonly linkNeeded?: boolean;
  /** There is somebody who may start it without approval. */
  readonly mayBreakGlass?: boolean;
  /** When what is approved may begin. Absent: at any time. */
  readonly hours?: Hours;
}

export interface Change {
  readonly run: Run;
  readonly facts: readonly Fact[];
}

/** Why a click changes nothing. `link needed`: everything else is in order. */
export type Refusal = "already decided" | "expired" | "plan changed" | "link needed" | VoiceRefusal;

export type Decision = ({ readonly ok: true } & Change) | { readonly ok: false; readonly refusal: Refusal };

export interface Request {
  readonly id: string;
  readonly by: string;
  readonly channel: string;
  readonly at: Instant;
  readonly reason?: string;
  /** It is to begin then, not as soon as it is approved. */
  readonly startAt?: Instant;
}

/** A new run: nothing is held and nothing happens until it is approved, unless nobody has to approve it. */
export function requestRun(plan: Plan, request: Request, rules: ApprovalRules): Change {
  const run = draftRun(plan, request, rules);
  const asked: Fact = { type: "RunRequested", by: request.by, planHash: plan.hash };
  if (!needsNobody(run)) return { run, facts: [asked] };
  const begun = begin(run, rules, request.at);
  return { run: begun.run, facts: [asked, { type: "ApprovalWaived" }, ...begun.facts] };
}

/** A request before anybody decided anything. */
export function draftRun(plan: Plan, request: Request, rules: ApprovalRules): Run {
  const { oneFromEach = [] } = rules;
  return {
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
    ...(oneFromEach.length > 0 && { oneFromEach }),
    ...(rules.mayBreakGlass && { mayBreakGlass: true }),
    ...(request.startAt !== undefined && { startAt: request.startAt }),
    ...(request.reason !== undefined && { reason: request.reason }),
  };
}

/** Now, or when its environment opens next: when that would be was only foreseen. */
function begin(
  { startAt: _foreseen, ...run }: Run,
  { hours = { freezes: [] } }: ApprovalRules,
  at: Instant,
): Change {
  return beginOrSchedule({ ...run, decidedAt: at }, hours, at);
}

/**
 * One approver says yes to the plan with this hash; the last one needed sets the run going, or has it scheduled. Rules
 * that have become stricter since it was asked for hold, and the record says so from then on; milder ones do not.
 */
export function approve(run: Run, voice: Voice, hash: string, rules: ApprovalRules, at: Instant): Decision {
  const asked = stricterOf(run, rules);
  const refusal = whyNoDecision(run, hash, at) ?? whyNoVoice(asked, voice, rules);
  if (refusal) return { ok: false, refusal };
  if (rules.linkNeeded && !voice.byLink) return { ok: false, refusal: "link needed" };
  const { by, deputyOf, byLink } = voice;
  const who = { by, ...(deputyOf !== undefined && { deputyOf }), ...(byLink && { byLink }) };
  const approved: Run = { ...asked, approvals: [...asked.approvals, { ...voice, at }] };
  if (!isEnough(approved)) return { ok: true, run: approved, facts: [{ type: "ApprovalGiven", ...who }] };
  const begun = begin(approved, rules, at);
  return { ok: true, run: begun.run, facts: [{ type: "RunApproved", ...who }, ...begun.facts] };
}

/** No is no, whichever version of the plan was on the screen. */
export function reject(run: Run, { by, reason }: { by: string; reason?: string }, at: Instant): Decision {
  const refusal = whyNoDecision(run, run.plan.hash, at);
  if (refusal) return { ok: false, refusal };
  const rejected: Run = {
    ...run,
    state: moveRun(run.state, "rejected"),
    rejectedBy: by,
    ...(reason !== undefined && { rejectedBecause: reason }),
    decidedAt: at,
    endedAt: at,
  };
  return {
    ok: true,
    run: rejected,
    facts: [{ type: "RunRejected", by, ...(reason !== undefined && { reason }) }],
  };
}

/** Nobody decided in time. */
export function expire(run: Run, at: Instant): Decision {
  if (run.state !== "awaiting approval") return { ok: false, refusal: "already decided" };
  const expired: Run = { ...run, state: moveRun(run.state, "expired"), decidedAt: at, endedAt: at };
  return { ok: true, run: expired, facts: [{ type: "RunExpired" }] };
}

/**
 * Those who have to said yes to its plan, or somebody broke the glass, and it was to begin not longer ago than a request
 * may wait. An adopted update was never approved here.
 */
export function isApproved(run: Run, now: Instant): boolean {
  if (run.adoptedBy !== undefined) return false;
  return (run.breakGlass !== undefined || isEnough(run)) && now <= (approvedUntil(run) ?? now);
}

/** It is to begin when its approval is too old. */
export function outlivesApproval(run: Run): boolean {
  const { startAt, breakGlass } = run;
  const until = breakGlass ? undefined : approvedUntil(run);
  return startAt !== undefined && until !== undefined && startAt > until;
}

/** When it was to begin: as soon as it was decided, or later where it was scheduled or held. Undefined: it is undecided. */
export function toBeginAt({
  decidedAt,
  startAt = 0,
  releasedAt = 0,
}: Pick<Run, "decidedAt" | "startAt" | "releasedAt">): Instant | undefined {
  return decidedAt === undefined ? undefined : Math.max(decidedAt, startAt, releasedAt);
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
    held: _held,
    goOn: _goOn,
    goOnIn: _goOnIn,
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
  adoption: Omit<Request, "reason" | "startAt"> & { readonly updateId: string },
  rules: ApprovalRules,
): Change {
  const run = draftRun(plan, adoption, rules);
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
