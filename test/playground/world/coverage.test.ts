import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { worldCoverage } from "../../../playground/world/coverage.js";

describe("each simulated behaviour has the test that it names", () => {
  it.each(worldCoverage.map((row) => [row.behaviour, row] as const))(
    "%s",
    (_behaviour, { testedBy, test }) => {
      expect(readFileSync(testedBy, "utf8")).toContain(`"${test}"`);
    },
  );
});
