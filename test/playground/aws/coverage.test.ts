import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { awsCoverage } from "../../../playground/aws/coverage.js";
import { skins } from "../../../playground/aws/server.js";

describe("the coverage list of the simulated AWS", () => {
  it("names exactly the operations that are served", () => {
    const served = skins.flatMap(({ service, operations }) =>
      Object.keys(operations).map((operation) => `${service} ${operation}`),
    );
    expect(awsCoverage.map(({ service, operation }) => `${service} ${operation}`).sort()).toEqual(
      served.sort(),
    );
  });

  it.each(awsCoverage.map((row) => [row.operation, row] as const))(
    "%s is in the test that it names",
    (operation, { testedBy }) => {
      expect(readFileSync(testedBy, "utf8")).toContain(operation);
    },
  );
});
