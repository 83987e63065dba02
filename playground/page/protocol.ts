/**
 * What the page and its server say to each other: JSON over HTTP on the loopback. Types, and one list, so that the browser's
 * half and Node's half can both import them.
 *
 * GET  /api/live?as=<who>    server-sent events: a whole `Snapshot` as `data` at once and after every change. `who` is a
 *                            person's id or role; the first person where it is missing or unknown
 * POST /api/<Act["act"]>     one `Act` without its `act`; answers `Outcome`
 */

import type { EnvironmentShown, MemberShown, PlaceShown } from "./protocol-rules.js";

/** A block or an element of Block Kit, as the app sent it. */
export type Json = { readonly [key: string]: unknown };

/** Everything one person may see, at one moment. */
export interface Snapshot {
  /** Whose it is: an id. What the page does, it does as this person. */
  readonly as: string;
  readonly scenario: { readonly name: string; readonly story: string; readonly command: string };
  /** Empty where Slack is not simulated (`--no-slack`): the page then shows the cluster alone. */
  readonly people: readonly PersonShown[];
  /** The channels that this person is in. Empty where Slack is not simulated. */
  readonly channels: readonly ChannelShown[];
  /** The modal on top of this person's screen. */
  readonly modal?: ModalShown;
  /** Absent where Slack is not simulated. */
  readonly home?: HomeShown;
  /** Who and what an administrator of Slack can change. */
  readonly members: readonly MemberShown[];
  readonly places: readonly PlaceShown[];
  /** For mentions in text: user, group and channel ids to what Slack shows for them, with "@" or "#". */
  readonly names: Readonly<Record<string, string>>;
  /** Rules at work. Empty where the scenario has none. */
  readonly environments: readonly EnvironmentShown[];
  readonly clusters: readonly ClusterShown[];
  /** What happened in the world, newest first; the last 50. */
  readonly history: readonly { readonly at: number; readonly what: string }[];
  readonly time: TimeShown;
  readonly bot: BotShown;
  readonly breakages: readonly BreakageShown[];
  /** What AWS offers, those that node groups run on first. */
  readonly releases: readonly ReleasesShown[];
  /**
   * `/eks-upgrade` and its subcommands with their arguments, for completion. Targets are filled in from the clusters there
   * are; "<run>" stands for what only the person knows.
   */
  readonly completions: readonly string[];
}

export interface PersonShown {
  readonly id: string;
  readonly name: string;
  /** "operator", "approver", "bystander", "guest" … */
  readonly role: string;
  /** Not a member like others: a guest, a bot, somebody from elsewhere. */
  readonly isOdd: boolean;
}

export interface ChannelShown {
  readonly id: string;
  readonly name: string;
  /** What is special about it: "archived", "the bot is not in it". */
  readonly note?: string;
  /** Of the bot's fleet; or something was said in it. */
  readonly isMain: boolean;
  /** Oldest first, without replies; ephemeral ones of this person among them. */
  readonly messages: readonly MessageShown[];
}

export interface MessageShown {
  readonly channel: string;
  readonly ts: string;
  /** World time at which it was posted, so that it fits the times in the texts. Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly author: { readonly name: string; readonly isBot: boolean };
  readonly text: string;
  readonly blocks: readonly Json[];
  readonly edited: boolean;
  readonly onlyVisibleToYou: boolean;
  /** Oldest first. */
  readonly replies: readonly MessageShown[];
  /** A reply that also shows in the channel: its parent's ts. */
  readonly threadTs?: string;
}

export interface ModalShown {
  readonly id: string;
  readonly title: string;
  readonly submit?: string;
  readonly close: string;
  readonly blocks: readonly Json[];
  /** By block_id; "" is for the whole modal. */
  readonly errors: Readonly<Record<string, string>>;
}

/** The bot's Home tab. */
export interface HomeShown {
  /** What the app is called in Slack. */
  readonly app: string;
  /** Absent until the bot has published one for this person. */
  readonly view?: { readonly id: string; readonly blocks: readonly Json[] };
}

export interface ClusterShown {
  readonly name: string;
  /** Of the bot's fleet. */
  readonly environment: string;
  readonly region: string;
  readonly account: string;
  readonly version: string;
  readonly nodeGroups: readonly NodeGroupShown[];
  /** Pods that no node has room for, or that wait for one. */
  readonly waiting: readonly PodShown[];
}

export interface NodeGroupShown {
  readonly name: string;
  readonly kind: "managed" | "self-managed";
  /** Of the next node that is launched; an AMI's id where it is nobody's release. */
  readonly release: string;
  /** What EKS says of it; it knows nothing of a self-managed one. */
  readonly status?: string;
  /** What a self-managed one launches its nodes from: "workers, version 3". */
  readonly template?: string;
  /** Of its Auto Scaling group; `wanted` is what its people want of it, EKS and the bot aside. */
  readonly sizes: SizesShown & { readonly wanted: SizesShown };
  /** What its Auto Scaling group does not do for now. */
  readonly suspended: readonly string[];
  /** Old and new mean something: there is, or was, an update or a roll. */
  readonly showsAge: boolean;
  /** Of the update under way or the last one. */
  readonly update?: {
    readonly status: "InProgress" | "Failed" | "Successful";
    readonly target: string;
    /** The four of EKS, in order. */
    readonly phases: readonly PhaseShown[];
    readonly errors: readonly string[];
  };
  readonly nodes: readonly NodeShown[];
}

