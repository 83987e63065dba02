import type { ByWhom } from "../core/approval.js";
import type { Held } from "../core/held.js";
import type { Instant } from "../core/instant.js";
import type { PhaseName } from "../core/plan.js";
import type { Problem } from "../core/problems.js";
import type { Choice, DrainBlocker, Question, TroubleId } from "../core/run.js";

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
  /** What we changed outside meanwhile, in words. Only where the driver is our own. */
  readonly changed: readonly string[];
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

/** What somebody chose about what was asked. */
export interface AnswerTold extends ByWhom {
  readonly choice: Choice;
  /** The second person, where the choice is "force". */
  readonly confirmedBy?: string;
  /** Why it could not be done. */
  readonly failed?: Problem;
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
  /** Only where the driver is our own. */
  readonly answers: readonly AnswerTold[];
  readonly ended?: { readonly at: Instant; readonly how: "cleared" | "failed" | "stopped" };
}

/** Of pods that still could not leave: when a person was called after all. */
export interface BlockedCallStory extends Omit<BlockedStory, "kind" | "called"> {
  readonly kind: "blocked call";
  /** Which call over it: 1, and more where somebody chose to wait and it lasted all the same. */
  readonly call: number;
  /** When the next call was made: this one asks for nothing any more. */
  readonly calledAgainAt?: Instant;
}

/** A failed run was tried once more. */
export interface RetryStory {
  readonly kind: "retry";
  readonly step: number;
  readonly attempt: number;
  readonly by: string;
  readonly at: Instant;
}

/** An end of the run; with retries and repairs there are several, and only the last tells of how things are now. */
export interface EndStory extends PutBack {
  readonly kind: "end";
  readonly index: number;
  readonly at: Instant;
  /** Why it failed. */
  readonly problem?: Problem;
  /** Who had it go on, and to what purpose. */
  readonly followedBy?: { readonly by: string; readonly how: "retry" | "repair" };
}

/** What became of what we had changed outside, in words. */
export interface PutBack {
  readonly putBack: readonly string[];
  readonly notPutBack: readonly { readonly what: string; readonly next: string }[];
}

/** A roll of ours cannot go on without a person. */
export interface QuestionStory {
  readonly kind: "question";
  readonly index: number;
  readonly step: number;
  readonly question: Question;
  readonly answers: readonly AnswerTold[];
  readonly ended?: { readonly at: Instant; readonly how: "answered" | "over" | "stopped" | "failed" };
}

/** Somebody held the run, or a rule does (`held`: then `by` is who locked it, or nobody). */
export interface HoldStory {
  readonly kind: "hold";
  readonly index: number;
  readonly by?: string;
  readonly at: Instant;
  readonly held?: Held;
  /** `by`: who let it go on; absent where it was ended instead. */
  readonly ended?: { readonly at: Instant; readonly by?: string };
}

/** Somebody called the run off in the middle, or had put back what it left behind when it was over. */
export interface StopStory extends ByWhom, PutBack {
  readonly kind: "stop";
  readonly index: number;
  readonly repair: boolean;
  readonly endedAt?: Instant;
  /** EKS had begun, and goes on. */
  readonly tooLate?: true;
}

/** Others moved the group's sizes while we rolled it. */
export interface SizesStory {
  readonly kind: "sizes";
  readonly step: number;
  readonly moves: number;
  readonly from: number;
  readonly to: number;
  /** When it was moved last. */
  readonly at: Instant;
}

/** Something that was done for once, and people should know of. */
export interface NoteStory {
  readonly kind: "note";
  readonly index: number;
  readonly at: Instant;
  readonly note: Note;
}

export type Note =
  | { readonly what: "put off"; readonly node: string; readonly by: string; readonly goneAt?: Instant }
  /** An edited reply calls nobody: whoever called it off is called by one of its own. */
  | { readonly what: "too late"; readonly by: string }
  | { readonly what: "restarted"; readonly owner: string }
  | { readonly what: "surged"; readonly owner: string; readonly restoredAt?: Instant }
  | {
      readonly what: "deleted";
      readonly node: string;
      readonly pods: readonly string[];
      /** Who asked for it, and who confirmed it. */
      readonly by: readonly string[];
    }
  /** An edited card calls nobody: the second person is called by a reply of its own. */
  | {
      readonly what: "force wanted";
      readonly step: number;
      readonly blocker: DrainBlocker;
      readonly by: string;
      readonly confirmedBy?: string;
      /** It was over before anybody confirmed it. */
      readonly over?: true;
    };

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
  | EndStory
  | QuestionStory
  | HoldStory
  | StopStory
  | SizesStory
  | NoteStory;
