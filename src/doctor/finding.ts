/**
 * - `ok`
 * - `failed`: the bot cannot do its work
 * - `lacking`: it can, with something lost
 * - `untried`: nobody knows, and nothing here can find out
 * - `postponed`: nobody knows yet: it must be tried again
 */
export type Mark = "ok" | "failed" | "lacking" | "untried" | "postponed";

export interface Finding {
  readonly mark: Mark;
  /** What was looked at, and what was found: a clause without a full stop. */
  readonly what: string;
  /** What a person can do, in whole sentences. */
  readonly next?: string;
}

export const ok = (what: string): Finding => ({ mark: "ok", what });
export const failed = (what: string, next: string): Finding => ({ mark: "failed", what, next });
export const lacking = (what: string, next: string): Finding => ({ mark: "lacking", what, next });
export const untried = (what: string, next = ""): Finding => ({ mark: "untried", what, next });

export const postponed = (what: string, next: string): Finding => ({ mark: "postponed", what, next });

/** Findings about one thing that the bot needs. */
export interface Section {
  readonly title: string;
  readonly findings: Promise<readonly Finding[]>;
}

/** A fault of ours in one section must not hide the others. */
export function section(title: string, findings: Promise<readonly Finding[]>): Section {
  const fault = (error: unknown) => [failed(`could not be looked at: ${String(error)}`, "")];
  return { title, findings: findings.catch(fault) };
}
