/** What the page is told of rules, and of what an administrator of Slack can do about people and channels. */

/** An environment of the bot's fleet with its rules, and how they stand now. */
export interface EnvironmentShown {
  readonly name: string;
  readonly state: "open" | "ends soon" | "closed" | "frozen";
  /** What `state` comes to, by the clocks of the environment's zone: "closed until Mon 10:00". */
  readonly says: string;
  /** "Mon 08:31 in Berlin"; absent where there is no window. */
  readonly localTime?: string;
  /** "Mon–Thu 10:00–16:00, Europe/Berlin"; absent: at any time. */
  readonly window?: string;
  /** Those that are not over: "2 Nov to 4 Nov: The sale". */
  readonly freezes: readonly string[];
  /** "after test has run the release for 15m without a failure" */
  readonly order?: string;
  /** "2 approvals, one of @security, with a reason" */
  readonly approvals: string;
  /** Requests that wait, as their cards in Slack say. */
  readonly asked: readonly { readonly what: string; readonly given: number; readonly wanted: number }[];
  /** As the bot told the channel: "prod: a migration". */
  readonly locks: readonly string[];
}

/** Somebody whose rights can be taken away while one watches, or given back. */
export interface MemberShown {
  readonly id: string;
  readonly name: string;
  readonly deactivated: boolean;
  /** User groups that the person is in, or was: "@approvers". */
  readonly groups: readonly { readonly id: string; readonly handle: string; readonly isIn: boolean }[];
}

/** A channel that can be archived or shared while one watches. */
export interface PlaceShown {
  readonly id: string;
  readonly name: string;
  readonly archived: boolean;
  readonly shared: boolean;
}
