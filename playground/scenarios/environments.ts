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

/** An environment of the bot's fleet, as fleet.yaml is to name it; people, channel and approvals are every scenario's. */
export interface ScenarioEnvironment {
  readonly name: string;
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
