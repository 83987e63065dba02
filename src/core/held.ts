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
  | { readonly why: "window"; readonly freeze?: string; readonly until?: Instant }
  | { readonly why: "unsure"; readonly what: string }
);
