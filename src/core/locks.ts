import type { Instant } from "./instant.js";
import type { Problem } from "./problems.js";

/** What a lock is on: a whole environment, or one cluster of it. */
export interface LockScope {
  readonly environment: string;
  /** Undefined: all of them. */
  readonly cluster?: string;
}

/** Nothing starts under it, and what runs is held at the next safe point, until somebody takes it off. */
export interface Lock extends LockScope {
  readonly by: string;
  readonly at: Instant;
  readonly reason: string;
}

/** Who took a lock off, and when. */
export interface LockEnd {
  readonly by: string;
  readonly at: Instant;
}

/** What the environment's channel is to hear: that this lock was taken, or that it was taken off. */
export interface LockNews {
  readonly lock: Lock;
  readonly off?: LockEnd;
}

/** A cluster, and the environment that it is in. */
interface Place {
  readonly environment: string;
  readonly cluster: string;
}

export function isUnder({ environment, cluster }: LockScope, place: Place): boolean {
  return environment === place.environment && (cluster === undefined || cluster === place.cluster);
}

/** Those that forbid something in one of these places: each of them has to be taken off. The oldest first. */
export function locksOver(locks: readonly Lock[], ...places: readonly Place[]): readonly Lock[] {
  return locks
    .filter((lock) => places.some((place) => isUnder(lock, place)))
    .sort((one, other) => one.at - other.at);
}

/** As it can be typed: "prod" or "prod/eks-workshop". */
export function scopeName({ environment, cluster }: LockScope): string {
  return cluster === undefined ? environment : `${environment}/${cluster}`;
}

export function lockProblem(lock: Lock): Problem {
  const place = scopeName(lock);
  return {
    code: "Locked",
    what: `${place} is locked: ${lock.reason}`,
    by: { user: lock.by, since: lock.at },
    next: `Ask them, or take it off: /eks-upgrade unlock ${place}`,
  };
}
