/** What Slack tells of a person. */
export interface Person {
  /** The workspace they are at home in; undefined where Slack leaves it out. */
  readonly team?: string;
  readonly deactivated: boolean;
  readonly bot: boolean;
  /** Of one channel, or of several. */
  readonly guest: boolean;
  /** Of another organisation, met in a shared channel. */
  readonly stranger: boolean;
}

/** What Slack tells of a channel. */
export interface Channel {
  /** With another organisation, or one is invited to it. */
  readonly shared: boolean;
  readonly archived: boolean;
}

/** Why Slack did not tell. */
export interface Doubt {
  /** Slack's own word: "missing_scope". */
  readonly code: string;
  /** What a person can do; empty where asking again later is all there is. */
  readonly next: string;
}

/** An answer of Slack's, or why there is none. */
export type Told<Answer> = { readonly known: Answer } | { readonly doubt: Doubt };

/** What Slack told, by id. What was not asked is not in there. */
export interface Facts {
  readonly people: ReadonlyMap<string, Told<Person>>;
  readonly channels: ReadonlyMap<string, Told<Channel>>;
  /** The members of user groups. */
  readonly groups: ReadonlyMap<string, Told<readonly string[]>>;
}

/** What has to be asked of Slack, by id. */
export interface Wanted {
  readonly people: readonly string[];
  readonly channels: readonly string[];
  readonly groups: readonly string[];
}

/** Nobody asked about it: as good as no answer. */
const notAsked: Doubt = { code: "not_asked", next: "" };

export function told<Answer>(answers: ReadonlyMap<string, Told<Answer>>, id: string): Told<Answer> {
  return answers.get(id) ?? { doubt: notAsked };
}