export interface SizesShown {
  readonly min: number;
  readonly desired: number;
  readonly max: number;
}

export interface PhaseShown {
  readonly name: "setup" | "scale up" | "upgrade" | "scale down";
  readonly state: "pending" | "running" | "done" | "skipped" | "failed";
}

export interface NodeShown {
  readonly name: string;
  readonly zone: string;
  readonly release: string;
  /** Of the release that the update under way brings, or of the AMI that a self-managed group launches now. */
  readonly isNew: boolean;
  readonly state: "launching" | "joining" | "ready" | "not ready" | "cordoned" | "draining" | "terminating";
  /** In a self-managed group: what was put on it by the bot, or by a person. */
  readonly marks: readonly MarkShown[];
  readonly pods: readonly PodShown[];
}

export interface MarkShown {
  /** In a word or two: "no new pods", "cordoned". */
  readonly what: string;
  readonly whose: "bot" | "person";
}

export interface PodShown {
  readonly namespace: string;
  readonly name: string;
  /** "held": its eviction was refused, and its node is being drained. */
  readonly state: "running" | "pending" | "terminating" | "held";
  /** DaemonSets' pods stay on their node. */
  readonly daemon: boolean;
}

export interface TimeShown {
  /** World time, milliseconds since the Unix epoch. */
  readonly now: number;
  /** World seconds per real second; kept while paused. */
  readonly speed: number;
  readonly paused: boolean;
  /** IANA: in which it is nine o'clock where time is moved to 09:00. */
  readonly timeZone: string;
  /** World time at which something may start again where it may not now; absent where none of the scenario's windows is closed. */
  readonly opensAt?: number;
  /** Why none of it can be changed here, in a sentence. */
  readonly fixed?: string;
}

/** How far time can be moved forward at once; "09:00" is the next one, "opening" that of the first window to open. */
export const jumpIds = ["1 hour", "1 day", "09:00", "opening"] as const;
export type JumpId = (typeof jumpIds)[number];

/** The node AMI releases of one Kubernetes minor and AMI type. */
export interface ReleasesShown {
  readonly version: string;
  readonly amiType: string;
  /** The recommended one. */
  readonly newest: string;
}

export interface BotShown {
  readonly state: "starting" | "running" | "ended" | "elsewhere";
  /** What its process said last where it ended. */
  readonly said?: string;
  /** Why it is starting, where somebody might wonder: a sentence. */
  readonly why?: string;
}

/**
 * Something interesting to break; pressing it again (`on: false`) puts it right. What mends by itself is never `on`. Only what
 * can be broken here is listed: not the bot where it runs elsewhere, not Slack where it is not simulated.
 */
export interface BreakageShown {
  readonly id: BreakageId;
  /** Of the button as it is now: what pressing it does. */
  readonly label: string;
  /** What the bot is expected to do about it, in a sentence. */
  readonly expect: string;
  readonly on: boolean;
}

export const breakageIds = [
  "block the drain",
  "lose a node",
  "raise desired",
  "take capacity away",
  "cordon a node",
  "stop Slack",
  "kill the bot",
] as const;
export type BreakageId = (typeof breakageIds)[number];

/** A value for a field, by action_id: text, or the values of chosen options. */
export type Inputs = Readonly<Record<string, string | readonly string[]>>;

/** Where a button or a field is. */
export type Place =
  | { readonly message: { readonly channel: string; readonly ts: string } }
  | { readonly modal: string }
  /** On this person's Home tab: the view's id. */
  | { readonly home: string };

export type Act =
  | { readonly act: "command"; readonly as: string; readonly channel: string; readonly text: string }
  | {
      readonly act: "click";
      readonly as: string;
      readonly place: Place;
      readonly actionId: string;
      /** Of the button, where several share the action. */
      readonly value?: string;
      readonly inputs?: Inputs;
    }
  | {
      readonly act: "suggest";
      readonly as: string;
      readonly place: Place;
      readonly actionId: string;
      readonly typed: string;
    }
  /** Picks from a menu that acts at once. */
  | {
      readonly act: "choose";
      readonly as: string;
      readonly place: Place;
      readonly actionId: string;
      readonly value: string;
    }
  | { readonly act: "submit"; readonly as: string; readonly modal: string; readonly inputs: Inputs }
  | { readonly act: "dismiss"; readonly as: string; readonly modal: string }
  /** Opens the bot's Home tab, of which the bot hears. */
  | { readonly act: "home"; readonly as: string }
  /** What an administrator of Slack does. */
  | { readonly act: "group"; readonly user: string; readonly group: string; readonly isIn: boolean }
  | { readonly act: "deactivate"; readonly user: string; readonly on: boolean }
  | { readonly act: "archive" | "share"; readonly channel: string; readonly on: boolean }
  | { readonly act: "jump"; readonly to: JumpId }
  /** AWS publishes the next release of these, or takes the newest back. */
  | { readonly act: "release" | "withdraw"; readonly version: string; readonly amiType: string }
  | { readonly act: "time"; readonly speed: number; readonly paused: boolean }
  | { readonly act: "break"; readonly id: BreakageId; readonly on: boolean };

export type Outcome =
  | { readonly ok: true; readonly options?: readonly { readonly text: string; readonly value: string }[] }
  /** A sentence for the person. */
  | { readonly ok: false; readonly why: string };
