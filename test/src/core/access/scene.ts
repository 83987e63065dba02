import type { Channel, Doubt, Facts, Person, Told } from "../../../../src/core/access/facts.js";
import { nobody, type Ordering, type Place } from "../../../../src/core/access/question.js";
import type { Members } from "../../../../src/core/access/rights.js";
import { hour, type Instant } from "../../../../src/core/instant.js";

/** Who may what in prod, and what Slack tells of everybody: tests say what is different. */

export const now: Instant = Date.UTC(2026, 6, 20, 12);
export const team = "T0";
export const home = "C0PROD";

const groups = (...ids: readonly string[]): Members => ({ groups: ids, users: [] });
const operators = groups("S0OPS");
export const approvers = groups("S0APPROVERS");

export function aPlace(over: Partial<Place> = {}): Place {
  return {
    ...{ name: "prod", channel: home, channels: [], operators, approvers, deputies: [] },
    may: {
      ...{ plan: operators, start: operators, force: operators, cancel: operators, snooze: operators },
      ...{ lock: operators, approve: approvers, "break glass": nobody },
    },
    approvals: { oneFromEach: [], requesterMayApprove: false },
    ...over,
  };
}

/** By default: an operator starts something in the environment's own channel. */
export function anOrder({ caller, ...over }: Partial<Ordering> = {}): Ordering {
  return {
    ...{ team, right: "start", place: aPlace(), at: now },
    caller: caller ?? callerOf("U0OP"),
    ...over,
  };
}

export const callerOf = (user: string, channel: string | undefined = home) => ({
  ...{ user, team },
  ...(channel !== undefined && { channel }),
});
/** On Home, or in a form. */
export const nowhere = (user: string) => ({ user, team });

export const approving = (user: string, over: Partial<Ordering> = {}): Ordering =>
  anOrder({ caller: callerOf(user), right: "approve", ...over });

export const deputy = (of: string, who: string, from = now - hour, until = now + hour) => ({
  ...{ of, deputy: who, from, until },
});

export const member: Person = {
  ...{ team, deactivated: false, bot: false, guest: false, stranger: false },
};
const open: Channel = { shared: false, archived: false };

export const doubt = (code: string, next = ""): { readonly doubt: Doubt } => ({ doubt: { code, next } });

interface Known {
  readonly people?: Readonly<Record<string, Told<Person>>>;
  readonly channels?: Readonly<Record<string, Told<Channel>>>;
  readonly groups?: Readonly<Record<string, Told<readonly string[]>>>;
}

/** U0OP operates, U0APP and U0APP2 approve, U0BY does neither; all are members, and all channels are fit. */
export function facts(over: Known = {}): Facts {
  const people = ["U0OP", "U0APP", "U0APP2", "U0BY", "U0DEP"].map((id) => [id, { known: member }] as const);
  const channels = [home, "C0OPS", "C0ELSE", "C0DIGEST"].map((id) => [id, { known: open }] as const);
  return {
    people: new Map<string, Told<Person>>([...people, ...Object.entries(over.people ?? {})]),
    channels: new Map<string, Told<Channel>>([...channels, ...Object.entries(over.channels ?? {})]),
    groups: new Map<string, Told<readonly string[]>>([
      ["S0OPS", { known: ["U0OP"] }],
      ["S0APPROVERS", { known: ["U0APP", "U0APP2"] }],
      ["S0SECURITY", { known: ["U0APP2"] }],
      ...Object.entries(over.groups ?? {}),
    ]),
  };
}
