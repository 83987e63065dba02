import { describe, expect, it } from "vitest";
import { amazonLinux2End } from "../../../../src/core/ami-support.js";
import { day } from "../../../../src/core/instant.js";
import { concernsOf } from "../../../../src/core/scan/concerns.js";
import type { Concern } from "../../../../src/core/scan/digest.js";
import type { ScannedGroup, VersionSupport } from "../../../../src/core/scan/scanned.js";
import { aGroup, findings, listed, now, on } from "./builders.js";

describe("the support calendar", () => {
  const standard = on("2026-12-02");
  const extended = on("2027-12-02");
  const calendar = { status: "STANDARD_SUPPORT", endOfStandard: standard, endOfExtended: extended };
  const costsMore = { kind: "support ends", which: "standard", on: standard, next: "costs more" };
  const forcedEarly = { ...costsMore, next: "upgraded by EKS" };
  const forced = { kind: "support ends", which: "extended", on: extended, next: "upgraded by EKS" };

  it.each<[string, VersionSupport | undefined, string, object | undefined]>([
    [
      "before the end of standard support: it will cost more",
      calendar,
      "2026-11-21T13:20Z",
      { ...costsMore, days: 11 },
    ],
    ["so it does by name", { ...calendar, policy: "EXTENDED" }, "2026-11-21", { ...costsMore, days: 11 }],
    [
      "a policy of the future is taken for the default",
      { ...calendar, policy: "LONGER" },
      "2026-11-21",
      { ...costsMore, days: 11 },
    ],
    [
      "without extended support, EKS upgrades it then",
      { ...calendar, policy: "STANDARD" },
      "2026-11-21",
      { ...forcedEarly, days: 11 },
    ],
    [
      "days are the calendar's, late in the evening too",
      calendar,
      "2026-12-01T23:59:59Z",
      { ...costsMore, days: 1 },
    ],
    ["on the day itself: none is left", calendar, "2026-12-02T18:00Z", { ...costsMore, days: 0 }],
    ["the day after: the end of extended support counts", calendar, "2026-12-03", { ...forced, days: 364 }],
    [
      "without extended support, it is over the day after",
      { ...calendar, policy: "STANDARD" },
      "2026-12-03T12:00Z",
      { ...forcedEarly, days: -1 },
    ],
    ["after the end of extended support: over", calendar, "2027-12-12", { ...forced, days: -10 }],
    [
      "dates count, whatever the status says",
      { ...calendar, status: "UNSUPPORTED" },
      "2026-11-21",
      { ...costsMore, days: 11 },
    ],
    [
      "no end of standard support, but the status: extended",
      { status: "EXTENDED_SUPPORT", endOfExtended: extended },
      "2027-11-22",
      { ...forced, days: 10 },
    ],
    [
      "no end of standard support, and still in it: nothing is known",
      { status: "STANDARD_SUPPORT", endOfExtended: extended },
      "2026-11-21",
      undefined,
    ],
    [
      "no end of extended support, and in it: nothing is known",
      { status: "EXTENDED_SUPPORT", endOfStandard: standard },
      "2026-12-12",
      undefined,
    ],
    [
      "EKS upgrades it at the end that is known",
      { status: "UNSUPPORTED", endOfExtended: extended, policy: "STANDARD" },
      "2027-12-12",
      { ...forced, days: -10 },
    ],
    ["EKS did not tell", undefined, "2026-11-21", undefined],
    ["EKS told no dates", { status: "UNSUPPORTED" }, "2026-11-21", undefined],
  ])("%s", (_, support, today, concern) => {
    const found = findings(support && { support });
    expect(concernsOf(found, undefined, on(today))).toEqual(concern ? [concern] : []);
  });
});

const of = (changes: Partial<ScannedGroup>, version = "1.34", today = now) =>
  concernsOf(findings({ version }), aGroup(changes), today);

