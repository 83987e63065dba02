/**
 * What a person may be allowed to do in an environment.
 * - plan, start, approve, force, cancel, snooze, lock: as the commands and buttons of these names
 * - break glass: start at once without approvals, whatever windows and order say
 */
export const rights = [
  "plan",
  "start",
  "approve",
  "force",
  "cancel",
  "snooze",
  "lock",
  "break glass",
] as const;
export type Right = (typeof rights)[number];

/** Slack user groups and people, by id. */
export interface Members {
  readonly groups: readonly string[];
  readonly users: readonly string[];
}

/** Someone who may approve in the place of another one for a time. Deputies of deputies are none. */
export interface Deputy {
  /** Whose place it is: a Slack user id. */
  readonly of: string;
  readonly deputy: string;
  readonly from: number;
  readonly until: number;
}
