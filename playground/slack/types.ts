import type { JsonObject } from "./json.js";

export interface User {
  readonly id: string;
  /** What a mention shows: "@operator". */
  readonly name: string;
  readonly realName: string;
  readonly isBot: boolean;
  /** A guest sees the channels they were invited to; one of a single channel sees that one alone. */
  readonly guest?: "of some channels" | "of a single channel";
  /** Where the person is at home; absent: here. Who is at home elsewhere gets in through Slack Connect. */
  readonly team?: Team;
  /** Slack says so of somebody from elsewhere who shares no channel with the app. */
  readonly isStranger?: boolean;
  /** Deactivated. */
  readonly deleted: boolean;
}

/** A workspace. */
export interface Team {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
}

/** A Slack user group: "@approvers". */
export interface Group {
  readonly id: string;
  readonly handle: string;
  readonly members: readonly string[];
  readonly disabled: boolean;
}

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly kind: "public" | "private" | "direct";
  readonly members: readonly string[];
  readonly archived: boolean;
  /** With whom beyond this workspace: other organisations (or they are asked), or others of this one. */
  readonly shared?: "no" | "external" | "pending" | "organisation";
}

export interface Message {
  readonly channel: string;
  /** The message's id within its channel; a string that only looks like a number. */
  readonly ts: string;
  /** Who wrote it: a user id. */
  readonly user: string;
  readonly text: string;
  readonly blocks: readonly JsonObject[];
  readonly attachments: readonly JsonObject[];
  readonly metadata?: JsonObject;
  /** The parent's ts, where this is a reply. */
  readonly threadTs?: string;
  /** A reply that also shows in the channel. */
  readonly broadcast: boolean;
  /** How often it was changed. */
  readonly edits: number;
  /** The one user who sees it, where it is ephemeral. */
  readonly onlyFor?: string;
}

/** What a writer says about a message; the workspace adds the rest. */
export interface Draft {
  readonly text?: string;
  readonly blocks?: readonly JsonObject[];
  readonly attachments?: readonly JsonObject[];
  readonly metadata?: JsonObject;
  readonly threadTs?: string;
  readonly broadcast?: boolean;
}

/** A modal on a user's screen, or a user's Home tab. */
export interface View {
  readonly id: string;
  readonly user: string;
  readonly rootId: string;
  readonly previousId?: string;
  /** Changes with every update; guards against lost updates. */
  readonly hash: string;
  /** As the app sent it: type, title, blocks, callback_id, private_metadata … */
  readonly definition: JsonObject;
  /** What the app found wrong at the last submission, by block_id. */
  readonly errors: Readonly<Record<string, string>>;
}

/** One request the app made: a Web API method, or "response_url". */
export interface Call {
  readonly method: string;
  /** Nested values are already parsed from their JSON. */
  readonly arguments: JsonObject;
  /** Real time, milliseconds since the Unix epoch. */
  readonly at: number;
  /** Absent until answered, and where the answer was lost. */
  readonly answer?: JsonObject;
}

/** Everything that can be followed through `workspace.onChange`. */
export type Change =
  | { readonly type: "posted"; readonly message: Message }
  | { readonly type: "edited"; readonly message: Message; readonly before: Message }
  | { readonly type: "deleted"; readonly message: Message }
  | { readonly type: "view opened" | "view changed" | "view closed"; readonly view: View }
  | { readonly type: "connections"; readonly open: number }
  /** Somebody, a user group or a channel is not as before. */
  | { readonly type: "people" }
  | { readonly type: "called"; readonly call: Call };
