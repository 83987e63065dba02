import { expect, it } from "vitest";
import { runId } from "../../../src/core/run-id.js";

/** Answers the numbers in turn, and notes what each was drawn from. */
function scripted(...numbers: number[]) {
  const belows: number[] = [];
  const random = (below: number) => {
    belows.push(below);
    return numbers[belows.length - 1] ?? 0;
  };
  return { random, belows };
}

const words = (count: number, wordAt: (i: number) => string | undefined) =>
  Array.from({ length: count }, (_, i) => wordAt(i) ?? "");
const qualities = words(60, (i) => runId(scripted(i, 0, 0).random).split("-")[0]);
const animals = words(60, (i) => runId(scripted(0, i, 0).random).split("-")[1]);

it.each([
  ["the first", [0, 0, 0], "amber-badger-10"],
  ["the last", [59, 59, 89], "wise-zebra-99"],
])("%s of them", (_, numbers, id) => {
  expect(runId(scripted(...numbers).random)).toBe(id);
});

it("there are 324,000", () => {
  const { random, belows } = scripted();
  runId(random);
  expect(belows).toEqual([60, 60, 90]);
  expect(new Set(qualities).size * new Set(animals).size * 90).toBe(324_000);
});

it.each([...qualities, ...animals])("%s is short, plain letters", (word) => {
  expect(word).toMatch(/^[a-z]{3,8}$/);
});

it("no word is both: said in the wrong order, an id cannot be another", () => {
  expect(qualities.filter((word) => animals.includes(word))).toEqual([]);
});
