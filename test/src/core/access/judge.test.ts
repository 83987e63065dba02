import { describe, expect, it } from "vitest";
import type { Channel, Facts, Person } from "../../../../src/core/access/facts.js";
import { atTheDoor, groupsNamed, maySee, objectionOf, toOrder } from "../../../../src/core/access/judge.js";
import type { AccessRule, Caller, Ordering, Place } from "../../../../src/core/access/question.js";
import { type Right, rights } from "../../../../src/core/access/rights.js";
import {
  anOrder,
  aPlace,
  approving,
  callerOf,
  deputy,
  doubt,
  facts,
  home,
  member,
  now,
  nowhere,
  team,
} from "./scene.js";

const judged = (order: Ordering, known: Facts = facts()) => objectionOf(toOrder, order, known);

describe("who they are", () => {
  it.each<[string, Partial<Caller>, AccessRule | undefined]>([
    ["a member of the bot's workspace may", {}, undefined],
    ["somebody of another workspace may not", { team: "T0OTHER" }, "workspace"],
    ["nor somebody of whom the request names no workspace", { team: "" }, "unsure"],
    ["nor somebody of whom nothing was asked", { user: "U0GHOST" }, "unsure"],
  ])("%s", (_, over, rule) => {
    const caller = { ...callerOf("U0OP"), ...over };
    expect(judged(anOrder({ caller }))?.rule).toBe(rule);
    expect(objectionOf(atTheDoor, { caller, team }, facts())?.rule).toBe(rule);
  });

  it.each<[string, Partial<Person>, AccessRule, RegExp]>([
    ["a guest", { guest: true }, "person", /no orders from guests/],
    ["a bot", { bot: true }, "person", /no orders from bots/],
    ["a deactivated person", { deactivated: true }, "person", /is deactivated/],
    ["a stranger", { stranger: true }, "workspace", /another workspace/],
    ["a person at home elsewhere", { team: "T0OTHER" }, "workspace", /another workspace/],
  ])("%s may do nothing, whatever their role and the right", (_, over, rule, words) => {
    const known = facts({ people: { U0OP: { known: { ...member, ...over } } } });
    const everything = aPlace({ may: forAll({ groups: [], users: ["U0OP"] }) });
    for (const right of rights) {
      const objection = judged(anOrder({ right, place: everything }), known);
      expect(objection).toMatchObject({ rule, why: expect.stringMatching(words) });
    }
  });

  it("a person of whom Slack names no workspace may nothing", () => {
    const { team: _, ...homeless } = member;
    expect(judged(anOrder(), facts({ people: { U0OP: { known: homeless } } }))?.rule).toBe("unsure");
  });

  it("a person of whom Slack does not tell may nothing, and is told what is missing", () => {
    const lacks = doubt("missing_scope", "Install the app again: it lacks the scope users:read.");
    expect(judged(anOrder(), facts({ people: { U0OP: lacks } }))).toEqual({
      ...{ rule: "unsure", ask: { groups: [], users: [] }, ...lacks },
      why: "Slack does not tell me who you are (missing_scope). Install the app again: it lacks the scope users:read",
    });
  });
});

const forAll = (members: Place["may"]["plan"]): Place["may"] => ({
  ...{ plan: members, start: members, approve: members, force: members, cancel: members },
  ...{ snooze: members, lock: members, "break glass": members },
});

