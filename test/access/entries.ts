import type { Entry } from "../../src/authority.js";
import type { Right } from "../../src/core/access/rights.js";
import type { Run } from "../../src/core/run.js";
import type { RoomName } from "./rooms.js";
import type { Scene } from "./scene.js";
import type { Act, Trying } from "./tries.js";

/** Who may use an entry point. */
export type Who =
  /** Whoever has every one of these rights. */
  | readonly Right[]
  /** Whoever has any right at all. */
  | "whoever sees it"
  /** Whoever is let in: what they get is what they may see. */
  | "members"
  | "everybody";

/** What somebody wants, and what it is about. */
export interface Wanted {
  readonly act: Act;
  /** About this node group. */
  readonly group?: string;
  readonly run?: Run;
  /** Takes away what neither run nor node group is. */
  tidy?(): Promise<unknown>;
  /** Is fulfilled, sooner or later, when it was done. `told`: what they are answered. */
  done(by: Trying, told: () => Promise<string>): Promise<void>;
}

/** One way in: a command, a button, a modal, a menu, Home, the page of a link. */
export interface EntryPoint {
  readonly name: string;
  /** What of the bot's own lists it stands for. */
  readonly registered: string;
  /** As the audit tells it. */
  readonly way: Entry;
  readonly who: Who;
  /** Given in some channel. */
  readonly inChannel: boolean;
  /** It stands under a message that everybody reads: a refusal says the rule and whom to ask. */
  readonly public?: true;
  /** What somebody is told who is none of those who may, and sees nothing: nothing else. */
  readonly hides?: RegExp;
  /** So is whoever sees something, and may not do this. */
  readonly blunt?: true;
  /** Nothing is recorded where they get nothing. */
  readonly unrecorded?: true;
  /** Who asks for approval is answered when Slack shows the card, which may take seconds. */
  readonly answersLate?: true;
  /** It has no place for an answer: what is refused is left as it is. */
  readonly mute?: true;
  /** Whoever asked for it does not decide. */
  readonly notByRequester?: true;
  /** The environment that it needs. */
  readonly room: "plain" | "linked";
  prepare(scene: Scene, room: RoomName): Promise<Wanted>;
}
