import type { ByWhom } from "./approval.js";
import type { Instant } from "./instant.js";

/**
 * Why a run that was begun, or is about to begin, waits at a safe point: nothing new is begun until that is over.
 * - lock: somebody locked its environment or cluster
 * - window: its window has ended, or a freeze has begun; it goes on when the next one opens, or when a person says so
 * - unsure: whether it may still begin cannot be told now (Slack does not answer)
 */
export type Held = {
  readonly since: Instant;
} /** `place`: what is locked, as unlock takes it: "prod", "prod/eks-workshop". */ & (
  | { readonly why: "lock"; readonly place?: string; readonly by: string; readonly reason: string }
  /** `place`: the environment whose hours these are, where it is not the plan's: the cluster belongs there by now. */
  | {
      readonly why: "window";
      readonly place?: string;
      readonly freeze?: string;
      readonly until?: Instant;
    }
  | { readonly why: "unsure"; readonly what: string }
);

/** Somebody answers for hours at which it would be held. */
interface GoOn extends ByWhom {
  /** When it is asked about again; undefined: never. */
  readonly until?: Instant;
}

/** What a run's record has of it. */
export interface Holds {
  /** It waits at a safe point, or for the one that comes next. */
  readonly held?: Held;
  /** Somebody has it go on outside its window, until the next one opens. */
  readonly goOn?: GoOn;
  /** The same for the hours of other environments, by name: its cluster was moved there while it was under way. */
  readonly goOnIn?: Readonly<Record<string, GoOn>>;
}