describe("where they are", () => {
  const shared: Channel = { shared: true, archived: false };
  const archived: Channel = { shared: false, archived: true };

  it.each<[string, Channel, RegExp]>([
    ["shared with another organisation", shared, /This channel is shared with another organisation/],
    ["archived", archived, /This channel is archived/],
  ])("a channel that is %s takes no orders, whatever is wanted", (_, channel, words) => {
    const known = facts({ channels: { C0ELSE: { known: channel } } });
    const caller = callerOf("U0OP", "C0ELSE");
    expect(objectionOf(atTheDoor, { caller, team }, known)).toMatchObject({
      ...{ rule: "channel", why: expect.stringMatching(words) },
    });
    expect(judged(anOrder({ caller, right: "plan" }), known)?.rule).toBe("channel");
  });

  it.each<[string, string | undefined]>([
    ["in a direct message", "D0OP"],
    ["on Home and in a form", undefined],
  ])("%s nothing has to be known of a channel", (_, channel) => {
    const caller = channel === undefined ? nowhere("U0OP") : callerOf("U0OP", channel);
    expect(objectionOf(atTheDoor, { caller, team }, facts())).toBeUndefined();
    expect(judged(anOrder({ caller }))).toBeUndefined();
  });

  it("a channel that Slack does not show takes no orders, and says what to do", () => {
    const known = facts({ channels: { C0ELSE: doubt("channel_not_found") } });
    const objection = judged(anOrder({ caller: callerOf("U0OP", "C0ELSE") }), known);
    expect(objection).toMatchObject({ rule: "unsure", why: expect.stringContaining("invite me to it") });
  });

  it("nor does one of which Slack does not tell", () => {
    const known = facts({ channels: { [home]: doubt("ratelimited") } });
    expect(judged(anOrder({ right: "plan" }), known)).toMatchObject({
      ...{
        rule: "unsure",
        why: expect.stringContaining(
          "what this channel is (ratelimited). Nothing was done. Try again in a minute",
        ),
      },
    });
  });

  it.each<[Right, Channel, AccessRule | undefined]>([
    ["plan", shared, undefined],
    ["cancel", shared, undefined],
    ["snooze", shared, undefined],
    ["start", shared, "channel"],
    ["approve", shared, "channel"],
    ["break glass", shared, "channel"],
    ["start", archived, "channel"],
  ])("from Home, where the environment's own channel is unfit: %s", (right, channel, rule) => {
    const place = aPlace({ may: forAll({ groups: [], users: ["U0OP"] }) });
    const known = facts({ channels: { [home]: { known: channel } } });
    const objection = judged(anOrder({ caller: nowhere("U0OP"), right, place }), known);
    expect(objection?.rule).toBe(rule);
    if (rule) expect(objection?.why).toMatch(/^The channel of prod is .*: fleet\.yaml has to name another$/);
  });

  it.each<[string, string, RegExp]>([
    ["does not show", "channel_not_found", /I cannot see the channel of prod: invite me to it/],
    ["tells nothing of", "internal_error", /does not tell me what the channel of prod is \(internal_error\)/],
  ])("nothing is started for an environment whose channel Slack %s", (_, code, words) => {
    const known = facts({ channels: { [home]: doubt(code) } });
    expect(judged(anOrder({ caller: nowhere("U0OP") }), known)).toMatchObject({
      ...{ rule: "unsure", places: [home], why: expect.stringMatching(words) },
    });
  });
});

describe("in which channels orders may be given, where fleet.yaml says so", () => {
  const place = aPlace({ channels: ["C0OPS"], digest: { channel: "C0DIGEST" } });
  it.each<[string, Right, string | undefined, AccessRule | undefined]>([
    ["in one of them", "start", "C0OPS", undefined],
    ["in the environment's own", "start", home, undefined],
    ["in another one", "start", "C0ELSE", "channel"],
    ["in another one, even a plan", "plan", "C0ELSE", "channel"],
    ["in a direct message, a plan", "plan", "D0OP", undefined],
    ["in a direct message, more than a plan", "start", "D0OP", "channel"],
    ["in a direct message, a cancel", "cancel", "D0OP", "channel"],
    ["on Home or in a form", "start", undefined, undefined],
    ["under the digest, a snooze", "snooze", "C0DIGEST", undefined],
    ["under the digest, more than a snooze", "start", "C0DIGEST", "channel"],
  ])("%s: %s", (_, right, channel, rule) => {
    const caller = channel === undefined ? nowhere("U0OP") : callerOf("U0OP", channel);
    const objection = judged(anOrder({ caller, right, place }));
    expect(objection?.rule).toBe(rule);
    if (objection) expect(objection.places).toEqual([home, "C0OPS"]);
  });

  it("any other fit channel does where it names none", () => {
    expect(judged(anOrder({ caller: callerOf("U0OP", "C0ELSE") }))).toBeUndefined();
  });
});

