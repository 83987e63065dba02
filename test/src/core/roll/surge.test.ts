import { describe, expect, it } from "vitest";
import {
  maxUnavailableOf,
  raisedBy,
  type SizesEntry,
  type SurgeWish,
  sizesPutBack,
  surgeOf,
  theirsOf,
  toGiveBack,
  tookEffect,
  wasLowered,
} from "../../../../src/core/roll/surge.js";
import type { Sizes, UpdateConfig } from "../../../../src/core/seen.js";

const sizes = (min: number, desired: number, max: number): Sizes => ({ min, max, desired });
const before = sizes(3, 6, 8);
const raised: SizesEntry = { before, ours: 6, maxRaisedBy: 6 };
const givenBack: SizesEntry = { ...raised, ours: 0 };

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

it.each<[string, Sizes, Sizes]>([
  ["desired and max by as much", before, sizes(3, 12, 14)],
  ["max too where there is room, so that it tells of the write", sizes(3, 6, 50), sizes(3, 12, 56)],
  ["on top of what others made of it", sizes(4, 9, 9), sizes(4, 15, 15)],
])("raised by six: %s", (_, seen, to) => {
  expect(raisedBy(seen, 6)).toEqual(to);
});

describe("whether sizes were raised", () => {
  /** By an older bot, which left max alone where there was room. */
  const roomy = [sizes(3, 6, 50), sizes(3, 12, 50)] as const;
  const ours = [before, raisedBy(before, 6)] as const;
  it.each<[string, readonly [expected: Sizes, to: Sizes], seen: Sizes, boolean]>([
    ["as before: they were not", ours, before, false],
    ["as wanted: they were", ours, sizes(3, 12, 14), true],
    ["max tells, though others took five away", ours, sizes(3, 7, 14), true],
    ["though others took more than was added", ours, sizes(3, 5, 14), true],
    ["though others added three", ours, sizes(3, 15, 14), true],
    ["and that they were not, though others added two", ours, sizes(3, 8, 8), false],
    [
      "nor where others added as many as were to be",
      [sizes(3, 6, 16), sizes(3, 12, 22)],
      sizes(3, 12, 16),
      false,
    ],
    ["where others moved max too, desired tells that they were not", ours, sizes(3, 9, 9), false],
    ["and that they were, and others went on from there", ours, sizes(3, 15, 17), true],
    ["max was not to be raised: desired tells that they were not", roomy, sizes(3, 9, 50), false],
    ["that they were", roomy, sizes(3, 12, 50), true],
    ["and that others went on from there", roomy, sizes(3, 15, 50), true],
  ])("%s", (_, [expected, to], seen, effect) => {
    expect(tookEffect(expected, to, seen)).toBe(effect);
  });
});

it.each<[string, max: number, boolean]>([
  ["as before: it was not", 14, false],
  ["as wanted: it was", 8, true],
  ["others have raised it by one since", 9, true],
  ["others had raised it by five instead", 19, false],
  ["others had lowered it by one instead", 13, false],
])("whether max was put back: %s", (_, max, effect) => {
  expect(wasLowered(sizes(3, 6, 14), sizes(3, 6, 8), sizes(3, 6, max))).toBe(effect);
});

it.each<[string, SizesEntry, Sizes, theirs: number, back: number]>([
  ["nobody moved it: all of ours", raised, sizes(3, 12, 14), 0, 6],
  ["others raised it by three, which stay", raised, sizes(3, 15, 15), 3, 6],
  ["others took two: they took of ours first", raised, sizes(3, 10, 14), -2, 4],
  ["others went below where it was: nothing is left to give", raised, sizes(3, 5, 14), -7, 0],
  ["all is given back", givenBack, sizes(3, 6, 14), 0, 0],
  ["min was raised by others, and holds", raised, sizes(10, 12, 14), 0, 2],
])("given back: %s", (_, entry, seen, theirs, back) => {
  expect(theirsOf(entry, seen)).toBe(theirs);
  expect(toGiveBack(entry, seen)).toBe(back);
});

it.each<[string, SizesEntry, Sizes, max: number | undefined]>([
  ["as it was", givenBack, sizes(3, 6, 14), 8],
  ["plus what others raised it by", givenBack, sizes(3, 6, 20), 14],
  ["never below what is wanted now", givenBack, sizes(3, 9, 14), 9],
  ["nor below what it was, where others lowered it", givenBack, sizes(3, 6, 12), 8],
  ["somebody put it back already", givenBack, sizes(3, 6, 8), undefined],
  ["somebody lowered it further", givenBack, sizes(3, 6, 7), undefined],
  ["an older bot raised it by what was missing", { ...givenBack, maxRaisedBy: 4 }, sizes(3, 6, 12), 8],
  ["an older bot had not raised it", { ...givenBack, maxRaisedBy: 0 }, sizes(3, 6, 12), undefined],
])("max put back: %s", (_, entry, seen, max) => {
  const to = sizesPutBack(entry, seen);
  expect(to).toEqual(max === undefined ? undefined : { ...seen, max });
});
