import { describe, expect, it } from "vitest";
import { targetsOf } from "../../../../src/core/plan.js";
import type { Concern, DigestRow, SeverityRules } from "../../../../src/core/scan/digest.js";
import { rowKey } from "../../../../src/core/scan/rows.js";
import type { ScannedGroup } from "../../../../src/core/scan/scanned.js";
import { aStep } from "../../../builders.js";
import { aCluster, aGroup, behind, endsIn, listed, noRules, on, rowsIn, rules } from "./builders.js";

describe("which node groups get a row", () => {
  const custom = (day: string) =>
    aGroup({ amiType: "CUSTOM", standing: "custom", current: { release: "ami-1", publishedAt: on(day) } });
  it.each<[string, ScannedGroup, boolean]>([
    ["the newest: no", aGroup(), false],
    ["behind: yes", behind(13), true],
    ["behind by a patch of the same day: yes", behind(0), true],
    ["withdrawn: yes", aGroup({ standing: "withdrawn" }), true],
    ["unknown: no", aGroup({ standing: "unknown" }), false],
    ["the newest of a family that has ended: yes", aGroup({ amiType: "AL2_x86_64" }), true],
    ["the newest, two minors behind: no", aGroup({ kubelet: "1.32" }), false],
    ["the newest, as many minors behind as may be: yes", aGroup({ kubelet: "1.31" }), true],
    ["the newest, and another was taken back: no", aGroup({ takenBack: "1.34.9-20260801" }), false],
    ["unknown, and a newer one was taken back: no", aGroup({ standing: "unknown", takenBack: "1" }), false],
    ["a custom AMI younger than the warning's days: no", custom("2026-10-23"), false],
    ["a custom AMI as old as the warning's days: yes", custom("2026-10-22"), true],
  ])("%s", (_, group, told) => {
    expect(rowsIn([aCluster("shop", [group])])).toHaveLength(told ? 1 : 0);
  });

  it("custom AMIs get none where no rule speaks of days", () => {
    expect(rowsIn([aCluster("shop", [custom("2020-01-01")])], noRules)).toEqual([]);
  });

  it("custom AMIs that are told of for another reason are not called old before their time", () => {
    const young = { ...custom("2026-11-01"), kubelet: "1.31" };
    expect(rowsIn([aCluster("shop", [young])])).toMatchObject([{ concerns: [{ kind: "skew" }] }]);
  });
});

describe("which control planes get a row", () => {
  const { critical, warning } = rules;
  it.each<[string, number, SeverityRules, DigestRow["severity"] | undefined]>([
    ["none of a day far off", 91, rules, undefined],
    ["within the warning's days", 90, rules, "warning"],
    ["within the critical days", 30, rules, "critical"],
    ["on the last day", 0, rules, "critical"],
    ["over, long ago", -100, rules, "critical"],
    ["within the critical days, without a warning", 30, { ...noRules, critical }, "critical"],
    ["none before the critical days, without a warning", 31, { ...noRules, critical }, undefined],
    ["within the warning's days, and nothing is critical", 1, { ...noRules, warning }, "warning"],
    ["none on the last day, without rules", 0, noRules, undefined],
    ["over, without rules", -1, noRules, "critical"],
  ])("%s", (_, days, some, severity) => {
    const rows = rowsIn([aCluster("shop", [aGroup()], { support: endsIn(days) })], some);
    expect(rows.map((row) => row.severity)).toEqual(severity ? [severity] : []);
  });

  it("says what it is about, and no node group", () => {
    const support = endsIn(5);
    expect(rowsIn([aCluster("shop", [], { version: "1.31", support })])).toEqual([
      {
        key: "us-west-2/shop",
        environment: "prod",
        cluster: "shop",
        region: "us-west-2",
        severity: "critical",
        from: "1.31",
        concerns: [
          {
            kind: "support ends",
            which: "extended",
            on: support.endOfExtended,
            days: 5,
            next: "upgraded by EKS",
          },
        ],
      },
    ]);
  });
});

describe("a node group's row", () => {
  it("says from where to where, and how far", () => {
    expect(rowsIn([aCluster("shop", [behind(135)])])).toEqual([
      {
        key: "us-west-2/shop/default",
        environment: "prod",
        cluster: "shop",
        region: "us-west-2",
        group: { kind: "managed node group", name: "default" },
        severity: "critical",
        from: "1.34.7-20260301",
        to: "1.34.9-20260714",
        daysBehind: 135,
        releasesBehind: 1,
        nodes: 3,
        concerns: [],
      },
    ]);
  });

  it.each<[string, ScannedGroup, string | undefined]>([
    ["to the newest", behind(3), "1.34.9-20260714"],
    [
      "from one that was withdrawn, to the newest that is left",
      aGroup({ standing: "withdrawn", newest: listed("1.34.8-20260601") }),
      "1.34.8-20260601",
    ],
    [
      "to nothing, where it is the newest",
      aGroup({ amiType: "AL2_x86_64", newest: listed("1.34.9-20260714") }),
      undefined,
    ],
    [
      "to nothing, where nobody knows",
      aGroup({ standing: "unknown", kubelet: "1.30", newest: listed("x") }),
      undefined,
    ],
  ])("leads %s", (_, group, to) => {
    const [row] = rowsIn([aCluster("shop", [group])]);
    expect(row?.to).toBe(to);
  });

  it.each<[string, ScannedGroup, Partial<Record<"days", number>>, DigestRow["severity"], Concern["kind"][]]>([
    ["a little behind", behind(13), {}, "notice", []],
    ["no days, as of Bottlerocket", withoutDays(behind(0)), {}, "notice", []],
    ["months behind", behind(89), {}, "warning", []],
    ["support ends some day", behind(13), { days: 91 }, "notice", []],
    ["support ends soon", behind(13), { days: 90 }, "warning", ["support ends"]],
    ["support is over", behind(13), { days: -1 }, "critical", ["support ends"]],
    ["it runs what was withdrawn", aGroup({ standing: "withdrawn" }), {}, "warning", ["withdrawn"]],
    [
      "what the rules call worse comes first",
      { ...behind(13), amiType: "AL2_x86_64", kubelet: "1.31" },
      { days: 12 },
      "critical",
      ["support ends", "ended family", "skew"],
    ],
  ])("is as bad as its worst: %s", (_, group, { days }, severity, kinds) => {
    const found = days === undefined ? {} : { support: endsIn(days) };
    const row = rowsIn([aCluster("shop", [group], found)]).find((each) => each.group);
    expect(row).toMatchObject({ severity });
    expect(row?.concerns.map(({ kind }) => kind)).toEqual(kinds);
  });
});

function withoutDays({ daysBehind: _days, ...group }: ScannedGroup): ScannedGroup {
  return group;
}

describe("rowKey", () => {
  it.each(["managed node group", "self-managed node group"] as const)(
    "is the target of a run: %s",
    (kind) => {
      const plan = { region: "us-west-2", cluster: "shop", steps: [aStep({ kind, nodeGroup: "workers" })] };
      expect([rowKey("us-west-2", "shop", { kind, name: "workers" })]).toEqual(targetsOf(plan));
    },
  );

  it("is no target of a run for a control plane", () => {
    expect(rowKey("us-west-2", "shop")).toBe("us-west-2/shop");
  });
});