describe("which rule is told of several that are broken", () => {
  const guest = { known: { ...member, guest: true } };
  const everywhere = facts({
    people: { U0BY: guest },
    channels: { C0ELSE: { known: { shared: true, archived: false } } },
  });
  it.each<[AccessRule, Partial<Caller>, Facts, Place]>([
    ["workspace", { team: "T0OTHER" }, everywhere, aPlace()],
    ["person", {}, everywhere, aPlace()],
    ["channel", {}, facts({ channels: { C0ELSE: { known: { shared: true, archived: false } } } }), aPlace()],
    ["channel", {}, facts(), aPlace({ channels: ["C0OPS"] })],
    ["role", {}, facts(), aPlace()],
  ])("%s", (rule, over, known, place) => {
    const caller = { ...callerOf("U0BY", "C0ELSE"), ...over };
    expect(judged(anOrder({ caller, place }), known)?.rule).toBe(rule);
  });
});

describe("who sees an environment", () => {
  const may = (right: Right): Place["may"] => ({
    ...forAll({ groups: [], users: [] }),
    [right]: { groups: ["S0OPS"], users: [] },
  });
  const see = (place: Place, user: string, known = facts()) =>
    maySee({ caller: callerOf(user), team, place, at: now }, known);

  it.each(rights)("whoever may %s there", (right) => {
    expect(see(aPlace({ may: may(right) }), "U0OP")).toBe(true);
    expect(see(aPlace({ may: may(right) }), "U0BY")).toBe(false);
  });

  it("whoever stands for an approver now", () => {
    expect(see(aPlace({ deputies: [deputy("U0APP", "U0DEP")] }), "U0DEP")).toBe(true);
    expect(see(aPlace({ deputies: [deputy("U0BY", "U0DEP")] }), "U0DEP")).toBe(false);
  });

  it("nobody knows where Slack does not tell, unless something else says so", () => {
    const known = facts({ groups: { S0OPS: doubt("ratelimited") } });
    expect(see(aPlace(), "U0BY", known)).toBeUndefined();
    expect(see(aPlace(), "U0APP", known)).toBe(true);
  });

  it("by every group that is named for any right, each asked once", () => {
    const place = aPlace({ may: { ...aPlace().may, lock: { groups: ["S0LOCK", "S0OPS"], users: [] } } });
    expect(groupsNamed([place, aPlace()]).toSorted()).toEqual(["S0APPROVERS", "S0LOCK", "S0OPS"]);
  });
});

describe("what is asked of Slack", () => {
  it.each<[string, Ordering, { people: string[]; channels: string[]; groups: string[] }]>([
    ["to plan", anOrder({ right: "plan" }), { people: ["U0OP"], channels: [home], groups: ["S0OPS"] }],
    [
      "to start from elsewhere: the environment's channel, too",
      anOrder({ caller: callerOf("U0OP", "C0ELSE") }),
      { people: ["U0OP"], channels: ["C0ELSE", home], groups: ["S0OPS"] },
    ],
    [
      "to approve: whom they stand for, and the groups that each have to be among the approvers",
      approving("U0DEP", {
        place: aPlace({
          deputies: [deputy("U0APP", "U0DEP")],
          approvals: { oneFromEach: ["S0SECURITY"], requesterMayApprove: false },
        }),
      }),
      { people: ["U0DEP", "U0APP"], channels: [home], groups: ["S0APPROVERS", "S0SECURITY"] },
    ],
  ])("%s", (_, order, expected) => {
    const asked = toOrder.map(({ asks }) => asks(order));
    const all = (what: "people" | "channels" | "groups") => asked.flatMap((each) => each[what] ?? []);
    expect({ people: all("people"), channels: all("channels"), groups: all("groups") }).toEqual(expected);
  });
});
