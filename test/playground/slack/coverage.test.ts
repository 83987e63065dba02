import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { behaviourCoverage, methodCoverage } from "../../../playground/slack/coverage.js";
import { methods } from "../../../playground/slack/methods/index.js";

test("the coverage list names every registered method once", () => {
  expect(methodCoverage.map((entry) => entry.what).sort()).toEqual([...methods.keys()].sort());
});

test.each([...methodCoverage, ...behaviourCoverage])(
  "$what is covered by a test that exists",
  ({ test: file }) => {
    expect(existsSync(new URL(file, import.meta.url))).toBe(true);
  },
);
