import type { SeverityRules } from "./core/scan/digest.js";
import { readFleet } from "./fleet/read.js";

/**
 * All clusters the bot may touch, and who may do what where. Authorisation fails closed: an environment without
 * operators can be operated by nobody, and unknown keys are refused rather than ignored.
 */
export interface Fleet {
  readonly environments: readonly Environment[];
}

export interface Environment {
  readonly name: string;
  /** Slack channel id: requests, live messages and their threads go here. */
  readonly channel: string;
  readonly operators: Members;
  readonly approvers: Members;
  readonly approvals: {
    readonly required: number;
    readonly requesterMayApprove: boolean;
    /** Milliseconds. */
    readonly expiresAfter: number;
  };
  /** Taken with sts:AssumeRole for everything of this environment; without it the bot's own credentials serve. */
  readonly roleArn?: string;
  /** What the role's trust policy may ask for. */
  readonly externalId?: string;
  /** Those that are named; may be empty where others are discovered. */
  readonly clusters: readonly { readonly name: string; readonly region: string }[];
  readonly discover?: Discovery;
  /** Absent: there is no digest on a schedule. */
  readonly digest?: DigestSettings;
  /** How bad it is to be behind, with a schedule or without. */
  readonly severity: SeverityRules;
  /** How self-managed groups are rolled, as tags of theirs would say it: their own tags say otherwise. */
  readonly rolls: Readonly<Record<string, string>>;
}

/** Slack user group ids and user ids. */
export interface Members {
  readonly groups: readonly string[];
  readonly users: readonly string[];
}

/** Every cluster of the account in these regions whose name some pattern of `include` matches, and none of `exclude`. */
export interface Discovery {
  readonly regions: readonly string[];
  /** `*` stands for any characters, `?` for one; a pattern is matched whole. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

export interface DigestSettings {
  /** Cron, five fields. */
  readonly schedule: string;
  /** IANA: "Europe/Berlin". */
  readonly timeZone: string;
  readonly channel: string;
  /** Whether "all up to date" is said, in one quiet line. */
  readonly whenUpToDate: "line" | "silent";
}

/** Reads a fleet file; every problem names its line and what to write. */
export function parseFleet(text: string, file: string): { fleet: Fleet } | { problems: string[] } {
  return readFleet(text, file);
}
