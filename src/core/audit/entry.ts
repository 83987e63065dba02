import type { Instant } from "../instant.js";

/** What kind of thing an entry of the audit tells. */
export type AuditKind =
  /** Somebody asked for something that changes nothing by itself: a plan, a request, a schedule. */
  | "request"
  /** Approved, rejected, expired, broken glass, forced. */
  | "decision"
  /** Somebody may not do what they tried. */
  | "refusal"
  /** A person's order that was carried out: pause, cancel, lock, snooze, answer. */
  | "order"
  /** A write to AWS or Kubernetes. */
  | "write"
  /** Something was put back, or could not be. */
  | "undo"
  /** What a run came to, on its way and at its end. */
  | "event"
  /** The bot started with this configuration. */
  | "configuration";

/** One thing that happened, as whoever reads it later needs it. Nothing in it is secret, and people are told by id. */
export interface AuditEntry {
  /** By the bot's clock. */
  readonly at: Instant;
  readonly kind: AuditKind;
  /** A Slack user id; "bot" where nobody asked for it, "nobody" where it did not come from Slack. */
  readonly who: string;
  /** A word that stays: the fact's type ("RunApproved"), the call ("eks:UpdateNodegroupVersion"), the order ("lock"). */
  readonly what: string;
  readonly outcome: "done" | "refused" | "failed";
  /** What it was done to: "eks-workshop/default", "node/ip-10-0-1-2". */
  readonly on?: string;
  readonly environment?: string;
  readonly cluster?: string;
  readonly region?: string;
  readonly run?: string;
  readonly planHash?: string;
  /** Of a refusal: the rule (`core/access`), and why in words. */
  readonly rule?: string;
  readonly why?: string;
  /** By which way it came: "command", "button", … */
  readonly entry?: string;
  /** AWS request ids and Kubernetes audit ids. */
  readonly requestIds?: readonly string[];
  readonly breakGlass?: true;
  /** More of it, flat: numbers, words, ids. */
  readonly more?: Readonly<Record<string, string | number | boolean>>;
}

/** An entry as it is kept: numbered, and tied to the one before it. */
export interface AuditLine extends AuditEntry {
  /** 1, 2, 3, …: without gaps. */
  readonly seq: number;
  /** The `hash` of the entry before; 64 zeros for the first. */
  readonly prev: string;
  /** SHA-256 in hexadecimal of all the others, `seq` and `prev` included, in canonical JSON. */
  readonly hash: string;
}
