import { describe, expect, it } from "vitest";
import type { Concern, DigestRow } from "../../../../src/core/scan/digest.js";
import {
  concernWords,
  placesWords,
  rowLine,
  rowLines,
  severityCounts,
} from "../../../../src/slack/views/digest-rows.js";
import { aPlane, aRow, aStillRow, ending } from "./digest-facts.js";

const own = { kind: "self-managed node group", name: "workers" } as const;
const skew = (behind: number): Concern => ({ kind: "skew", kubelet: `1.${34 - behind}`, behind, allowed: 3 });
const withdrawn: Concern = { kind: "withdrawn", release: "1.34.9-20260714", runs: true };

describe("a row says", () => {
  it.each<[string, DigestRow, string[]]>([
    [
      "how far a group is behind",
      aRow(),
      [
        ":large_yellow_circle: *shop/default*  1.34.4-20260224 → 1.34.9-20260714",
        "Warning · 140 days behind (3 releases)",
      ],
    ],
    [
      "why it matters",
      aRow({ severity: "critical", concerns: [ending(5)] }),
      [
        ":red_circle: *shop/default*  1.34.4-20260224 → 1.34.9-20260714",
        "Critical · 140 days behind (3 releases) · extended support ends in 5 days: EKS upgrades the control plane then",
      ],
    ],
    [
      "what to do about a control plane",
      aPlane({ severity: "notice", concerns: [ending(40, "standard")] }),
      [
        ":white_circle: *shop* (control plane)  Kubernetes 1.31",
        "Notice · standard support ends in 40 days: extended support costs more",
        "To do: upgrade the control plane in EKS.",
      ],
    ],
    [
      "what to do about an old image of a self-managed group",
      aStillRow({ group: own, from: "ami-0123", concerns: [{ kind: "old image", days: 120 }] }),
      [
        ":large_yellow_circle: *shop/workers* (self-managed)  ami-0123",
        "Warning · custom AMI, 120 days old",
        "To do: build a newer AMI, then `/eks-upgrade start shop/workers --ami &lt;its id&gt;`.",
      ],
    ],
    [
      "what to do about an old image of a managed one",
      aStillRow({ from: "ami-0123", concerns: [{ kind: "old image", days: 1 }] }),
      [
        ":large_yellow_circle: *shop/default*  ami-0123",
        "Warning · custom AMI, 1 day old",
        "To do: build a newer AMI, then `/eks-upgrade start shop/default --ami &lt;its id&gt;`.",
      ],
    ],
    [
      "what to do about Amazon Linux 2, even where the last AMI of it is newer",
      aRow({ concerns: [{ kind: "ended family" }] }),
      [
        ":large_yellow_circle: *shop/default*  1.34.4-20260224 → 1.34.9-20260714",
        "Warning · 140 days behind (3 releases) · Amazon Linux 2 gets no AMIs any more",
        "To do: move its pods to a node group with Amazon Linux 2023 or Bottlerocket.",
      ],
    ],
    [
      "how a kubelet catches up",
      aStillRow({ from: "1.31.9-20260714", concerns: [skew(3)] }),
      [
        ":large_yellow_circle: *shop/default*  1.31.9-20260714",
        "Warning · kubelet 1.31 is 3 versions behind the control plane, the most that Kubernetes allows",
        "To do: bring it to the control plane's version: `/eks-upgrade start shop/default --to 1.34`.",
      ],
    ],
    [
      "that a self-managed group catches up by itself",
      aRow({ group: own, concerns: [skew(4)] }),
      [
        ":large_yellow_circle: *shop/workers* (self-managed)  1.34.4-20260224 → 1.34.9-20260714",
        "Warning · 140 days behind (3 releases) · kubelet 1.30 is 4 versions behind the control plane, more than the 3 that Kubernetes allows",
      ],
    ],
    [
      "that a withdrawn release has nothing newer yet",
      aStillRow({ from: "1.34.9-20260714", to: "1.34.8-20260601", concerns: [withdrawn] }),
      [
        ":large_yellow_circle: *shop/default*  1.34.9-20260714 (AWS now lists 1.34.8-20260601)",
        "Warning · AWS took back this release",
        "To do: wait for the next release.",
      ],
    ],
    [
      "that a self-managed group can go back",
      aStillRow({ group: own, to: "1.34.8-20260601", concerns: [withdrawn] }),
      [
        ":large_yellow_circle: *shop/workers* (self-managed)  1.34.4-20260224 (AWS now lists 1.34.8-20260601)",
        "Warning · AWS took back this release",
        "To do: wait for the next release, or go back: `/eks-upgrade start shop/workers --ami &lt;an older one&gt;`.",
      ],
    ],
    [
      "no days where nobody knows them",
      aStillRow({ from: "1.50.0", to: "1.52.0" }),
      [":large_yellow_circle: *shop/default*  1.50.0 → 1.52.0", "Warning · a newer release is out"],
    ],
    [
      "names that would format or call, literally",
      aRow({ cluster: "<!channel>", group: { ...own, name: "`x`\u202e\n<@U1>" } }),
      [
        ":large_yellow_circle: *&lt;!channel&gt;/'x' &lt;@U1&gt;* (self-managed)  1.34.4-20260224 → 1.34.9-20260714",
        "Warning · 140 days behind (3 releases)",
      ],
    ],
  ])("%s", (_, row, lines) => {
    expect(rowLines(row)).toEqual(lines);
  });

  it("that it is new", () => {
    expect(rowLines(aRow(), true)[1]).toBe("Warning (new) · 140 days behind (3 releases)");
  });

  it("everything in one line for a notification", () => {
    expect(rowLine(aRow({ severity: "critical", concerns: [ending(0)] }))).toBe(
      "Critical: shop/default 1.34.4-20260224 → 1.34.9-20260714, 140 days behind (3 releases), extended support ends today: EKS upgrades the control plane then",
    );
  });
});

it.each<[string, Concern, string]>([
  ["tomorrow", ending(1), "extended support ends in 1 day: EKS upgrades the control plane then"],
  ["yesterday", ending(-1), "extended support ended 1 day ago: EKS upgrades the control plane any day"],
  [
    "that costs more",
    ending(-3, "standard"),
    "standard support ended 3 days ago: extended support costs more",
  ],
  ["a skew that may be", skew(2), "kubelet 1.32 is 2 versions behind the control plane"],
  [
    "a newest release that was taken back",
    { ...withdrawn, runs: false } as Concern,
    "AWS took back 1.34.9-20260714, which was newer",
  ],
])("puts %s into words", (_, concern, words) => {
  expect(concernWords(concern)).toBe(words);
});

it.each<[string, Partial<DigestRow>, string]>([
  ["days and releases", { daysBehind: 1, releasesBehind: 1 }, "1 day behind (1 release)"],
  [
    "another release of the same day",
    { daysBehind: 0, releasesBehind: 2 },
    "less than a day behind (2 releases)",
  ],
])("counts %s", (_, over, words) => {
  expect(rowLines(aRow(over))[1]).toBe(`Warning · ${words}`);
});

it.each([
  [["prod"], "prod"],
  [["prod", "test"], "prod and test"],
  [["a", "b", "c"], "a, b and c"],
  [["a", "b", "c", "d"], "4 environments"],
])("calls %j %s", (environments, words) => {
  expect(placesWords(environments)).toBe(words);
});

it("counts severities, worst first", () => {
  expect(severityCounts([aRow(), aPlane(), aRow(), aRow({ severity: "notice" })])).toBe(
    "1 critical, 2 warnings, 1 notice",
  );
});
