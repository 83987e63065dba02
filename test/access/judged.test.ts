import { describe, expect, it } from "vitest";
import type { Channel, Doubt, Facts, Person, Told } from "../../src/core/access/facts.js";
import { objectionOf, toOrder, toStand } from "../../src/core/access/judge.js";
import type { AccessRule, Ordering, Place } from "../../src/core/access/question.js";
import { type Deputy, type Members, type Right, rights } from "../../src/core/access/rights.js";
import { ids, mayDo, own, type Role, roles, unwelcome } from "./cast.js";

/** The whole product, by the judge alone: every right, for everybody, in every kind of place, whatever Slack keeps to itself. */

const now = Date.UTC(2026, 6, 20, 12);
const hour = 3_600_000;
const team = "T0";
const one = (role: Role) => ids(role)[0] ?? "";

const nobodys = Object.keys(unwelcome).map((role) => one(role as Role));
const members: Readonly<Record<string, readonly string[]>> = {
  S0OPS: [one("operator"), one("both"), one("requester"), ...nobodys],
  S0APPROVERS: [one("approver"), one("both"), one("requester"), ...nobodys],
  S0GLASS: [one("who may break the glass"), ...nobodys],
};
const operators = (also: Role): Members => ({ groups: ["S0OPS"], users: [one(also)] });
const approvers: Members = { groups: ["S0APPROVERS"], users: [] };

const stands = (of: Role, deputy: Role, from: number, until: number): Deputy => ({
  ...{ of: one(of), deputy: one(deputy), from, until },
});
const place: Place = {
  ...{ name: "prod", channel: "C0HOME", channels: ["C0OTHER"], approvers },
  operators: { groups: ["S0OPS"], users: [] },
  may: {
    plan: operators("who may plan"),
    start: operators("who may start"),
    force: operators("who may force"),
    cancel: operators("who may cancel"),
    snooze: operators("who may snooze"),
    lock: operators("who may lock"),
    approve: approvers,
    "break glass": { groups: ["S0GLASS"], users: [] },
  },
  deputies: [
    stands("approver", "deputy", now - hour, now + hour),
    stands("approver", "former deputy", now - 2 * hour, now),
    stands("requester", "deputy of the requester", now - hour, now + hour),
  ],
  approvals: { oneFromEach: [], requesterMayApprove: false },
};

/** What is so of a channel in which it is tried, and what that makes of an order there. */
const spots: Readonly<
  Record<
    string,
    { channel?: string; is?: Partial<Channel> | Doubt; rule?: (right: Right) => AccessRule | undefined }
  >
> = {
  "its own channel": { channel: "C0HOME" },
  "another of its channels": { channel: "C0OTHER" },
  "Home or a form": {},
  "a channel of nobody's": { channel: "C0ELSE", rule: () => "channel" },
  "a direct message": { channel: "D0X", rule: (right) => (right === "plan" ? undefined : "channel") },
  "a shared channel": { channel: "C0OTHER", is: { shared: true }, rule: () => "channel" },
  "an archived channel": { channel: "C0OTHER", is: { archived: true }, rule: () => "channel" },
  "a channel that Slack does not show": {
    channel: "C0OTHER",
    is: { code: "channel_not_found", next: "" },
    rule: () => "unsure",
  },
  "a channel of which Slack does not tell": {
    channel: "C0OTHER",
    is: { code: "internal_error", next: "" },
    rule: () => "unsure",
  },
};
const fit: Channel = { shared: false, archived: false };
const silent: Doubt = { code: "internal_error", next: "" };

/** What Slack keeps to itself. */
const quiet = ["nothing", "the person", "the user groups", "the environment's own channel"] as const;
type Quiet = (typeof quiet)[number];

function factsOf(spot: keyof typeof spots, what: Quiet): Facts {
  const { channel, is } = spots[spot] ?? {};
  const told: Told<Channel> = is && "code" in is ? { doubt: is } : { known: { ...fit, ...is } };
  const member: Person = { team, deactivated: false, bot: false, guest: false, stranger: false };
  const kinds: Partial<Record<Role, Partial<Person>>> = {
    guest: { guest: true },
    "guest of a single channel": { guest: true },
    bot: { bot: true },
    "deactivated person": { deactivated: true },
    "person of another workspace": { stranger: true },
  };
  const people = roles.map((role): [string, Told<Person>] => [
    one(role),
    what === "the person" ? { doubt: silent } : { known: { ...member, ...kinds[role] } },
  ]);
  return {
    people: new Map(people),
    channels: new Map<string, Told<Channel>>([
      ...["C0OTHER", "C0ELSE"].map((id): [string, Told<Channel>] => [id, { known: fit }]),
      ["C0HOME", what === "the environment's own channel" ? { doubt: silent } : { known: fit }],
      ...(channel !== undefined && channel !== "C0HOME" ? [[channel, told] as [string, Told<Channel>]] : []),
    ]),
    groups: new Map(
      Object.entries(members).map(([id, known]): [string, Told<readonly string[]>] => [
        id,
        what === "the user groups" ? { doubt: silent } : { known },
      ]),
    ),
  };
}

const toldAtHome: ReadonlySet<Right> = new Set<Right>(["start", "force", "approve", "break glass"]);
/** Named one by one, so that no group need be known. */
const byName = (role: Role, right: Right) => role === `who may ${right}`;

/** The rules in the order in which they are told, written once more and differently. */
function expected(right: Right, role: Role, spot: keyof typeof spots, what: Quiet): AccessRule | undefined {
  if (what === "the person") return "unsure";
  const door = unwelcome[role];
  if (door) return door;
  const { channel, is, rule } = spots[spot] ?? {};
  const here = rule?.(right);
  if (is) return here;
  if (what === "the environment's own channel" && (toldAtHome.has(right) || channel === "C0HOME"))
    return "unsure";
  if (here) return here;
  if (what === "the user groups" && !byName(role, right)) return "unsure";
  if (!(mayDo[role] as readonly Right[]).includes(right)) return "role";
  return right === "approve" && own.has(role) ? "requester" : undefined;
}

const ordering = (right: Right, role: Role, channel?: string): Ordering => ({
  caller: { user: one(role), team, ...(channel !== undefined && { channel }) },
  ...{ team, right, place, at: now, requestedBy: one("requester") },
});

describe.each(quiet)("while Slack keeps to itself: %s", (what) => {
  it.each(rights)("who may %s, and where", (right) => {
    const judged = (role: Role, spot: string) =>
      objectionOf(toOrder, ordering(right, role, spots[spot]?.channel), factsOf(spot, what))?.rule ?? "may";
    const all = roles.map((role) => [role, Object.keys(spots).map((spot) => [spot, judged(role, spot)])]);
    const wanted = roles.map((role) => [
      role,
      Object.keys(spots).map((spot) => [spot, expected(right, role, spot, what) ?? "may"]),
    ]);
    expect(all).toEqual(wanted);
  });

  it.each(rights)("who still may %s, before a worker writes: where they were counts no more", (right) => {
    const judged = (role: Role) =>
      objectionOf(toStand, ordering(right, role), factsOf("Home or a form", what))?.rule;
    for (const role of roles) {
      const home = what === "the environment's own channel" ? "nothing" : what;
      expect([role, judged(role)]).toEqual([role, expected(right, role, "Home or a form", home)]);
    }
  });
});

it("names no right and nobody who may everything by mistake", () => {
  const counts = rights.map(
    (right) => roles.filter((role) => (mayDo[role] as readonly Right[]).includes(right)).length,
  );
  expect(counts).toEqual([4, 4, 5, 4, 4, 4, 4, 1]);
});
