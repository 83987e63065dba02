import type { Deputy, Members, Right } from "./core/access/rights.js";
import type { PromotionRule } from "./core/promotion.js";
import type { SeverityRules } from "./core/scan/digest.js";
import type { Freeze, Windows } from "./core/windows.js";
import type { At } from "./fleet/places.js";
import { readFleet } from "./fleet/read.js";
import type { Beside } from "./fleet/rules.js";

/**
 * All clusters the bot may touch, and who may do what where. Authorisation fails closed: an environment without
 * operators can be operated by nobody, and unknown keys are refused rather than ignored.
 */
export interface Fleet {
  readonly environments: readonly Environment[];
  /** How the page of a signed link knows who opened it. */
  readonly link?: LinkSettings;
  readonly audit: AuditSettings;
}

/** A proxy before the bot's page signs people in, and tells the bot who they are. */
export interface LinkSettings {
  /** Lower case: "x-forwarded-email". The proxy sets it, and takes it off what comes from outside. */
  readonly userHeader: string;
  /** What the header says of them, by Slack user id. */
  readonly people: Readonly<Record<string, string>>;
}

export interface AuditSettings {
  /** Milliseconds for which the store keeps entries. */
  readonly keep: number;
}

export interface Environment {
  readonly name: string;
  /** Slack channel id: requests, live messages and their threads go here. */
  readonly channel: string;
  /** `production: true`, or its name where the file does not say: approval cannot be left out. */
  readonly production: boolean;
  readonly operators: Members;
  readonly approvers: Members;
  /** Who may do what: operators and approvers, unless the file names others. Nobody may break glass unless it says who. */
  readonly may: Readonly<Record<Right, Members>>;
  /** Where orders may be given beside `channel`. Empty: in any channel that is neither shared nor archived. */
  readonly channels: readonly string[];
  readonly approvals: {
    /** 0: nobody has to approve. */
    readonly required: number;
    /** User groups: of each of them somebody has to be among those who approve. */
    readonly oneFromEach: readonly string[];
    readonly requesterMayApprove: boolean;
    /** Milliseconds. */
    readonly expiresAfter: number;
    /** Whoever asks must say why. */
    readonly reasonRequired: boolean;
    /** "slack+link": the button alone does not approve; a link of the bot's own has to be opened, too. */
    readonly mode: "slack" | "slack+link";
  };
  readonly deputies: readonly Deputy[];
  /** Absent: at any time. */
  readonly windows?: Windows;
  readonly freezes: readonly Freeze[];
  /** Another environment that has to run a release before this one may. */
  readonly after?: PromotionRule;
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

export type { At, Members };

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

/**
 * Reads a fleet file; every problem names its line and what to write. `at` says where in it something stands, for what is
 * found out later: "fleet.yaml:12".
 */
export function parseFleet(
  text: string,
  file: string,
  beside: Beside = { servesLinks: true },
): { fleet: Fleet; at: At } | { problems: string[] } {
  return readFleet(text, file, beside);
}