describe("kubelet skew", () => {
  it.each<[string, string, string, { behind: number; allowed: number } | undefined]>([
    ["as new as the control plane", "1.34", "1.34", undefined],
    ["newer than the control plane: nothing is behind", "1.35", "1.34", undefined],
    ["one minor behind is what every upgrade brings", "1.33", "1.34", undefined],
    ["two behind is told", "1.32", "1.34", { behind: 2, allowed: 3 }],
    ["three behind: the control plane can go no further", "1.31", "1.34", { behind: 3, allowed: 3 }],
    ["four behind is not supported", "1.30", "1.34", { behind: 4, allowed: 3 }],
    ["1.28 was the first to allow three", "1.25", "1.28", { behind: 3, allowed: 3 }],
    ["1.27 allowed two", "1.25", "1.27", { behind: 2, allowed: 2 }],
    ["minors are numbers", "1.9", "1.11", { behind: 2, allowed: 2 }],
    ["nobody tells", "", "1.34", undefined],
    ["between majors nobody knows", "1.34", "2.3", undefined],
  ])("%s", (_, kubelet, plane, skew) => {
    expect(of({ kubelet }, plane)).toEqual(skew ? [{ kind: "skew", kubelet, ...skew }] : []);
  });

  it.each<[string, Partial<ScannedGroup>, string[]]>([
    ["the AMI tells it where no node was asked", { version: "1.31" }, ["skew"]],
    ["a node's own word counts more", { version: "1.34", kubelet: "1.31" }, ["skew"]],
    [
      "EKS' word on a custom AMI does not",
      { version: "1.31", amiType: "CUSTOM", standing: "custom", current: { release: "ami-1" } },
      [],
    ],
  ])("%s", (_, changes, kinds) => {
    expect(of(changes).map(({ kind }) => kind)).toEqual(kinds);
  });
});

describe("Amazon Linux 2", () => {
  it.each<[string, string, number, Concern[]]>([
    ["got AMIs to its last day", "AL2_x86_64", amazonLinux2End, []],
    ["has ended", "AL2_x86_64", amazonLinux2End + day, [{ kind: "ended family" }]],
    ["has ended for GPUs, too", "AL2_x86_64_GPU", now, [{ kind: "ended family" }]],
    ["has ended for Arm, too", "AL2_ARM_64", now, [{ kind: "ended family" }]],
    ["is not Amazon Linux 2023", "AL2023_x86_64_STANDARD", now, []],
  ])("%s", (_, amiType, today, concerns) => {
    expect(of({ amiType }, "1.34", today)).toEqual(concerns);
  });
});

describe("withdrawn releases", () => {
  const release = "1.34.9-20260714";
  it.each<[string, Partial<ScannedGroup>, Concern[]]>([
    ["it runs one", { standing: "withdrawn" }, [{ kind: "withdrawn", release, runs: true }]],
    [
      "told once, though it was seen listed",
      { standing: "withdrawn", takenBack: release },
      [{ kind: "withdrawn", release, runs: true }],
    ],
    [
      "it runs an older one",
      { standing: "behind", takenBack: "1.34.9-20260801" },
      [{ kind: "withdrawn", release: "1.34.9-20260801", runs: false }],
    ],
    ["none was", { standing: "behind" }, []],
  ])("%s", (_, changes, concerns) => {
    expect(of(changes)).toEqual(concerns);
  });
});

describe("custom AMIs", () => {
  const image = (publishedAt?: number) => ({
    release: "ami-1",
    ...(publishedAt !== undefined && { publishedAt }),
  });
  it.each<[string, Partial<ScannedGroup>, Concern[]]>([
    [
      "have an age",
      { standing: "custom", current: image(on("2026-11-01")) },
      [{ kind: "old image", days: 20 }],
    ],
    [
      "are not younger than new",
      { standing: "custom", current: image(now + day) },
      [{ kind: "old image", days: 0 }],
    ],
    ["of no known age tell nothing", { standing: "custom", current: image() }, []],
    ["alone are judged by age", { standing: "newest", current: listed("1.34.7-20260301") }, []],
  ])("%s", (_, changes, concerns) => {
    expect(of(changes)).toEqual(concerns);
  });
});

describe("worst first", () => {
  const support = (day: string): VersionSupport => ({
    status: "EXTENDED_SUPPORT",
    endOfStandard: on("2025-01-01"),
    endOfExtended: on(day),
  });
  const group = aGroup({ amiType: "AL2_x86_64", standing: "withdrawn" });
  it.each<[string, string, ScannedGroup, string[]]>([
    [
      "support that is over before everything",
      "2026-11-20",
      { ...group, kubelet: "1.30" },
      ["support ends", "skew", "withdrawn", "ended family"],
    ],
    [
      "support to come after what cannot be upgraded",
      "2026-11-22",
      { ...group, kubelet: "1.31" },
      ["withdrawn", "ended family", "skew", "support ends"],
    ],
    [
      "support that ends today is not over yet",
      "2026-11-21",
      { ...group, kubelet: "1.30" },
      ["skew", "withdrawn", "ended family", "support ends"],
    ],
    [
      "skew that is allowed near the end",
      "2026-11-22",
      { ...group, standing: "behind", takenBack: "1.34.9-20260801", kubelet: "1.32" },
      ["ended family", "support ends", "skew", "withdrawn"],
    ],
  ])("%s", (_, end, each, kinds) => {
    const found = findings({ support: support(end) });
    expect(concernsOf(found, each, now).map(({ kind }) => kind)).toEqual(kinds);
  });
});
