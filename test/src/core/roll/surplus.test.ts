import { expect, it } from "vitest";
import type { Member } from "../../../../src/core/roll/members.js";
import { surplusVictims, whyKept } from "../../../../src/core/roll/surplus.js";
import { member, news, olds } from "./some-members.js";

const safe = (name: string) => member(name, { old: false, protected: true });

it.each<[string, Member[], pods: Record<string, number>, count: number, string[]]>([
  ["the one with the fewest pods", news("a1", "a2", "a3"), { a1: 4, a2: 1, a3: 2 }, 1, ["a2"]],
  [
    "of the fullest zone, though others have fewer pods",
    news("a1", "a2", "a3", "b1", "b2"),
    { a1: 9, a2: 8, a3: 7 },
    1,
    ["a3"],
  ],
  [
    "zones stay within one of each other",
    news("a1", "a2", "a3", "b1", "b2", "c1"),
    {},
    3,
    ["a1", "a2", "b1"],
  ],
  ["the last of a zone stays", news("a1", "a2", "b1"), { a1: 5, a2: 5 }, 1, ["a1"]],
  [
    "also where the fullest zone may not give one",
    [safe("a1"), safe("a2"), safe("a3"), ...news("b1")],
    {},
    1,
    [],
  ],
  [
    "zones are emptied only where fewer nodes than zones are to stay",
    news("a1", "a2", "b1", "c1"),
    { c1: 1 },
    3,
    ["a1", "a2", "b1"],
  ],
  ["protected ones never", [safe("a1"), ...news("a2", "a3")], { a2: 9, a3: 9 }, 2, ["a2", "a3"]],
  [
    "the next fullest zone, where all of the fullest are protected",
    [safe("a1"), safe("a2"), safe("a3"), ...news("b1", "b2")],
    {},
    1,
    ["b1"],
  ],
  [
    "new ones before old ones",
    [...olds("a1", "a2", "a3"), ...news("b1", "b2")],
    { b1: 20, b2: 20 },
    1,
    ["b1"],
  ],
  ["old ones where no new one may go", [...olds("a1", "a2", "a3"), ...news("b1")], {}, 1, ["a1"]],
  [
    "one that does not serve before those that do",
    [...news("a1"), member("a2", { old: false, serving: false })],
    { a2: 3 },
    1,
    ["a2"],
  ],
  ["none whose AMI is not known", [member("a1", { old: undefined }), ...news("a2")], { a2: 9 }, 1, ["a2"]],
  [
    "none that goes already, nor counts it",
    [member("a1", { old: false, lifecycle: "Terminating" }), ...news("a2", "b1", "b2")],
    {},
    1,
    ["b1"],
  ],
  ["none at all", news("a1", "a2"), {}, 0, []],
])("%s", (_, members, pods, count, names) => {
  expect(surplusVictims(members, new Map(Object.entries(pods)), count, new Set())).toEqual(names);
});

it("those in flight are gone already", () => {
  const members = news("a1", "a2", "b1", "b2");
  expect(surplusVictims(members, new Map(), 1, new Set(["a1"]))).toEqual(["b1"]);
});

it("says why nodes are kept", () => {
  expect(whyKept([safe("a1"), ...news("b1")], 2).what).toBe(
    "2 extra nodes stay: protected from scale-in: a1",
  );
  expect(whyKept(news("a1", "b1"), 1).what).toBe(
    "1 extra node stays: every other node is the last of its zone",
  );
});
