import fc from "fast-check";
import { expect, it } from "vitest";
import { minute } from "../../../../src/core/instant.js";
import { setting } from "./model/arbitrary.js";
import { drive } from "./model/drive.js";
import { whatIsWrong } from "./model/expected.js";

/** The same clusters every time; `SEED=42 npx vitest run --config vitest.slow.config.ts …` tries others. */
const seed = Number(process.env.SEED ?? 2);

it(
  "hundreds of clusters: a roll harms nobody, and ends or asks",
  async () => {
    await fc.assert(
      fc.asyncProperty(setting, async (each) => {
        expect(whatIsWrong(await drive(each))).toEqual([]);
      }),
      { numRuns: 400, seed },
    );
  },
  10 * minute,
);
