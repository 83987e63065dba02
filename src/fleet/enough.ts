import type { Members } from "../core/access/rights.js";
import type { Environment, Fleet } from "../fleet.js";

/** Of an environment, what decides whether anything could ever be started and approved there. */
export interface Rules {
  readonly start: Members;
  readonly approvers: Members;
  readonly approvals: {
    readonly required: number;
    readonly oneFromEach: readonly string[];
    readonly requesterMayApprove: boolean;
  };
  /** Whom alone the page of the approval's link would let in; absent: anybody. */
  readonly letIn?: ReadonlySet<string>;
}

export function rulesOf({ may, approvers, approvals }: Environment, { link }: Fleet): Rules {
  const letIn = link && approvals.mode === "slack+link" && new Set(Object.keys(link.people));
  return { start: may.start, approvers, approvals, ...(letIn && { letIn }) };
}

/** Who is in a circle; undefined where nobody can tell. */
export type InCircle = (circle: Members) => ReadonlySet<string> | undefined;

/**
 * Why nothing could ever come of it. Deputies do not count: they are there for a time.
 * - nobody starts, nobody approves
 * - too few: of those who may approve, and whom the link's page lets in
 * - a group without approvers: none of those who may approve is in this one of `oneFromEach`
 * - no other: enough may approve, but not beside whoever asks, whoever of them it is
 */
export type LockedOut =
  | { readonly why: "nobody starts" }
  | { readonly why: "too few"; readonly approvers: number }
  | { readonly why: "group without approvers"; readonly group: string }
  | { readonly why: "no other" };

/** Undefined: somebody can start, and enough others can approve, as far as can be told. */
export function lockedOut(rules: Rules, inCircle: InCircle): LockedOut | undefined {
  const { approvers, approvals } = rules;
  const starting = inCircle(rules.start);
  if (starting?.size === 0) return { why: "nobody starts" };
  if (approvals.required === 0) return undefined;
  const all = inCircle(approvers);
  if (!all) return undefined;
  const approving = new Set([...all].filter((id) => rules.letIn?.has(id) ?? true));
  if (approving.size < approvals.required) return { why: "too few", approvers: approving.size };

  const each = approvals.oneFromEach.map((group) => ({
    group,
    in: inCircle({ groups: [group], users: [] }),
  }));
  const lacking = each.find((circle) => circle.in && !some(circle.in, approving));
  if (lacking) return { why: "group without approvers", group: lacking.group };
  if (approvals.requesterMayApprove || !starting) return undefined;
  const enoughBeside = (by: string) => {
    const others = new Set([...approving].filter((id) => id !== by));
    return others.size >= approvals.required && each.every((circle) => !circle.in || some(circle.in, others));
  };
  return [...starting].some(enoughBeside) ? undefined : { why: "no other" };
}

function some(circle: ReadonlySet<string>, of: ReadonlySet<string>): boolean {
  return [...circle].some((id) => of.has(id));
}
