/** User groups and people of the simulated Slack, by id. */
export interface ScenarioMembers {
  readonly groups?: readonly string[];
  readonly users?: readonly string[];
}

/** Keys of an environment in fleet.yaml, in its own words; what is left out is left out there. */
export interface ScenarioRules {
  readonly approvers?: ScenarioMembers;
  readonly approvals?: {
    readonly required: number;
    readonly oneFromEach?: readonly string[];
    readonly requesterMayApprove?: boolean;
    readonly expiresAfter?: string;
    readonly reasonRequired?: boolean;
  };
  /** Where orders may be given beside the environment's own channel. */
  readonly channels?: readonly string[];
  readonly may?: Readonly<Record<string, ScenarioMembers>>;
  readonly windows?: ScenarioWindows;
  /** By days from the one on which the story begins: the calendar cannot be known here. */
  readonly freezes?: readonly ScenarioFreeze[];
  readonly after?: { readonly environment: string; readonly soak: string };
}

export type Weekday = "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";

export interface ScenarioWindows {
  /** IANA: "Europe/Berlin". */
  readonly timeZone: string;
  readonly open: readonly {
    readonly days: readonly Weekday[];
    /** By the clocks of the zone: "10:00". */
    readonly from: string;
    readonly to: string;
  }[];
  readonly noStartWithin?: string;
}

export interface ScenarioFreeze {
  readonly inDays: number;
  readonly days: number;
  readonly reason: string;
}

/** A moment of the week. */
export interface WeekTime {
  readonly day: Weekday;
  /** By the clocks of the zone; whole quarters of an hour: "08:30". */
  readonly time: string;
  /** IANA. */
  readonly timeZone: string;
}

/** An IAM role that the scenario's own credentials may assume. */
export interface ScenarioRole {
  /** "arn:aws:iam::444455556666:role/eks-upgrade-bot" */
  readonly arn: string;
  /** Whose resources are seen with it. */
  readonly account: string;
  /** Who does not know it may not assume the role. */
  readonly externalId?: string;
  /** Its trust policy lets nobody in. */
  readonly denied?: boolean;
}

/**
 * An environment of the bot's fleet, as fleet.yaml is to name it; people, channel and approvals are every scenario's, unless
 * its rules say otherwise.
 */
export interface ScenarioEnvironment {
  readonly name: string;
  readonly rules?: ScenarioRules;
  /** The simulated Slack's second channel, instead of the one that other scenarios use. */
  readonly channel?: "test";
  /** Names of clusters that fleet.yaml names. */
  readonly clusters?: readonly string[];
  readonly discover?: {
    readonly regions: readonly string[];
    readonly include?: readonly string[];
    readonly exclude?: readonly string[];
  };
  readonly role?: ScenarioRole;
  readonly digest?: {
    /** Cron, five fields. */
    readonly schedule: string;
    /** IANA time zone; UTC unless told otherwise. */
    readonly timeZone?: string;
  };
}
