import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DigestRow, SeverityRules } from "../../../../src/core/scan/digest.js";
import { callsFor, newsIn } from "../../../../src/core/scan/news.js";
import { aRow, noRules, rules } from "./builders.js";

const { to: _to, ...nowhere } = aRow();

describe("newsIn", () => {
  it.each<[string, DigestRow, DigestRow, boolean]>([
    ["the same is none", aRow(), aRow(), false],
    ["days alone are none", aRow({ daysBehind: 41 }), aRow({ daysBehind: 40 }), false],
    ["another newest release is", aRow({ to: "1.34.9-20260801" }), aRow(), true],
    ["a newest release that moved back is", aRow({ to: "1.34.8-20260601" }), aRow(), true],
    ["that the newest could not be read is none", nowhere, aRow(), false],
    ["that it could be again is none", aRow(), nowhere, false],
    ["what became worse is", aRow({ severity: "critical" }), aRow({ severity: "warning" }), true],
    ["what became better is none", aRow({ severity: "notice" }), aRow({ severity: "warning" }), false],
    ["an upgrade that did not reach the newest is none", aRow({ from: "1.34.8-20260601" }), aRow(), false],
    ["another group is", aRow({ key: "us-west-2/shop/other" }), aRow(), true],
  ])("%s", (_, row, former, news) => {
    expect(newsIn({ rows: [row] }, { rows: [former] })).toEqual(news ? [row.key] : []);
  });

  it("is everything where nothing was told before", () => {
    expect(newsIn({ rows: [aRow()] }, undefined)).toEqual([aRow().key]);
  });

  it("is nothing where rows went away", () => {
    expect(newsIn({ rows: [] }, { rows: [aRow()] })).toEqual([]);
  });

  const row = fc
    .record({
      key: fc.constantFrom("a", "b", "c"),
      severity: fc.constantFrom("critical" as const, "warning" as const, "notice" as const),
      to: fc.constantFrom("1", "2"),
    })
    .map((changes) => aRow(changes));
  const rows = fc.uniqueArray(row, { selector: ({ key }) => key });

  it("never is what was told already, and is nothing that is not there", () => {
    fc.assert(
      fc.property(rows, rows, (one, other) => {
        expect(newsIn({ rows: one }, { rows: one })).toEqual([]);
        const news = newsIn({ rows: one }, { rows: other });
        expect(one.map(({ key }) => key)).toEqual(expect.arrayContaining(news));
      }),
      { seed: 1 },
    );
  });
});

describe("callsFor", () => {
  const test: SeverityRules = {
    ...noRules,
    critical: { mention: { groups: ["S0TEST"], users: ["U0ADA"] } },
  };
  const rulesOf = (environment: string) => (environment === "test" ? test : rules);
  const critical = aRow({ key: "a", severity: "critical" });
  const warning = aRow({ key: "b", severity: "warning" });
  const elsewhere = aRow({ key: "c", severity: "critical", environment: "test" });
  const rows = [critical, warning, elsewhere, aRow({ key: "d", severity: "notice" })];

  it.each<[string, string[], { groups: string[]; users: string[] }]>([
    ["nobody where nothing is news", [], { groups: [], users: [] }],
    ["nobody for a notice", ["d"], { groups: [], users: [] }],
    ["whom the warning names", ["b"], { groups: ["S0OPS"], users: [] }],
    ["whom what is critical names", ["a"], { groups: ["S0OPS"], users: ["U0ADA"] }],
    ["whom the row's own environment names", ["c"], { groups: ["S0TEST"], users: ["U0ADA"] }],
    ["everybody once", ["a", "b", "c", "d"], { groups: ["S0OPS", "S0TEST"], users: ["U0ADA"] }],
    ["nobody for what is not there", ["gone"], { groups: [], users: [] }],
  ])("%s", (_, news, calls) => {
    expect(callsFor({ rows }, news, rulesOf)).toEqual(calls);
  });
});
