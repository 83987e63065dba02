import type { User } from "../../playground/slack/types.js";
import type { Workspace } from "../../playground/slack/workspace.js";
import type { AccessRule } from "../../src/authority.js";
import type { Right } from "../../src/core/access/rights.js";

/** What each part that somebody may have in an environment lets them do, written down by hand: fleet.yaml is measured against it. */
const operates: readonly Right[] = ["plan", "start", "force", "cancel", "snooze", "lock"];
const none: readonly Right[] = [];
export const mayDo = {
  operator: operates,
  approver: ["approve"],
  both: [...operates, "approve"],
  /** Stands for the first approver these days. */
  deputy: ["approve"],
  /** Did so until yesterday. */
  "former deputy": none,
  "who may break the glass": ["break glass"],
  bystander: none,
  /** Asked for every run that there is, and operates and approves like `both`. */
  requester: [...operates, "approve"],
  "deputy of the requester": ["approve"],
  "who may plan": ["plan"],
  "who may start": ["start"],
  "who may force": ["force"],
  "who may cancel": ["cancel"],
  "who may snooze": ["snooze"],
  "who may lock": ["lock"],
  /** In every group there is, and named for everything, like those below. */
  guest: none,
  "guest of a single channel": none,
  bot: none,
  "deactivated person": none,
  "person of another workspace": none,
} as const satisfies Readonly<Record<string, readonly Right[]>>;
export type Role = keyof typeof mayDo;
export const roles = Object.keys(mayDo) as readonly Role[];

/** By which rule nobody takes orders of them, whatever they may. */
export const unwelcome: Readonly<Partial<Record<Role, AccessRule>>> = {
  guest: "person",
  "guest of a single channel": "person",
  bot: "person",
  "deactivated person": "person",
  "person of another workspace": "workspace",
};

/** They asked for it, or stand for whoever did. */
export const own: ReadonlySet<Role> = new Set<Role>(["requester", "deputy of the requester"]);

/** Of whom and of what Slack tells nothing, by how it fails. */
export const silences = ["a server error", "a cut connection", "a missing scope", "a rate limit"] as const;
export type Silence = (typeof silences)[number];
type Part = Role | Silence;

/** As many as nobody gives too many orders a minute, and all together no more than Slack tells of in that time. */
const copies: Readonly<Partial<Record<Part, number>>> = {
  bystander: 8,
  operator: 4,
  "who may start": 6,
  both: 16,
  requester: 1,
};
const usually = 3;

const idOf = (part: Part, copy: number) => `U0${part.toUpperCase().replaceAll(/\W/g, "")}${copy}`;

/** Ids of everybody who has this part. */
export function ids(part: Part): string[] {
  return Array.from({ length: copies[part] ?? usually }, (_, copy) => idOf(part, copy));
}

export const requester = idOf("requester", 0);
export const approver = idOf("approver", 0);
/** Of the approvers, and the only one of security. */
export const guard = "U0APPROVER2";

export const groups = {
  operators: "S0OPS",
  approvers: "S0APPROVERS",
  security: "S0SECURITY",
  /** Slack may be told to keep to itself who is in it. */
  silent: "S0SILENT",
};
export const silentChannel = (how: Silence) => `C0SILENT${silences.indexOf(how)}`;

const nobodys = Object.keys(unwelcome).flatMap((role) => ids(role as Role));
const deputyOf = (of: string, role: Role, from: string, until: string) =>
  ids(role).map((deputy) => ({ of, deputy, from, until }));
const may = (users: Role) => ({ groups: [groups.operators], users: ids(users) });

/** The keys of an environment in fleet.yaml that say who may do what. */
export const parts = {
  operators: { groups: [groups.operators] },
  approvers: { groups: [groups.approvers], users: [...ids("both"), requester] },
  may: {
    plan: may("who may plan"),
    start: may("who may start"),
    force: may("who may force"),
    cancel: may("who may cancel"),
    snooze: may("who may snooze"),
    lock: may("who may lock"),
    breakGlass: { users: [...ids("who may break the glass"), ...nobodys] },
  },
  deputies: [
    ...deputyOf(approver, "deputy", "2026-07-19", "2026-07-22"),
    ...deputyOf(approver, "former deputy", "2026-07-01", "2026-07-19"),
    ...deputyOf(requester, "deputy of the requester", "2026-07-19", "2026-07-22"),
  ],
};

/** What Slack says of those who are no members like others. */
const kinds: Readonly<Partial<Record<Part, Partial<User>>>> = {
  guest: { guest: "of some channels" },
  "guest of a single channel": { guest: "of a single channel" },
  bot: { isBot: true },
  "deactivated person": { deleted: true },
  "person of another workspace": {
    ...{ team: { id: "T0PARTNER", name: "Partner", domain: "partner" }, isStranger: true },
  },
};

/** Orders that one of them gives: a few less than the bot takes in a minute. */
const ordersEach = 24;

/** Somebody who is free. Whose answers come late is nobody whose answers are read. */
export type Hired = (part: Part, how?: "answered late") => string;

/** Puts everybody into the workspace, into their groups, and into every channel. Answers with whoever is free. */
export function hire(workspace: Workspace): Hired {
  const all = [...roles, ...silences].flatMap((part) => ids(part).map((id) => [part, id] as const));
  for (const [part, id] of all) {
    const usual = { id, name: id.toLowerCase(), realName: id, isBot: false, deleted: false };
    workspace.users.set(id, { ...usual, ...kinds[part] });
  }
  const silent = silences.flatMap(ids);
  const both = [...ids("both"), requester];
  workspace.setMembers(groups.operators, [...ids("operator"), ...both, ...nobodys, ...silent]);
  workspace.setMembers(groups.approvers, [...ids("approver"), guard, ...nobodys, ...silent]);
  workspace.groups.set(groups.silent, {
    ...{ id: groups.silent, handle: "silent", members: [approver, requester], disabled: false },
  });
  for (const { id, kind, members } of [...workspace.channels.values()]) {
    const people = all.map(([, each]) => each);
    if (kind !== "direct") workspace.changeChannel(id, { members: [...members, ...people] });
  }
  const given = new Map<string, number>();
  return (part, how) => {
    const everybody = how === "answered late" ? ids(part).toReversed() : ids(part);
    const free = everybody.find((id) => (given.get(id) ?? 0) < ordersEach);
    if (free === undefined) throw new Error(`There is nobody left to be ${part}: hire more.`);
    given.set(free, (given.get(free) ?? 0) + 1);
    return free;
  };
}
