import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openTally, type Tally } from "../../../src/audit/tally.js";
import type { Recorded } from "../../../src/audit.js";

const minute = 60_000;
let recorded: Recorded[];
let tally: Tally;
beforeEach(() => {
  vi.useFakeTimers();
  recorded = [];
  tally = openTally({ record: (entry) => recorded.push(entry) });
});
afterEach(() => {
  vi.useRealTimers();
});

const entry = (who: string, why = "too many"): Recorded => ({
  ...{ kind: "refusal", who, what: "start", outcome: "refused", rule: "rate", why },
});
const add = (times: number, who = "U1", why?: string) => {
  for (let each = 0; each < times; each++) tally.add(who, entry(who, why));
};
const counts = () => recorded.map(({ who, more }) => [who, more?.count]);

it("keeps the first at once, and a minute later how many came after it", () => {
  add(1_000);
  expect(counts()).toEqual([["U1", undefined]]);
  vi.advanceTimersByTime(minute);
  expect(counts()).toEqual([
    ["U1", undefined],
    ["U1", 999],
  ]);
});

it("says of one alone nothing more, and of the next one, later, at once", () => {
  add(1);
  vi.advanceTimersByTime(minute);
  add(1);
  expect(counts()).toEqual([
    ["U1", undefined],
    ["U1", undefined],
  ]);
});

it("keeps one entry a minute of whoever does not stop, with what was said last", () => {
  for (let each = 0; each < 5; each++) {
    add(100, "U1", `in minute ${each}`);
    vi.advanceTimersByTime(minute);
  }
  expect(recorded).toHaveLength(6);
  expect(recorded.at(-1)).toMatchObject({ why: "in minute 4", more: { count: 100 } });
  vi.advanceTimersByTime(10 * minute);
  expect(recorded).toHaveLength(6);
});

it("counts each key by itself, and loses nothing where there are very many", () => {
  for (let each = 0; each < 1_500; each++) add(2, `U${each}`);
  tally.flush();
  const told = counts().reduce((sum, [, count]) => sum + (Number(count) || 1), 0);
  expect(told).toBe(3_000);
});

it("keeps what was only counted when it is told to, and has no timer left then", () => {
  add(3);
  tally.flush();
  expect(counts()).toEqual([
    ["U1", undefined],
    ["U1", 2],
  ]);
  expect(vi.getTimerCount()).toBe(0);
});
