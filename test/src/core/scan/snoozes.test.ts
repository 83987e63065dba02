import { describe, expect, it } from "vitest";
import { day } from "../../../../src/core/instant.js";
import type { Snooze } from "../../../../src/core/scan/digest.js";
import { snoozed } from "../../../../src/core/scan/snoozes.js";
import { aRow, now } from "./builders.js";

const row = aRow();
const other = aRow({ key: "us-west-2/shop/other" });
const until = (moment: number, by = "U0ADA"): Snooze => ({ key: row.key, by, at: now - day, until: moment });

describe("snoozed", () => {
  it.each<[string, Snooze[], string[]]>([
    ["without snoozes all is shown", [], [row.key, other.key]],
    ["until its time it is not", [until(now + 1)], [other.key]],
    ["at its time it is again", [until(now)], [row.key, other.key]],
    ["of two, the longer one counts", [until(now + day), until(now)], [other.key]],
    ["what is not there is nothing", [{ ...until(now + day), key: "us-west-2/gone" }], [row.key, other.key]],
  ])("%s", (_, snoozes, keys) => {
    expect(snoozed([row, other], snoozes, now).shown.map(({ key }) => key)).toEqual(keys);
  });

  it("lasts whatever becomes of the row, and says whose it is", () => {
    const worse = { ...row, severity: "critical", to: "1.34.9-20260801" } as const;
    const long = until(now + 7 * day, "U0BOB");
    expect(snoozed([worse, other], [long, until(now + day)], now)).toEqual({
      shown: [other],
      snoozed: [{ row: worse, snooze: long }],
    });
  });
});
