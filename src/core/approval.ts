import type { Instant } from "./instant.js";

/** Who did it, and when. */
export interface ByWhom {
  readonly by: string;
  readonly at: Instant;
}

/** Somebody said yes to a plan. */
export interface Approval extends ByWhom {
  /** In whose place, where it was as a deputy. */
  readonly deputyOf?: string;
  /** Of `Run.oneFromEach`, those groups that it stands for. */
  readonly groups?: readonly string[];
  /** On the page of a signed link, after the button. */
  readonly byLink?: true;
}
