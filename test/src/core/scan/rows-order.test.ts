import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Concern, DigestRow } from "../../../../src/core/scan/digest.js";
import { compareRows, rowsOf } from "../../../../src/core/scan/rows.js";
import { aCluster, aGroup, aRow, behind, endsIn, noRules, now, rowsIn, rules } from "./builders.js";

describe("the order of rows", () => {
  const ends = (days: number): Concern => ({
    kind: "support ends",
    which: "extended",
    on: now,
    days,
    next: "upgraded by EKS",
  });
  it.each<[string, Partial<DigestRow>, Partial<DigestRow>]>([
    [
      "the more severe",
      { severity: "critical" },
      { severity: "warning", daysBehind: 400, concerns: [ends(1)] },
    ],
    ["the sooner end of support", { concerns: [ends(1)] }, { daysBehind: 400, concerns: [ends(2)] }],
    ["any end of support before none", { concerns: [ends(90)] }, { daysBehind: 400 }],
    ["the longer behind", { daysBehind: 10 }, { daysBehind: 9 }],
    ["behind by days before by nobody knows how much", { daysBehind: 0 }, {}],
    ["an old image counts by its age", { concerns: [{ kind: "old image", days: 40 }] }, { daysBehind: 39 }],
    ["by the cluster's name", { cluster: "a" }, { cluster: "b" }],
    ["by the group's name", {}, { group: { kind: "managed node group", name: "gpu" } }],
    ["by the key", { key: "eu-west-1/shop/default" }, {}],
  ])("%s comes first", (_, first, second) => {
    expect(compareRows(aRow(first), aRow(second))).toBeLessThan(0);
    expect(compareRows(aRow(second), aRow(first))).toBeGreaterThan(0);
  });

  it("a control plane comes before its node groups", () => {
    const support = endsIn(5);
    const rows = rowsIn([aCluster("shop", [aGroup({ amiType: "AL2_x86_64" })], { support })]);
    expect(rows.map(({ key }) => key)).toEqual(["us-west-2/shop", "us-west-2/shop/default"]);
  });

  it("keeps an environment together, the one with the worst first", () => {
    const of = (environment: string, name: string, days: number) => ({
      ...aCluster(name, [behind(days)]),
      environment,
    });
    const rows = rowsIn([of("prod", "a", 3), of("test", "b", 100), of("prod", "c", 50), of("test", "d", 1)]);
    expect(rows.map(({ environment, cluster }) => [environment, cluster])).toEqual([
      ["test", "b"],
      ["test", "d"],
      ["prod", "c"],
      ["prod", "a"],
    ]);
  });

  it("follows each environment's own rules", () => {
    const of = (environment: string) => ({ ...aCluster(environment, [behind(100)]), environment });
    const rows = rowsOf([of("prod"), of("test")], (name) => (name === "test" ? rules : noRules), now);
    expect(rows.map(({ cluster, severity }) => [cluster, severity])).toEqual([
      ["test", "critical"],
      ["prod", "notice"],
    ]);
  });
});

describe("whatever was found", () => {
  const row = fc
    .record({
      severity: fc.constantFrom("critical" as const, "warning" as const, "notice" as const),
      days: fc.option(fc.nat(2), { nil: undefined }),
      end: fc.option(fc.integer({ min: -1, max: 1 }), { nil: undefined }),
      cluster: fc.constantFrom("a", "b"),
      name: fc.constantFrom("default", "gpu"),
    })
    .map(({ severity, days, end, cluster, name }) =>
      aRow({
        severity,
        cluster,
        key: `us-west-2/${cluster}/${name}`,
        group: { kind: "managed node group", name },
        ...(days !== undefined && { daysBehind: days }),
        concerns:
          end === undefined
            ? []
            : [{ kind: "support ends", which: "extended", on: now, days: end, next: "upgraded by EKS" }],
      }),
    );

  it("any two rows have an order, and any three agree on it", () => {
    fc.assert(
      fc.property(row, row, row, (a, b, c) => {
        expect(Math.sign(compareRows(a, b))).toBe(0 - Math.sign(compareRows(b, a)));
        expect(compareRows(a, a)).toBe(0);
        if (compareRows(a, b) <= 0 && compareRows(b, c) <= 0)
          expect(compareRows(a, c)).toBeLessThanOrEqual(0);
      }),
      { seed: 1 },
    );
  });

  const cluster = fc.record({
    environment: fc.constantFrom("prod", "test", "dev"),
    days: fc.array(fc.nat(120), { maxLength: 3 }),
    end: fc.integer({ min: -10, max: 200 }),
  });

  it("the order is the same, however the clusters come", () => {
    fc.assert(
      fc.property(fc.array(cluster, { maxLength: 6 }), (list) => {
        const clusters = list.map(({ environment, days, end }, index) => ({
          ...aCluster(
            `c${index}`,
            days.map((each, at) => behind(each, { name: `g${at}` })),
            { support: endsIn(end) },
          ),
          environment,
        }));
        const rows = rowsIn(clusters);
        expect(rowsIn([...clusters].reverse())).toEqual(rows);
        const environments = rows.map(({ environment }) => environment);
        const changes = environments.filter((name, index) => name !== environments[index - 1]);
        expect(changes).toEqual([...new Set(environments)]);
        expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
      }),
      { seed: 1 },
    );
  });
});
