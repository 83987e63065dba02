import { describe, expect, it } from "vitest";
import type { Concern, Severity, SeverityRules } from "../../../../src/core/scan/digest.js";
import { severityOf } from "../../../../src/core/scan/severity.js";
import { noRules, now, rules } from "./builders.js";

const ends = (days: number): Concern => ({
  kind: "support ends",
  which: "extended",
  on: now,
  days,
  next: "upgraded by EKS",
});
const skew = (behind: number): Concern => ({ kind: "skew", kubelet: "1.31", behind, allowed: 3 });
const withdrawn = (runs: boolean): Concern => ({ kind: "withdrawn", release: "1.34.9-20260714", runs });
const old = (days: number): Concern => ({ kind: "old image", days });

describe("severityOf", () => {
  it.each<[string, number | undefined, Concern[], Severity]>([
    ["not known how far behind", undefined, [], "notice"],
    ["a little behind", 29, [], "notice"],
    ["behind by the warning's days", 30, [], "warning"],
    ["almost by the critical days", 89, [], "warning"],
    ["behind by the critical days", 90, [], "critical"],
    ["support ends some day", undefined, [ends(91)], "notice"],
    ["support ends within the warning's days", undefined, [ends(90)], "warning"],
    ["support ends within the critical days", undefined, [ends(30)], "critical"],
    ["support is over", undefined, [ends(-1)], "critical"],
    ["a kubelet that lags", undefined, [skew(2)], "notice"],
    ["a kubelet that holds the control plane back", undefined, [skew(3)], "warning"],
    ["a kubelet beyond support", undefined, [skew(4)], "critical"],
    ["a family that has ended", undefined, [{ kind: "ended family" }], "warning"],
    ["it runs what was withdrawn", undefined, [withdrawn(true)], "warning"],
    ["another one was withdrawn", undefined, [withdrawn(false)], "notice"],
    ["a custom AMI of some age", undefined, [old(29)], "notice"],
    ["a custom AMI as old as the warning", undefined, [old(30)], "warning"],
    ["a custom AMI as old as what is critical", undefined, [old(90)], "critical"],
    ["the worst of it counts", 31, [skew(2), ends(12), withdrawn(false)], "critical"],
  ])("%s", (_, days, concerns, severity) => {
    expect(severityOf(days, concerns, rules)).toBe(severity);
  });

  it.each<[string, SeverityRules, number, Concern[], Severity]>([
    ["days do not count without a rule", noRules, 1000, [ends(0), old(1000)], "notice"],
    ["what is bad by itself counts all the same", noRules, 0, [ends(-1)], "critical"],
    ["a critical rule alone", { ...noRules, critical: rules.critical }, 60, [], "notice"],
    ["a warning alone", { ...noRules, warning: rules.warning }, 1000, [ends(0)], "warning"],
  ])("%s", (_, some, days, concerns, severity) => {
    expect(severityOf(days, concerns, some)).toBe(severity);
  });
});
