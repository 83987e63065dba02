import { describe, expect, it } from "vitest";
import {
  maxUnavailableOf,
  type SizesEntry,
  type SurgeWish,
  sizesFor,
  sizesPutBack,
  surgeOf,
  theirsOf,
  toGiveBack,
  tookEffect,
} from "../../../../src/core/roll/surge.js";
import type { Sizes, UpdateConfig } from "../../../../src/core/seen.js";

const sizes = (min: number, desired: number, max: number): Sizes => ({ min, max, desired });
const before = sizes(3, 6, 8);
const raised: SizesEntry = { before, ours: 6, maxRaisedBy: 4 };

it.each<[string, Omit<UpdateConfig, "strategy">, count: number, number]>([
  ["a number is taken as it is", { maxUnavailable: 3 }, 6, 3],
  ["nothing said is one", {}, 6, 1],
  ["a percentage is rounded down", { maxUnavailablePercentage: 33 }, 10, 3],
  ["and is one at least", { maxUnavailablePercentage: 10 }, 6, 1],
  ["never more than a hundred", { maxUnavailablePercentage: 50 }, 1000, 100],
  ["not even as a number", { maxUnavailable: 450 }, 1000, 100],
])("%s", (_, config, count, expected) => {
  expect(maxUnavailableOf({ ...config, strategy: "DEFAULT" }, count)).toBe(expected);
});

describe("surge", () => {
  const zones = ["a", "b", "c"];
  it.each<[string, Partial<SurgeWish>, nodes: number, warnings: string[]]>([
    ["two per zone", {}, 6, []],
    ["as many as go at once, if that is more", { maxUnavailable: 10 }, 10, []],
    ["as configured", { configured: 3 }, 3, []],
    ["none, if configured so", { configured: 0, freeAddresses: { a: 0, b: 0, c: 0 } }, 0, []],
    ["no more than addresses", { freeAddresses: { a: 1, b: 2, c: 1 } }, 4, ["FewAddresses"]],
    ["a zone of which nothing is known limits nothing", { freeAddresses: { a: 1, b: 2 } }, 6, []],
    ["a full zone is told", { freeAddresses: { a: 0, b: 90, c: 90 } }, 6, ["ZoneWithoutAddresses"]],
    ["no more than the quota", { quota: 2 }, 2, ["QuotaNearlyUsedUp"]],
    ["a quota that is used up allows none", { quota: -1 }, 0, ["QuotaNearlyUsedUp"]],
    ["enough of both is not a word", { quota: 6, freeAddresses: { a: 2, b: 2, c: 2 } }, 6, []],
  ])("%s", (_, over, nodes, warnings) => {
    const surge = surgeOf({ zones, maxUnavailable: 1, ...over });
    expect(surge.nodes).toBe(nodes);
    expect(surge.warnings.map(({ code }) => code)).toEqual(warnings);
  });
});

describe("raising", () => {
  const nothing: SizesEntry = { before, ours: 0, maxRaisedBy: 0 };
  it.each<
    [string, SizesEntry, Sizes, surge: number, to: Sizes | undefined, maxRaisedBy: number, theirs: number]
  >([
    ["adds to desired, and to max only what is missing", nothing, before, 6, sizes(3, 12, 12), 4, 0],
    ["leaves max where there is room", nothing, sizes(3, 6, 50), 6, sizes(3, 12, 50), 0, 0],
    ["adds on top of what others have just added", nothing, sizes(3, 9, 9), 6, sizes(3, 15, 15), 6, 3],
    ["adds on top of what others took away", nothing, sizes(3, 4, 8), 6, sizes(3, 10, 10), 2, -2],
    [
      "adds only what is missing of our share",
      { before, ours: 4, maxRaisedBy: 2 },
      sizes(3, 10, 10),
      6,
      sizes(3, 12, 12),
      4,
      0,
    ],
    ["is done with when our share is there", raised, sizes(3, 12, 12), 6, undefined, 4, 0],
    ["never lowers, though less is wanted now", raised, sizes(3, 12, 12), 2, undefined, 4, 0],
  ])("%s", (_, entry, seen, surge, to, maxRaisedBy, theirs) => {
    const change = sizesFor(entry, seen, surge);
    expect(change?.to).toEqual(to);
    if (to) expect(change).toMatchObject({ theirs, entry: { before, ours: surge, maxRaisedBy } });
  });
});

it.each<[string, Sizes, to: Sizes, seen: Sizes, boolean]>([
  ["as before: it was not", before, sizes(3, 12, 12), before, false],
  ["as wanted: it was", before, sizes(3, 12, 12), sizes(3, 12, 12), true],
  ["max tells, though others lowered desired", before, sizes(3, 12, 12), sizes(3, 5, 12), true],
  ["max tells, though others raised desired", sizes(3, 6, 8), sizes(3, 12, 12), sizes(3, 8, 8), false],
  [
    "with room in max, desired tells that it was not",
    sizes(3, 6, 50),
    sizes(3, 12, 50),
    sizes(3, 9, 50),
    false,
  ],
  [
    "and that it was, and others went on from there",
    sizes(3, 6, 50),
    sizes(3, 12, 50),
    sizes(3, 15, 50),
    true,
  ],
  ["lowering max back is seen", sizes(3, 6, 12), sizes(3, 6, 8), sizes(3, 6, 8), true],
])("whether sizes were set: %s", (_, expected, to, seen, effect) => {
  expect(tookEffect(expected, to, seen)).toBe(effect);
});

it.each<[string, SizesEntry, Sizes, theirs: number, back: number]>([
  ["nobody moved it: all of ours", raised, sizes(3, 12, 12), 0, 6],
  ["others raised it by three, which stay", raised, sizes(3, 15, 15), 3, 6],
  ["others took two: they took of ours first", raised, sizes(3, 10, 12), -2, 4],
  ["others went below where it was: nothing is left to give", raised, sizes(3, 5, 12), -7, 0],
  ["all is given back", { ...raised, ours: 0 }, sizes(3, 6, 12), 0, 0],
  ["min was raised by others, and holds", raised, sizes(10, 12, 12), 0, 2],
])("given back: %s", (_, entry, seen, theirs, back) => {
  expect(theirsOf(entry, seen)).toBe(theirs);
  expect(toGiveBack(entry, seen)).toBe(back);
});

it.each<[string, SizesEntry, Sizes, max: number | undefined]>([
  ["as it was", { ...raised, ours: 0 }, sizes(3, 6, 12), 8],
  ["plus what others raised it by", { ...raised, ours: 0 }, sizes(3, 6, 20), 16],
  ["never below what is wanted now", { ...raised, ours: 0 }, sizes(3, 9, 12), 9],
  ["somebody lowered it already", { ...raised, ours: 0 }, sizes(3, 6, 6), undefined],
  ["it was not raised", { ...raised, maxRaisedBy: 0 }, sizes(3, 6, 12), undefined],
])("max put back: %s", (_, entry, seen, max) => {
  const to = sizesPutBack(entry, seen);
  expect(to).toEqual(max === undefined ? undefined : { ...seen, max });
});
