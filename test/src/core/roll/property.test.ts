import fc from "fast-check";
import { expect, it } from "vitest";
import { second } from "../../../../src/core/instant.js";
import { setting } from "./model/arbitrary.js";
import { drive } from "./model/drive.js";
import { whatIsWrong } from "./model/expected.js";

/** The same clusters every time; `SEED=42 npx vitest run …` tries others. */
const seed = Number(process.env.SEED ?? 1);

it(
  "whatever the cluster, and whatever happens, a roll harms nobody, and ends or asks",
  async () => {
    await fc.assert(
      fc.asyncProperty(setting, async (each) => {
        expect(whatIsWrong(await drive(each))).toEqual([]);
      }),
      { numRuns: 6, seed },
    );
  },
  90 * second,
);
