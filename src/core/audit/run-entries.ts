import type { Fact, RunEvent } from "../events.js";
import { titleOf } from "../plan.js";
import { cut } from "../roll/launch-failures.js";
import type { Run } from "../run.js";
import type { AuditEntry, AuditKind } from "./entry.js";

/** What kind of thing each fact is. Every fact of a run is an entry of the audit. */
const kindsOfFacts: Readonly<Record<Fact["type"], AuditKind>> = {
  RunRequested: "request",
  PlanChanged: "event",
  ApprovalGiven: "decision",
  RunApproved: "decision",
  RunRejected: "decision",
  ApprovalWaived: "decision",
  GlassBroken: "decision",
  RunScheduled: "event",
  RunDue: "event",
  RunHeld: "event",
  RunReleased: "event",
  RunExpired: "decision",
  RunCancelled: "order",
  UpdateAdopted: "order",
  RetryRequested: "order",
  UpdateRequested: "event",
  UpdateStarted: "event",
  PhaseStarted: "event",
  PhaseFinished: "event",
  PhaseSkipped: "event",
  NodeJoined: "event",
  NodeReady: "event",
  NodeUnschedulable: "event",
  NodeDraining: "event",
  NodeEmpty: "event",
  NodeTerminating: "event",
  NodeGone: "event",
  DrainBlocked: "event",
  DrainBlockLasts: "event",
  DrainUnblocked: "event",
  QuestionAsked: "event",
  QuestionClosed: "event",
  Answered: "order",
  AnswerFailed: "event",
  ForceConfirmed: "decision",
  PodsDeleted: "event",
  NodeSkipped: "order",
  OwnerRestarted: "event",
  OwnerSurged: "event",
  OwnerRestored: "undo",
  Changed: "event",
  PutBack: "undo",
  NotPutBack: "undo",
  SizesMoved: "event",
  RunPaused: "order",
  RunResumed: "order",
  StopRequested: "order",
  StopTooLate: "order",
  ProblemMet: "event",
  ProblemLasts: "event",
  ProblemCleared: "event",
  StepSucceeded: "event",
  RunSucceeded: "event",
  RunFailed: "event",
};

const failures: ReadonlySet<Fact["type"]> = new Set([
  "AnswerFailed",
  "NotPutBack",
  "ProblemMet",
  "RunFailed",
  "StopTooLate",
]);

/** What a run has told that is not in the audit yet, the oldest first. */
export interface Untold {
  readonly events: readonly RunEvent[];
  /** Those before them; may be left out where none of `events` is about the plan. */
  readonly earlier?: readonly RunEvent[];
}

/**
 * The entries of a run's events. Events, once there, do not change: the same ones come to the same entries, whoever makes
 * them, but for what is known of the run as a whole.
 */
export function entriesOfRun(run: Run, { events, earlier = [] }: Untold): AuditEntry[] {
  const broken = run.breakGlass !== undefined || events.some(({ type }) => type === "GlassBroken");
  let planHash = earlier.reduce(hashAfter, run.plan.hash);
  return events.map((event) => {
    planHash = hashAfter(planHash, event);
    return { ...entryOf(run, event, planHash), ...(broken && { breakGlass: true }) };
  });
}

function hashAfter(before: string, event: RunEvent): string {
  return "planHash" in event ? event.planHash : before;
}

function entryOf(run: Run, event: RunEvent, planHash: string): AuditEntry {
  const { plan } = run;
  const { at, type } = event;
  const why = whyOf(run, event);
  const more = moreOf(run, event);
  return {
    at,
    kind: type === "RunReleased" && event.by !== undefined ? "order" : (kindsOfFacts[type] ?? "event"),
    who: "by" in event && event.by !== undefined ? event.by : "bot",
    what: type,
    outcome: failures.has(type) ? "failed" : "done",
    on: onWhat(run, event),
    environment: plan.environment,
    cluster: plan.cluster,
    region: plan.region,
    run: run.id,
    planHash,
    ...(why !== undefined && { why }),
    ...(Object.keys(more).length > 0 && { more }),
  };
}

function onWhat({ plan }: Run, event: RunEvent): string {
  if ("node" in event) return `node/${event.node}`;
  if ("owner" in event) return event.owner;
  const group = "step" in event ? plan.steps[event.step]?.nodeGroup : undefined;
  return group === undefined ? titleOf(plan) : `${plan.cluster}/${group}`;
}

/** In words: a person's own, or what the bot said of it. */
function whyOf(run: Run, event: RunEvent): string | undefined {
  switch (event.type) {
    case "RunRequested":
      return run.reason;
    case "RunRejected":
    case "GlassBroken":
    case "PhaseSkipped":
      return event.reason;
    case "PlanChanged":
      return event.changes.join("; ");
    case "Changed":
    case "PutBack":
      return event.what;
    case "StopTooLate":
      return "EKS had begun";
    case "NotPutBack":
      return `${event.what}. ${event.next}`;
    case "RunHeld":
      return heldWords(event.held);
    case "QuestionAsked":
      return event.question.problem.what;
    case "DrainBlocked":
      return event.blocker.why === undefined ? event.blocker.reason : cut(event.blocker.why);
    default:
      return "problem" in event ? event.problem.what : undefined;
  }
}

function heldWords(held: (Fact & { type: "RunHeld" })["held"]): string | undefined {
  if (held.why === "lock") return held.reason;
  return held.why === "window" ? held.freeze : held.what;
}

type More = Record<string, string | number | boolean>;

/** Keys that stand elsewhere in the entry, and those that are no plain value. */
const elsewhere = new Set(["type", "at", "by", "planHash", "reason", "what", "next", "node", "owner"]);

/** What else the fact says, flat. */
function moreOf(run: Run, event: RunEvent): More {
  const plain = Object.entries(event).filter(
    ([key, value]) => !elsewhere.has(key) && ["string", "number", "boolean"].includes(typeof value),
  );
  const group = "step" in event && ("node" in event || "owner" in event) && run.plan.steps[event.step];
  return {
    ...Object.fromEntries(plain),
    ...(group && { nodeGroup: group.nodeGroup }),
    ...nested(run, event),
  };
}

function nested(run: Run, event: RunEvent): More {
  switch (event.type) {
    case "RunRequested":
    case "PlanChanged":
      // An earlier plan's releases are not known any more.
      if (event.planHash !== run.plan.hash) return {};
      return { to: run.plan.steps.map(({ to }) => to.release).join(", ") };
    case "RunHeld": {
      const { why, ...rest } = event.held;
      return {
        why,
        ...("place" in rest && rest.place !== undefined && { place: rest.place }),
        ...("by" in rest && { lockedBy: rest.by }),
        ...("until" in rest && rest.until !== undefined && { until: rest.until }),
      };
    }
    case "DrainBlocked": {
      const { id, namespace, pods, podCount, budgets } = event.blocker;
      const names = pods.map(({ name }) => name).join(", ");
      return { id, namespace, pods: names, podCount, budgets: budgets.join(", ") };
    }
    case "PodsDeleted":
      return { pods: event.pods.join(", ") };
    case "QuestionAsked":
      return { id: event.question.id, code: event.question.problem.code };
    default:
      return "problem" in event ? { code: event.problem.code } : {};
  }
}
