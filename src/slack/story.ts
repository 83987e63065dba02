import type { Instant } from "../core/instant.js";
import type { PhaseName } from "../core/plan.js";
import type { Problem } from "../core/problems.js";
import type { DrainBlocker, TroubleId } from "../core/run.js";

/** A phase as the thread tells it. */
export interface PhaseStory {
  readonly kind: "phase";
  readonly step: number;
  readonly attempt: number;
  readonly phase: PhaseName;
  readonly startedAt: Instant;
  readonly ended?: { readonly at: Instant; readonly how: "done" | "stopped" };
  /** Why it was skipped. */
  readonly skipped?: string;
  /** Nodes that came and went while it lasted. */
  readonly joined: number;
  readonly gone: number;
}

/** From the moment it stood in the way until it did not. Words that change while it lasts stay one story. */
export interface ProblemStory {
  readonly kind: "problem";
  readonly index: number;
  /** Absent for what older bots met. */
  readonly id?: TroubleId;
  readonly problem: Problem;
  readonly metAt: Instant;
  /** It called a person as soon as it was met. */
  readonly called: boolean;
  readonly clearedAt?: Instant;
  /** It was still there when the run was called off. */
  readonly leftAt?: Instant;
}

/** Of a problem that lasted: when a person was called after all. */
export interface CallStory extends Omit<ProblemStory, "kind" | "called"> {
  readonly kind: "call";
  /** Which call over this problem: 1, and more where it became something else. */
  readonly call: number;
  /** When the next call over this problem was made: this one asks for nothing any more. */
  readonly calledAgainAt?: Instant;
  readonly calledAt: Instant;
}

/** Pods that could not leave a node, from the moment people were told until it passed or the update failed over it. */
export interface BlockedStory {
  readonly kind: "blocked";
  readonly index: number;
  readonly step: number;
  /** As it was when people were told. */
  readonly blocker: DrainBlocker;
  /** It called a person as soon as it was told. */
  readonly called: boolean;
  readonly ended?: { readonly at: Instant; readonly how: "cleared" | "failed" };
}

/** Of pods that still could not leave: when a person was called after all. */
export interface BlockedCallStory extends Omit<BlockedStory, "kind" | "called"> {
  readonly kind: "blocked call";
}

/** A failed run was tried once more. */
export interface RetryStory {
  readonly kind: "retry";
  readonly step: number;
  readonly attempt: number;
  readonly by: string;
  readonly at: Instant;
}

/** An end of the run; with retries there are several, and only the last tells of how things are now. */
export interface EndStory {
  readonly kind: "end";
  readonly index: number;
  readonly at: Instant;
  /** Why it failed. */
  readonly problem?: Problem;
  readonly retriedBy?: string;
}

export interface NodesStory {
  readonly kind: "nodes";
  readonly step: number;
}

export type Story =
  | PhaseStory
  | ProblemStory
  | CallStory
  | BlockedStory
  | BlockedCallStory
  | NodesStory
  | RetryStory
  | EndStory;
