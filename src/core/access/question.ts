import type { Approval } from "../approval.js";
import type { Instant } from "../instant.js";
import type { Doubt } from "./facts.js";
import type { Deputy, Members, Right } from "./rights.js";

/**
 * The rule by which somebody was refused.
 * - workspace: they belong to another one
 * - person: a guest, a bot, or deactivated
 * - channel: shared with other organisations, archived, or none of those in which orders may be given
 * - role: they are none of those who may
 * - requester: they asked for it themselves, or stand for whoever did
 * - unsure: Slack does not tell, and every doubt is a no
 * - rate: too many orders within a minute
 */
export type AccessRule = "workspace" | "person" | "channel" | "role" | "requester" | "unsure" | "rate";

/** What counts of an environment. */
export interface Place {
  readonly name: string;
  readonly channel: string;
  readonly channels: readonly string[];
  readonly operators: Members;
  readonly approvers: Members;
  readonly may: Readonly<Record<Right, Members>>;
  readonly deputies: readonly Deputy[];
  readonly approvals: { readonly oneFromEach: readonly string[]; readonly requesterMayApprove: boolean };
  readonly digest?: { readonly channel: string };
}

/** Somebody who typed or clicked. */
export interface Caller {
  readonly user: string;
  /** As Slack's request says it; empty where it does not. */
  readonly team: string;
  /** Absent: Home, or a form. */
  readonly channel?: string;
}

/** Somebody at the door: whatever they want. */
export interface Entering {
  readonly caller: Caller;
  /** The bot's own workspace. */
  readonly team: string;
}

/** Somebody wants to do something in an environment. */
export interface Ordering extends Entering {
  readonly right: Right;
  readonly place: Place;
  /** Whether a deputy's time has come, or is over. */
  readonly at: Instant;
  /** Who asked for what is to be approved. */
  readonly requestedBy?: string;
  /** Who said yes to it already. */
  readonly approvals?: readonly Approval[];
}

/** Why not. */
export interface Objection {
  readonly rule: AccessRule;
  /** A clause without a full stop. */
  readonly why: string;
  /** Who could do it. */
  readonly ask: Members;
  /** Channels in which it could be done. */
  readonly places?: readonly string[];
  readonly doubt?: Doubt;
}

export const nobody: Members = { groups: [], users: [] };

/** Who is left to ask, for those whose own word does not count. */
export function others({ groups, users }: Members, than: readonly string[]): Members {
  return { groups, users: users.filter((user) => !than.includes(user)) };
}

/** Where nobody is. */
export const nobodyLeft = "Whoever keeps fleet.yaml can name more approvers";

export const isNobody = ({ groups, users }: Members): boolean => groups.length + users.length === 0;
