import { describe, expect, it } from "vitest";
import type { Facts } from "../../../../src/core/access/facts.js";
import {
  type AccessRule,
  nobody,
  type Objection,
  type Ordering,
  type Place,
} from "../../../../src/core/access/question.js";
import type { Right } from "../../../../src/core/access/rights.js";
import { type Standing, standing } from "../../../../src/core/access/role.js";
import { hour } from "../../../../src/core/instant.js";
import {
  anOrder,
  aPlace,
  approvers,
  approving,
  callerOf,
  deputy,
  doubt,
  facts,
  member,
  now,
} from "./scene.js";

const ruleOf = (by: ReturnType<typeof standing>) => ("rule" in by ? by.rule : undefined);

describe("whoever is one of those who may", () => {
  const own = { groups: ["S0OWN"], users: ["U0BY"] };
  const known = facts({ groups: { S0OWN: { known: ["U0DEP"] } } });
  it.each<[Right]>([
    ["plan"],
    ["start"],
    ["force"],
    ["cancel"],
    ["snooze"],
    ["lock"],
    ["break glass"],
    ["approve"],
  ])("may %s, and nobody else", (right) => {
    const place = aPlace({ may: { ...aPlace().may, [right]: own } });
    const of = (user: string) => standing(anOrder({ caller: callerOf(user), right, place }), known);
    expect(ruleOf(of("U0DEP"))).toBeUndefined();
    expect(ruleOf(of("U0BY"))).toBeUndefined();
    expect(of("U0OP")).toMatchObject({ rule: "role", ask: own });
    expect(of("U0APP")).toMatchObject({ rule: "role", ask: own });
  });

  it.each<[string, Right, Partial<Place>, string]>([
    [
      "plan and start where they are the same",
      "plan",
      {},
      "Only the operators of prod may plan and start upgrades",
    ],
    ["cancel", "cancel", {}, "Only the operators of prod may pause or cancel upgrades"],
    ["approve", "approve", {}, "Only the approvers of prod may approve or reject upgrades"],
    [
      "approve, where the operators are the same people",
      "approve",
      { operators: approvers },
      "Only the approvers of prod may approve or reject upgrades",
    ],
    [
      "start, where others are named for it",
      "start",
      { may: { ...aPlace().may, start: { groups: [], users: ["U0APP"] } } },
      "Only those whom fleet.yaml names for it in prod may start upgrades",
    ],
    [
      "break glass, for which nobody is named",
      "break glass",
      {},
      "fleet.yaml names nobody who may start upgrades without approval in prod. Whoever keeps fleet.yaml can change that",
    ],
  ])("says who they are: %s", (_, right, over, why) => {
    expect(
      standing(anOrder({ caller: callerOf("U0BY"), right, place: aPlace(over) }), facts()),
    ).toMatchObject({ why });
  });

  it("is nobody for sure while Slack does not tell of a group", () => {
    const unknown = facts({ groups: { S0OPS: doubt("ratelimited") } });
    expect(standing(anOrder({ caller: callerOf("U0BY") }), unknown)).toMatchObject({
      ...{ rule: "unsure", ask: nobody },
      why: "Slack does not tell me who the operators of prod are (ratelimited). Nothing was done. Try again in a minute",
    });
  });

  it("is known by one group where another cannot be read", () => {
    const place = aPlace({ may: { ...aPlace().may, start: { groups: ["S0GONE", "S0OPS"], users: [] } } });
    expect(
      ruleOf(standing(anOrder({ place }), facts({ groups: { S0GONE: doubt("no_such_subteam") } }))),
    ).toBe(undefined);
  });
});

describe("who asked for it", () => {
  const requestedBy = "U0APP";
  it.each<[string, Ordering, AccessRule | undefined]>([
    ["does not approve it", approving("U0APP", { requestedBy }), "requester"],
    ["another approver does", approving("U0APP2", { requestedBy }), undefined],
    [
      "does where fleet.yaml lets them",
      approving("U0APP", {
        requestedBy,
        place: aPlace({ approvals: { oneFromEach: [], requesterMayApprove: true } }),
      }),
      undefined,
    ],
    ["is of no interest for anything else", anOrder({ requestedBy: "U0OP" }), undefined],
  ])("%s", (_, order, rule) => {
    expect(ruleOf(standing(order, facts()))).toBe(rule);
  });

  const named = ["U0APP", "U0APP2"];
  const circle = (groups: readonly string[], users: readonly string[]) =>
    aPlace({ may: { ...aPlace().may, approve: { groups, users } }, deputies: [deputy("U0APP", "U0DEP")] });
  const alone =
    "You asked for it yourself, and prod wants somebody else to say yes. Whoever keeps fleet.yaml can name more approvers";
  it.each<[string, string, string, Place, Partial<Objection>]>([
    [
      "not themselves",
      "U0APP",
      "U0APP",
      circle(["S0APPROVERS"], named),
      { ask: { groups: ["S0APPROVERS"], users: ["U0APP2"] } },
    ],
    [
      "nor, as a deputy, the one who asked",
      "U0DEP",
      "U0APP",
      circle([], named),
      { ask: { groups: [], users: ["U0APP2"] } },
    ],
    [
      "but the one for whom they could stand",
      "U0DEP",
      "U0DEP",
      circle([], named),
      { ask: { groups: [], users: named } },
    ],
    ["and hears where there is nobody", "U0APP", "U0APP", circle([], ["U0APP"]), { why: alone, ask: nobody }],
  ])("is told whom to ask: %s", (_, user, requestedBy, place, objection) => {
    expect(standing(approving(user, { place, requestedBy }), facts())).toMatchObject({
      ...{ rule: "requester", ...objection },
    });
  });
});

