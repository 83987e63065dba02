import { describe, expect, it } from "vitest";
import { contentOf, isAllUpToDate } from "../../../../src/core/scan/rows.js";
import type { ScannedCluster, ScannedGroup } from "../../../../src/core/scan/scanned.js";
import { aCluster, aGroup, behind, denied, now, rules } from "./builders.js";

describe("contentOf", () => {
  const { found: _found, ...unreached } = aCluster("dark");
  const failed: ScannedCluster = { ...unreached, problem: denied };
  const content = (clusters: readonly ScannedCluster[]) => contentOf(clusters, () => rules, now);

  it("counts what was looked at, and names what could not be", () => {
    const clusters = [failed, aCluster("shop", [behind(3), aGroup({ name: "gpu" })]), aCluster("empty")];
    expect(content(clusters)).toMatchObject({
      rows: [{ key: "us-west-2/shop/default" }],
      problems: [{ environment: "prod", name: "dark", problem: denied }],
      looked: { clusters: 2, groups: 2 },
    });
  });

  it.each<[string, Partial<ScannedGroup>, number | undefined]>([
    ["one whose release nobody lists", { standing: "unknown" }, 1],
    ["a custom AMI whose age is not known", { standing: "custom", current: { release: "ami-1" } }, 1],
    [
      "a custom AMI with an age",
      { standing: "custom", current: { release: "ami-1", publishedAt: now } },
      undefined,
    ],
    ["one without nodes, which runs nothing", { standing: "unknown", nodes: 0 }, undefined],
    ["the newest", { standing: "newest" }, undefined],
  ])("counts what it can say nothing of: %s", (_, over, uncompared) => {
    const { looked } = content([aCluster("shop", [aGroup(over)])]);
    expect(looked.uncompared).toBe(uncompared);
  });

  it("says where nodes were not looked at", () => {
    const unseen = {
      code: "Forbidden",
      what: "Could not list nodes (Forbidden)",
      next: "Grant list on nodes.",
    };
    expect(content([aCluster("shop", [], { unseen })]).problems).toEqual([
      {
        environment: "prod",
        name: "shop",
        problem: {
          ...unseen,
          what: "Nodes of shop were not looked at, so its self-managed node groups are not told: Could not list nodes (Forbidden)",
        },
      },
    ]);
  });

  it("tells rows of a cluster of which only a part could be read", () => {
    const partly = { ...aCluster("shop", [behind(3)]), problem: denied };
    expect(content([partly])).toMatchObject({ rows: [{ cluster: "shop" }], problems: [{ problem: denied }] });
  });

  it("orders problems by environment and name, whatever order they come in", () => {
    const of = (environment: string, name: string) => ({ ...failed, environment, name });
    const problems = content([of("test", "a"), of("prod", "c"), of("prod", "b")]).problems;
    expect(problems.map(({ environment, name }) => `${environment}/${name}`)).toEqual([
      "prod/b",
      "prod/c",
      "test/a",
    ]);
  });

  it.each<[string, number[], number]>([
    ["as old as its oldest look", [now - 5, now - 60_000, now], now - 60_000],
    ["of now, where nothing is to be looked at", [], now],
  ])("is %s", (_, looks, scannedAt) => {
    const clusters = looks.map((each) => ({ ...aCluster("shop"), scannedAt: each }));
    expect(content(clusters).scannedAt).toBe(scannedAt);
  });

  it.each<[string, ScannedCluster, boolean]>([
    ["a group that is behind: no", aCluster("shop", [behind(1)]), false],
    ["a cluster that could not be looked at: no", failed, false],
    ["all is the newest: yes", aCluster("shop", [aGroup()]), true],
  ])("all up to date? %s", (_, cluster, quiet) => {
    expect(isAllUpToDate(content([cluster]))).toBe(quiet);
  });
});
