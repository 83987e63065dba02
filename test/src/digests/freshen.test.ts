import { describe, expect, it } from "vitest";
import type { DigestRow } from "../../../src/core/scan/digest.js";
import { rowsOf } from "../../../src/core/scan/rows.js";
import type { ScannedCluster } from "../../../src/core/scan/scanned.js";
import { freshened } from "../../../src/digests/freshen.js";
import { aCluster, aGroup, behind, denied, now, rules } from "../core/scan/builders.js";
import { someContent } from "../slack/views/digest-facts.js";

const rulesOf = () => rules;
const told = rowsOf([aCluster("shop", [behind(40)]), aCluster("books", [behind(20)])], rulesOf, now);
const [shop, books] = ["us-west-2/shop/default", "us-west-2/books/default"];
const worse = (row: DigestRow | undefined) => row?.severity;

describe("what a digest says of clusters that were looked at again", () => {
  const content = someContent({ rows: told });
  const lookedAgain = (...clusters: ScannedCluster[]) => freshened(content, clusters, rulesOf, now);

  it.each<[string, ScannedCluster[], string[]]>([
    ["a row that is over goes", [aCluster("shop", [aGroup()])], [books]],
    ["rows of other clusters stay", [aCluster("elsewhere", [behind(90)])], [shop, books]],
    [
      "a cluster that could not be looked at says nothing",
      [{ ...aCluster("shop"), problem: denied }],
      [shop, books],
    ],
    [
      "what is new is left for the next digest",
      [aCluster("shop", [behind(40), { ...behind(5), name: "new" }])],
      [shop, books],
    ],
    [
      "another environment's cluster of that name is another",
      [{ ...aCluster("shop"), environment: "test" }],
      [shop, books],
    ],
  ])("%s", (_, clusters, keys) => {
    expect(lookedAgain(...clusters).rows.map(({ key }) => key)).toEqual(keys);
  });

  it("a row that became less bad says so, and moves to its place", () => {
    const { rows } = lookedAgain(aCluster("shop", [behind(10)]));
    expect(rows.map(({ key, daysBehind }) => [key, daysBehind])).toEqual([
      [books, 20],
      [shop, 10],
    ]);
  });

  it("a row that became worse is news, which the next digest tells", () => {
    const [before] = told;
    const { rows } = lookedAgain(aCluster("shop", [behind(400)]));
    expect(worse(rows.find(({ key }) => key === shop))).toBe(worse(before));
    expect(rows).toEqual(content.rows);
  });

  it("nothing else is the same content", () => {
    expect(lookedAgain(aCluster("shop", [behind(40)]))).toBe(content);
  });
});