describe("deputies", () => {
  const loop = [deputy("U0APP", "U0DEP"), deputy("U0DEP", "U0BY"), deputy("U0DEP", "U0APP")];
  const free = { oneFromEach: [], requesterMayApprove: true };
  const gone = facts({ people: { U0APP: { known: { ...member, deactivated: true } } } });
  const unknown = facts({ people: { U0APP: doubt("ratelimited") } });
  const outsider = facts({ groups: { S0APPROVERS: { known: [] } } });
  const unread = facts({ groups: { S0APPROVERS: doubt("ratelimited") } });
  const place = (...deputies: readonly ReturnType<typeof deputy>[]) => aPlace({ deputies });
  const mine = place(deputy("U0APP", "U0DEP"));
  const both = place(deputy("U0APP", "U0DEP"), deputy("U0APP2", "U0DEP"));

  it.each<[string, Ordering, Facts, Standing | AccessRule]>([
    [
      "stand for an approver in their time",
      approving("U0DEP", { place: mine }),
      facts(),
      { deputyOf: "U0APP" },
    ],
    ["not before", approving("U0DEP", { place: place(deputy("U0APP", "U0DEP", now + 1)) }), facts(), "role"],
    [
      "from the first moment",
      approving("U0DEP", { place: place(deputy("U0APP", "U0DEP", now)) }),
      facts(),
      { deputyOf: "U0APP" },
    ],
    [
      "not from the last on",
      approving("U0DEP", { place: place(deputy("U0APP", "U0DEP", now - hour, now)) }),
      facts(),
      "role",
    ],
    ["do nothing but approve", anOrder({ caller: callerOf("U0DEP"), place: mine }), facts(), "role"],
    ["not for whoever is no approver any more", approving("U0DEP", { place: mine }), outsider, "role"],
    ["not for whoever is deactivated", approving("U0DEP", { place: mine }), gone, "role"],
    ["not while Slack does not tell of them", approving("U0DEP", { place: mine }), unknown, "unsure"],
    ["not while Slack does not tell who approves", approving("U0DEP", { place: mine }), unread, "unsure"],
    ["of deputies are none", approving("U0BY", { place: place(...loop) }), facts(), "role"],
    [
      "of nobody but themselves are none",
      approving("U0DEP", { place: place(deputy("U0DEP", "U0DEP")) }),
      facts(),
      "role",
    ],
    [
      "not for who asked for it",
      approving("U0DEP", { place: mine, requestedBy: "U0APP" }),
      facts(),
      "requester",
    ],
    [
      "not of what they asked for themselves",
      approving("U0DEP", { place: mine, requestedBy: "U0DEP" }),
      facts(),
      "requester",
    ],
    [
      "for another approver, where the first asked for it",
      approving("U0DEP", { place: both, requestedBy: "U0APP" }),
      facts(),
      { deputyOf: "U0APP2" },
    ],
    [
      "for one who has not approved yet, where another has",
      approving("U0DEP", { place: both, approvals: [{ by: "U0APP", at: now }] }),
      facts(),
      { deputyOf: "U0APP2" },
    ],
    [
      "for one for whom nobody has, where somebody has for another",
      approving("U0DEP", { place: both, approvals: [{ by: "U0BY", deputyOf: "U0APP", at: now }] }),
      facts(),
      { deputyOf: "U0APP2" },
    ],
    [
      "for the first of those whose word would count alike",
      approving("U0DEP", { place: both, approvals: [{ by: "U0BY", at: now }] }),
      facts(),
      { deputyOf: "U0APP" },
    ],
    [
      "for one who has approved, where all have: that it does not count is told where it is decided",
      approving("U0DEP", { place: both, approvals: ["U0APP", "U0APP2"].map((by) => ({ by, at: now })) }),
      facts(),
      { deputyOf: "U0APP" },
    ],
    [
      "not around a loop: the requester's deputy has the requester for a deputy",
      approving("U0APP", { place: place(...loop), requestedBy: "U0APP" }),
      facts(),
      "requester",
    ],
    [
      "for who asked for it, where fleet.yaml lets requesters approve",
      approving("U0DEP", {
        place: aPlace({ deputies: mine.deputies, approvals: free }),
        requestedBy: "U0APP",
      }),
      facts(),
      { deputyOf: "U0APP" },
    ],
    [
      "who approve themselves do so in their own right",
      approving("U0APP2", { place: place(deputy("U0APP", "U0APP2")) }),
      facts(),
      {},
    ],
  ])("%s", (_, order, known, expected) => {
    const by = standing(order, known);
    if (typeof expected === "string") expect(ruleOf(by)).toBe(expected);
    else expect(by).toEqual({ groups: [], ...expected });
  });
});

