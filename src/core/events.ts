import type { Held } from "./held.js";
import type { Instant } from "./instant.js";
import type { PhaseName } from "./plan.js";
import type { Problem } from "./problems.js";
import type { Choice, DrainBlocker, Question, TroubleId } from "./run.js";

/**
 * Facts that happened in a run, past tense, appended to its log: the audit trail, and what the thread is written from.
 * `step` is the index into the plan's steps. People are Slack user ids ("U0123").
 */
export type Fact =
  | { readonly type: "RunRequested"; readonly by: string; readonly planHash: string }
  | { readonly type: "PlanChanged"; readonly changes: readonly string[]; readonly planHash: string }
  /** `deputyOf`: in whose place. `byLink`: on the page of a signed link. */
  | {
      readonly type: "ApprovalGiven" | "RunApproved";
      readonly by: string;
      readonly deputyOf?: string;
      readonly byLink?: true;
    }
  | { readonly type: "RunRejected"; readonly by: string; readonly reason?: string }
  /** Its environment asks for no approval. */
  | { readonly type: "ApprovalWaived" }
  /** Started without the approvals that are asked for, and whatever windows and order say. */
  | { readonly type: "GlassBroken"; readonly by: string; readonly reason: string }
  /** It begins then, not now. `moved`: it was to begin at another time, and why it does not. */
  | {
      readonly type: "RunScheduled";
      readonly startAt: Instant;
      readonly moved?: { readonly from: Instant; readonly why: string };
    }
  /** Its time has come. */
  | { readonly type: "RunDue" }
  /** It begins nothing new from the next safe point on. */
  | { readonly type: "RunHeld"; readonly held: Held }
  /** What held it is over; `by`: a person has it go on outside its window. */
  | { readonly type: "RunReleased"; readonly why: Held["why"]; readonly by?: string }
  | { readonly type: "RunExpired" }
  | { readonly type: "RunCancelled"; readonly by: string }
  | { readonly type: "UpdateAdopted"; readonly step: number; readonly updateId: string; readonly by: string }
  | { readonly type: "RetryRequested"; readonly step: number; readonly attempt: number; readonly by: string }
  | { readonly type: "UpdateRequested"; readonly step: number; readonly attempt: number }
  | { readonly type: "UpdateStarted"; readonly step: number; readonly updateId: string }
  | { readonly type: "PhaseStarted"; readonly step: number; readonly phase: PhaseName }
  | { readonly type: "PhaseFinished"; readonly step: number; readonly phase: PhaseName }
  | {
      readonly type: "PhaseSkipped";
      readonly step: number;
      readonly phase: PhaseName;
      readonly reason: string;
    }
  | { readonly type: NodeFactType; readonly step: number; readonly node: string; readonly zone: string }
  | { readonly type: "DrainBlocked"; readonly step: number; readonly blocker: DrainBlocker }
  /** What may have passed by itself has not: a person must look before EKS gives up. */
  | { readonly type: "DrainBlockLasts"; readonly step: number; readonly id: string }
  | { readonly type: "DrainUnblocked"; readonly step: number; readonly id: string }
  /** A roll of ours cannot go on without a person (a blocked drain is asked about by DrainBlocked). */
  | { readonly type: "QuestionAsked"; readonly step: number; readonly question: Question }
  /** `answered`: by a person; otherwise it was over by itself. */
  | {
      readonly type: "QuestionClosed";
      readonly step: number;
      readonly id: string;
      readonly answered: boolean;
    }
  /** `about`: the id of a drain blocker or question. Of "force" it is only asked for: a second person confirms it. */
  | {
      readonly type: "Answered";
      readonly step: number;
      readonly about: string;
      readonly choice: Choice;
      readonly by: string;
    }
  /** It could not be done; the question stands. */
  | {
      readonly type: "AnswerFailed";
      readonly step: number;
      readonly about: string;
      readonly problem: Problem;
    }
  | { readonly type: "ForceConfirmed"; readonly step: number; readonly about: string; readonly by: string }
  /** Deleted against a budget, after two people said so. */
  | {
      readonly type: "PodsDeleted";
      readonly step: number;
      readonly node: string;
      readonly pods: readonly string[];
      readonly about: string;
    }
  | { readonly type: "NodeSkipped"; readonly step: number; readonly node: string; readonly by: string }
  | {
      readonly type: "OwnerRestarted" | "OwnerSurged" | "OwnerRestored";
      readonly step: number;
      readonly owner: string;
    }
  /** Something was changed outside; `what` in words: "points workers at version 8 of its launch template". */
  | { readonly type: "Changed"; readonly step: number; readonly what: string }
  /** It was put back. */
  | { readonly type: "PutBack"; readonly step: number; readonly what: string }
  /** It could not be put back: a person must. */
  | { readonly type: "NotPutBack"; readonly step: number; readonly what: string; readonly next: string }
  /** Somebody else moved the group's sizes; the difference is kept. */
  | { readonly type: "SizesMoved"; readonly step: number; readonly from: number; readonly to: number }
  | { readonly type: "RunPaused" | "RunResumed" | "StopRequested"; readonly by: string }
  /** Whoever called it off (`by`) came too late: EKS had begun, can stop nothing, and is followed. */
  | { readonly type: "StopTooLate"; readonly step: number; readonly by: string }
  /** Met anew, or the same in other words. `id` is absent in events of older bots: there the code tells which it is. */
  | { readonly type: "ProblemMet"; readonly id?: TroubleId; readonly problem: Problem }
  /** It has lasted so long that a person must look, or has become what only a person can end. */
  | { readonly type: "ProblemLasts"; readonly id: TroubleId }
  /** `quietSince`: when it ended, where it was known for over only later. */
  | {
      readonly type: "ProblemCleared";
      readonly id?: TroubleId;
      readonly code: string;
      readonly quietSince?: Instant;
    }
  | { readonly type: "StepSucceeded"; readonly step: number }
  | { readonly type: "RunSucceeded" }
  | { readonly type: "RunFailed"; readonly problem: Problem };

export type NodeFactType =
  | "NodeJoined"
  | "NodeReady"
  | "NodeUnschedulable"
  | "NodeDraining"
  | "NodeEmpty"
  | "NodeTerminating"
  | "NodeGone";

export type RunEvent = Fact & { readonly at: Instant };
