import fc from "fast-check";
import { expect, it } from "vitest";
import { second } from "../../../../src/core/instant.js";
import { setting } from "./model/arbitrary.js";
import { drive } from "./model/drive.js";
import { whatIsWrong } from "./model/expected.js";

it(
  "whatever the cluster, and whatever happens, it harms nobody, and ends or asks",
  async () => {
    await fc.assert(
      fc.asyncProperty(setting, async (each) => {
        expect(whatIsWrong(await drive(each))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  },
  90 * second,
);
