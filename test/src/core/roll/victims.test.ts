import { describe, expect, it } from "vitest";
import type { Member } from "../../../../src/core/roll/members.js";
import { floorNow, nextVictims, type VictimRules } from "../../../../src/core/roll/victims.js";
import { member, news, olds } from "./some-members.js";

const six = olds("a1", "a2", "b1", "b2", "c1", "c2");
const surged = [...six, ...news("a8", "a9", "b8", "b9", "c8", "c9")];

function chosen(members: readonly Member[], inFlight: readonly string[], over: Partial<VictimRules> = {}) {
  const rules = {
    maxUnavailable: 1,
    floor: 6,
    precious: new Map(),
    skipped: new Set<string>(),
    pick: () => 0,
  };
  return nextVictims(members, new Set(inFlight), { ...rules, ...over });
}

describe("how many", () => {
  it.each<[string, Member[], inFlight: string[], Partial<VictimRules>, string[]]>([
    ["as many as may go at once", surged, [], { maxUnavailable: 3 }, ["a1", "b1", "c1"]],
    ["those in flight count", surged, ["a1", "b1"], { maxUnavailable: 3 }, ["c1"]],
    ["one that has left the group but not the cluster counts", surged, ["x1"], { maxUnavailable: 2 }, ["a1"]],
    ["none beyond that", surged, ["a1", "b1"], { maxUnavailable: 2 }, []],
    [
      "no more than there are",
      [...olds("a1"), ...news("b1", "c1")],
      [],
      { maxUnavailable: 5, floor: 0 },
      ["a1"],
    ],
    ["new ones never", news("a1", "b1"), [], { floor: 0 }, []],
    ["nor those that EC2 has not told of", [member("a1", { old: undefined })], [], { floor: 0 }, []],
    ["nor those that go already", [member("a1", { lifecycle: "Terminating" })], [], { floor: 0 }, []],
    [
      "nor those that still boot",
      [member("a1", { lifecycle: "Pending", serving: false })],
      [],
      { floor: 0 },
      [],
    ],
  ])("%s", (_, members, inFlight, over, names) => {
    expect(chosen(members, inFlight, over)).toEqual(names);
  });
});

describe("the floor", () => {
  it.each<[string, Member[], inFlight: string[], Partial<VictimRules>, string[]]>([
    ["as many serve as must: none goes", six, [], { maxUnavailable: 2 }, []],
    ["two more serve: two go", [...six, ...news("a9", "b9")], [], { maxUnavailable: 3 }, ["a1", "b1"]],
    [
      "one in flight no longer counts as serving",
      [...six, ...news("a9", "b9")],
      ["a1"],
      { maxUnavailable: 3 },
      ["b1"],
    ],
    [
      "a new one that is not Ready does not count",
      [...six, member("a9", { old: false, serving: false })],
      [],
      {},
      [],
    ],
    [
      "an old one that does not serve costs nothing, and goes first",
      [...olds("a1", "a2", "b1"), member("b2", { serving: false })],
      [],
      { floor: 3 },
      ["b2"],
    ],
    [
      "after it only as many as the floor allows",
      [...olds("a1", "a2", "b1", "c1"), member("b2", { serving: false })],
      [],
      { floor: 3, maxUnavailable: 4 },
      ["b2", "a1"],
    ],
    [
      "one that never joined goes by its instance",
      [...olds("a1"), member("b2", { node: "none", serving: false })],
      [],
      { floor: 1 },
      ["i-b2"],
    ],
  ])("%s", (_, members, inFlight, over, names) => {
    expect(chosen(members, inFlight, over)).toEqual(names);
  });
});

describe("which", () => {
  it.each<[string, Member[], inFlight: string[], Partial<VictimRules>, string[]]>([
    ["from the zone with the fewest in flight", surged, ["a1"], { maxUnavailable: 2 }, ["b1"]],
    [
      "then from the zone with most old nodes left",
      [...olds("a1", "b1", "b2"), ...news("c1", "c2")],
      [],
      { floor: 0 },
      ["b1"],
    ],
    ["at random in its zone", surged, [], { pick: (count) => count - 1 }, ["a2"]],
    [
      "precious ones after all others",
      surged,
      [],
      { maxUnavailable: 3, precious: ranks({ a1: 1, a2: 2, b1: 1 }) },
      ["b2", "c1", "c2"],
    ],
    [
      "the lowest rank of them first, one at a time",
      surged.filter(({ old, zone }) => !old || zone === "a"),
      [],
      { maxUnavailable: 2, floor: 0, precious: ranks({ a1: 3, a2: 1 }) },
      ["a2"],
    ],
    [
      "the next precious one only when that is gone",
      surged.filter(({ old, zone }) => !old || zone === "a"),
      ["a2"],
      { maxUnavailable: 2, floor: 0, precious: ranks({ a1: 3, a2: 1 }) },
      [],
    ],
    [
      "a precious one that does not serve is still precious",
      [...olds("a1", "a2"), member("b1", { serving: false })],
      [],
      { floor: 0, precious: ranks({ b1: 1 }) },
      ["a1"],
    ],
    [
      "skipped ones not while another is left",
      surged,
      [],
      { maxUnavailable: 6, skipped: new Set(["a1"]) },
      ["a2", "b1", "c1", "b2", "c2"],
    ],
    [
      "nor while another is in flight",
      [...olds("a1", "a2"), ...news("b1", "c1")],
      ["a2"],
      { maxUnavailable: 2, floor: 0, skipped: new Set(["a1"]) },
      [],
    ],
    [
      "skipped ones come back last, precious or not",
      [...olds("a1"), ...news("b1")],
      [],
      { floor: 0, skipped: new Set(["a1"]), precious: ranks({ a1: 1 }) },
      ["a1"],
    ],
  ])("%s", (_, members, inFlight, over, names) => {
    expect(chosen(members, inFlight, over)).toEqual(names);
  });
});

function ranks(of: Readonly<Record<string, number>>): ReadonlyMap<string, number> {
  return new Map(Object.entries(of));
}

it.each<[string, Parameters<typeof floorNow>[0], number]>([
  [
    "with nodes added capacity never falls",
    { floor: 6, desiredBefore: 6, desiredNow: 12, maxUnavailable: 3 },
    6,
  ],
  [
    "without, it falls by as many as may go at once",
    { floor: 6, desiredBefore: 6, desiredNow: 6, maxUnavailable: 2 },
    4,
  ],
  ["with fewer added, by the rest", { floor: 6, desiredBefore: 6, desiredNow: 7, maxUnavailable: 3 }, 4],
  [
    "one that did not serve at the start is not asked for",
    { floor: 5, desiredBefore: 6, desiredNow: 12, maxUnavailable: 1 },
    5,
  ],
  [
    "what others took away is theirs to decide",
    { floor: 6, desiredBefore: 6, desiredNow: 4, maxUnavailable: 1 },
    3,
  ],
  ["never below none", { floor: 1, desiredBefore: 1, desiredNow: 1, maxUnavailable: 5 }, 0],
])("floor: %s", (_, look, floor) => {
  expect(floorNow(look)).toBe(floor);
});
