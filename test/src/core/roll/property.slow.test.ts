import fc from "fast-check";
import { expect, it } from "vitest";
import { minute } from "../../../../src/core/instant.js";
import { hold, setting } from "./model/arbitrary.js";
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

it(
  "held again and again: no node is chosen to leave meanwhile, none is left half drained, and the end is the same",
  async () => {
    let held = 0;
    const often = fc.array(hold, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(setting, often, async (each, holds) => {
        const driven = await drive({ ...each, happenings: [...each.happenings, ...holds] });
        if (driven.facts.some(({ type }) => type === "RunHeld")) held += 1;
        expect(whatIsWrong(driven)).toEqual([]);
      }),
      { numRuns: 100, seed },
    );
    expect(held).toBeGreaterThan(30);
  },
  10 * minute,
);
