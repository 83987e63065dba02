import type { Audit } from "../src/audit.js";
import type { Actor } from "../src/authority.js";
import { titleOf } from "../src/core/plan.js";
import type { Problem } from "../src/core/problems.js";
import type { Run } from "../src/core/run.js";
import type { Requested, Target } from "../src/upgrades/types.js";

export interface Undecided {
  readonly actor: Actor;
  readonly run: Run;
  /** "approve", "reject", "break-glass". */
  readonly what: string;
  /** What stood against it. Who may not at all is recorded by `Authority`. */
  readonly rule: string;
  readonly why?: string;
  /** Of the plan that the person saw; the record's, where they saw none. */
  readonly planHash?: string;
}

/** Keeps that somebody who may decide about a request could not. */
export function recordUndecided(
  audit: Pick<Audit, "record">,
  { actor, run, what, rule, why, planHash }: Undecided,
): void {
  const { plan } = run;
  audit.record({
    kind: "refusal",
    who: actor.user,
    what,
    outcome: "refused",
    on: titleOf(plan),
    environment: plan.environment,
    cluster: plan.cluster,
    region: plan.region,
    run: run.id,
    planHash: planHash ?? plan.hash,
    rule,
    ...(why !== undefined && { why }),
    entry: actor.entry,
  });
}

/** Somebody who may ask for an upgrade, and what they asked for. */
export interface Asking {
  readonly actor: Actor;
  readonly target: Target;
  /** "start", "schedule". */
  readonly doing: string;
  readonly reason?: string;
}

/** Keeps that an upgrade could not be asked for, and by which rule of its environment, or why else. */
export function recordUnasked(
  audit: Pick<Audit, "record">,
  { actor, target, doing }: Asking,
  requested: Requested,
): void {
  const against = whyUnasked(requested);
  if (!against) return;
  const { environment, cluster, region, nodeGroup } = target;
  audit.record({
    ...{ kind: "refusal", who: actor.user, what: doing, outcome: "refused", entry: actor.entry },
    ...{ on: `${cluster}/${nodeGroup}`, environment: environment.name, cluster, region },
    ...against,
  });
}

function whyUnasked(requested: Requested) {
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
