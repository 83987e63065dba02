import type { Audit, Recorded } from "../src/audit.js";
import type { Actor } from "../src/authority.js";
import { titleOf } from "../src/core/plan.js";
import type { Problem } from "../src/core/problems.js";
import type { Run } from "../src/core/run.js";
import type { View } from "../src/slack/limits.js";
import type { Controlled, Requested, Target, Watched } from "../src/upgrades/types.js";
import { stale } from "./stale.js";

/** What came to nothing though whoever wanted it may do it. Who may not at all is recorded by `Authority`. */

/** Keeps that somebody could not do what they tried, and what stood against it. */
export function recordRefusal(
  audit: Pick<Audit, "record">,
  { user: who, entry }: Actor,
  against: Omit<Recorded, "kind" | "who" | "outcome" | "entry">,
): void {
  audit.record({ kind: "refusal", who, outcome: "refused", entry, ...against });
}

export interface Undecided {
  readonly actor: Actor;
  readonly run: Run;
  /** "approve", "cancel", "break-glass". */
  readonly what: string;
  /** What stood against it. */
  readonly rule: string;
  readonly why?: string;
  /** Of the plan that the person saw; the record's, where they saw none. */
  readonly planHash?: string;
}

/** Keeps that somebody could not do with a run what they may do. */
export function recordUndecided(
  audit: Pick<Audit, "record">,
  { actor, run, what, rule, why, planHash }: Undecided,
): void {
  const { environment, cluster, region, hash } = run.plan;
  recordRefusal(audit, actor, {
    ...{ what, on: titleOf(run.plan), environment, cluster, region, run: run.id },
    ...{ planHash: planHash ?? hash, rule },
    ...(why !== undefined && { why }),
  });
}

/** What came of somebody's order about a run, in words; that nothing came of it is kept. */
export function answerOrder<Why extends string, Answer>(
  given: Controlled<Why> | undefined,
  order: Pick<Undecided, "actor" | "what">,
  audit: Pick<Audit, "record">,
  { done, refused }: { done(run: Run): Answer; refused(why: Why | "claimed", run: Run): View },
): Answer | View {
  if (!given) return stale;
  if (given.outcome === "done") return done(given.run);
  const { refusal: rule, run } = given;
  recordUndecided(audit, { ...order, run, rule });
  return refused(rule, run);
}

/** Somebody who may ask for an upgrade, and what they asked for. */
export interface Asking {
  readonly actor: Actor;
  readonly target: Target;
  /** "start", "schedule", "watch". */
  readonly doing: string;
  readonly reason?: string;
}

/** Keeps that an upgrade could not be asked for, and by which rule of its environment, or why else. */
export function recordUnasked(
  audit: Pick<Audit, "record">,
  { actor, target, doing }: Asking,
  requested: Requested | Watched,
): void {
  const against = whyUnasked(requested);
  if (!against) return;
  const { environment, cluster, region, nodeGroup } = target;
  const on = `${cluster}/${nodeGroup}`;
  recordRefusal(audit, actor, {
    ...{ what: doing, on, environment: environment.name, cluster, region },
    ...against,
  });
}

function whyUnasked(requested: Requested | Watched) {
  if ("none" in requested) return { rule: "nothing to watch" };
  if ("unknownRelease" in requested) return { rule: "unknown release", why: requested.unknownRelease };
  if ("reasonMissing" in requested) return { rule: "reason", why: "A request without a reason is not taken" };
  if ("closed" in requested) {
    const { closed, plan } = requested;
    const { cause, reason } = closed;
    return {
      rule: cause === "freeze" ? "freeze" : "window",
      ...(reason !== undefined && { why: reason }),
      planHash: plan.hash,
    };
  }
  if (!("blocked" in requested)) return undefined;
  const { blockers, hash } = requested.blocked;
  return { ...blockedBy(blockers), planHash: hash };
}

/** By which rule something cannot start: a lock, the order of environments, or what stands in the way out there. */
export function blockedBy(blockers: readonly Problem[]): Pick<Undecided, "rule" | "why"> {
  const codes = new Set(blockers.map(({ code }) => code));
  const rule = codes.has("Locked") ? "lock" : codes.has("NotSoaked") ? "order" : "blocked";
  return { rule, why: blockers.map(({ what }) => what).join("; ") };
}