describe("a deputy at another time hears when theirs is", () => {
  const only = "Only the approvers of prod may approve or reject upgrades";
  const later = deputy("U0APP", "U0DEP", now + hour, now + 2 * hour);
  const latest = deputy("U0APP2", "U0DEP", now + 3 * hour, now + 4 * hour);
  const over = deputy("U0APP", "U0DEP", now - 2 * hour, now - hour);
  it.each<[string, string, Partial<Place>, string]>([
    [
      "over",
      "U0DEP",
      { deputies: [over] },
      `${only}, and deputies in their time: that ended Mon 2026-07-20 11:00 UTC`,
    ],
    [
      "to come, and the first of several",
      "U0DEP",
      { deputies: [over, latest, later] },
      `${only}, and deputies in their time: that begins Mon 2026-07-20 13:00 UTC`,
    ],
    ["nobody else does", "U0BY", { deputies: [over] }, only],
    [
      "unless there is nobody to stand for",
      "U0DEP",
      { deputies: [over], may: { ...aPlace().may, approve: nobody } },
      "fleet.yaml names nobody who may approve or reject upgrades in prod. Whoever keeps fleet.yaml can change that",
    ],
  ])("%s", (_, user, place, why) => {
    const order = approving(user, { place: aPlace(place) });
    expect(standing(order, facts())).toMatchObject({ rule: "role", why });
    const cancel = anOrder({ caller: callerOf(user), place: aPlace(place), right: "cancel" });
    expect(standing(cancel, facts())).toMatchObject({ why: expect.not.stringContaining("deputies") });
  });
});

describe("groups that each have to be among those who approve", () => {
  const place = (over: Partial<Place> = {}) =>
    aPlace({
      approvals: { oneFromEach: ["S0SECURITY", "S0APPROVERS"], requesterMayApprove: false },
      ...over,
    });

  it.each<[string, string, Partial<Place>, Standing]>([
    ["are those that the approver is in", "U0APP", {}, { groups: ["S0APPROVERS"] }],
    ["all of them, where it is all", "U0APP2", {}, { groups: ["S0SECURITY", "S0APPROVERS"] }],
    [
      "of a deputy, those of whom they stand for",
      "U0DEP",
      { deputies: [deputy("U0APP2", "U0DEP")] },
      { groups: ["S0SECURITY", "S0APPROVERS"], deputyOf: "U0APP2" },
    ],
    [
      "of a deputy of several, those of whom brings most of what is still needed",
      "U0DEP",
      { deputies: [deputy("U0APP", "U0DEP"), deputy("U0APP2", "U0DEP")] },
      { groups: ["S0SECURITY", "S0APPROVERS"], deputyOf: "U0APP2" },
    ],
  ])("%s", (_, user, over, expected) => {
    expect(standing(approving(user, { place: place(over) }), facts())).toEqual(expected);
  });

  it("that somebody stands for already are no reason to prefer one", () => {
    const deputies = [deputy("U0APP", "U0DEP"), deputy("U0APP2", "U0DEP")];
    const approvals = [{ by: "U0BY", at: now, groups: ["S0SECURITY"] }];
    const order = approving("U0DEP", { place: place({ deputies }), approvals });
    expect(standing(order, facts())).toEqual({ groups: ["S0APPROVERS"], deputyOf: "U0APP" });
  });

  it("are not guessed where Slack does not tell", () => {
    const known = facts({ groups: { S0SECURITY: doubt("ratelimited") } });
    expect(standing(approving("U0APP", { place: place() }), known)).toMatchObject({ rule: "unsure" });
  });
});
