import { openTally } from "../src/audit/tally.js";
import { refusalEntry } from "../src/authority/refusal-entry.js";
import type { AccessRule, Actor, Refused } from "../src/authority.js";
import type { AuditEntry } from "../src/core/audit/entry.js";
import { type OrderKind, ordersAMinute } from "../src/redis/order-rate.js";
import type { View } from "../src/slack/limits.js";
import { refusal } from "../src/slack/views/answers.js";
import { notAllowed } from "./refused.js";
import { isStale } from "./stale.js";
import type { Tools } from "./tools.js";
import { recordRefusal } from "./undecided.js";

/** Something that somebody typed, pressed or sent. */
export interface Order {
  readonly actor: Actor;
  /** A word that stays: "start", "approve". */
  readonly what: string;
  /** What it is about, in the words of whoever gave it. */
  readonly on?: string;
  readonly run?: string;
  readonly cluster?: string;
  readonly more?: AuditEntry["more"];
}

/**
 * How it is treated. "order": it is recorded. "look": nothing is changed by it, nor asked for. "help": for everybody, whoever
 * they are.
 */
export type Treatment = "order" | "look" | "menu" | "help";

/** `refused`: what to say; undefined where even that would be too much. */
export type Entrance = { readonly open: true } | { readonly refused: View | undefined };

export interface Gate {
  /** Before anything is looked up: not too often, a member of the workspace, and not where others read along. */
  enter(order: Order, as: Treatment): Promise<Entrance>;
  /** Does the work, or says why not. */
  through<Answer>(
    order: Order,
    as: Treatment,
    work: () => Answer | Promise<Answer>,
  ): Promise<Answer | View | undefined>;
  /** Records what was only counted so far. */
  flush(): void;
}

/** `now`: real time. */
export function openGate({ authority, audit, orderRate }: Tools, now: () => number): Gate {
  const answersAgain = atMostEach(quietFor, now);
  // Whoever sends thousands would else push everything else out of everybody's sight.
  const floods = openTally(audit);

  async function enter(order: Order, as: Treatment): Promise<Entrance> {
    const { actor, what, more, ...about } = order;
    const told = { ...about, what: order.on === undefined ? what : `${what} ${order.on}` };
    const kind: OrderKind = as === "order" || as === "help" ? "order" : "menu";
    const wait = await orderRate.take(actor.user, kind);
    if (wait > 0) {
      floods.add(`${kind} ${actor.user}`, refusalEntry(tooMany(kind), actor, told));
      // A modal that was sent says "Working…" until it is answered.
      const tells = kind === "order" && (actor.entry === "form" || answersAgain(actor.user));
      return { refused: tells ? tooManyView(wait) : undefined };
    }
    if (as === "help") return { open: true };
    const ruling = await authority.admits(actor, told);
    if (!ruling.allowed) {
      const nothing = as === "order" ? "I cannot do this for you." : "There is nothing that I may show you.";
      return { refused: notAllowed(nothing, ruling, wayOut[ruling.rule]) };
    }
    if (as === "order") {
      const { user: who, entry } = actor;
      audit.record({
        ...{ kind: "request", who, what, outcome: "done", entry },
        ...about,
        ...(more && { more }),
      });
    }
    return { open: true };
  }

  return {
    enter,
    async through(order, as, work) {
      const entrance = await enter(order, as);
      if (!("open" in entrance)) return entrance.refused;
      const answer = await work();
      const { actor, more: _more, ...against } = order;
      if (isStale(answer)) recordRefusal(audit, actor, { ...against, rule: "stale" });
      return answer;
    },
    flush: floods.flush,
  };
}

/** Whom to ask, or where. Of doubts it is said with what the doubt is. */
const wayOut: Readonly<Partial<Record<AccessRule, string>>> = {
  workspace: "Ask a member of the bot's own workspace.",
  person: "Ask a member of the workspace.",
  role: "Ask whoever keeps fleet.yaml for a place there.",
  channel: "Ask me in a channel of your own.",
};

function tooMany(kind: OrderKind): Pick<Refused, "rule" | "why"> {
  const what = kind === "order" ? "orders" : "requests of menus and Home";
  return { rule: "rate", why: `More than ${ordersAMinute[kind]} ${what} within a minute` };
}

function tooManyView(wait: number): View {
  return refusal({
    what: `That was more than ${ordersAMinute.order} orders within a minute.`,
    why: "What was beyond them was not done.",
    next: `Wait ${Math.ceil(wait / 1_000)} s, and go on.`,
  });
}

/** Real milliseconds in which somebody who does not stop is told so once. */
const quietFor = 10_000;
const most = 1_000;

/** Whether it is time to tell this person again. */
function atMostEach(milliseconds: number, now: () => number): (user: string) => boolean {
  const told = new Map<string, number>();
  return (user) => {
    const last = told.get(user);
    if (last !== undefined && now() - last < milliseconds) return false;
    told.delete(user);
    told.set(user, now());
    const [longestAgo] = told.keys();
    if (told.size > most && longestAgo !== undefined) told.delete(longestAgo);
    return true;
  };
}
