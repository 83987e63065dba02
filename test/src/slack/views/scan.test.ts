import { describe, expect, it } from "vitest";
import type { DigestContent } from "../../../../src/core/scan/digest.js";
import type { ScannedCluster } from "../../../../src/core/scan/scanned.js";
import { checkAnswer } from "../../../../src/slack/views/scan.js";
import { start } from "../../../builders.js";
import { aPlane, aRow, aScan, aStillRow, denied, ending, manyRows, someContent } from "./digest-facts.js";

const checked = "<!date^1784541300^{date_short_pretty} {time}|2026-07-20 09:55 UTC>";
const end = `Looked at 2 clusters, 12 node groups  ·  Checked ${checked}`;

/** What people read, block by block. */
function read(
  content: Partial<DigestContent>,
  clusters: readonly ScannedCluster[] = [aScan({ name: "shop" })],
) {
  return checkAnswer(clusters, someContent(content), start).blocks.map((block) => {
    if (block.type === "section") return block.text?.text;
    return block.type === "context"
      ? block.elements.map((each) => "text" in each && each.text).join()
      : block.type;
  });
}

const problems = [{ environment: "prod", name: "orders", problem: denied }];
const two = [aScan({ name: "shop" }), aScan({ name: "fine" })];

describe("the answer to check", () => {
  it("says what is behind, and what to type", () => {
    const rows = [aRow({ severity: "critical", concerns: [ending(5)] })];
    expect(checkAnswer([aScan({ name: "shop" })], someContent({ rows }), start)).toEqual({
      text: [
        "1 node group needs attention.",
        "• Critical: shop/default 1.34.4-20260224 → 1.34.9-20260714, 140 days behind (3 releases), extended support ends in 5 days: EKS upgrades the control plane then",
      ].join("\n"),
      blocks: [
        {
          type: "section",
          text: { type: "mrkdwn", text: "*1 node group needs attention.*\n1 critical.", verbatim: true },
        },
        {
          type: "section",
          text: {
            type: "mrkdwn",
            text: [
              ":red_circle: *shop/default*  1.34.4-20260224 → 1.34.9-20260714",
              "Critical · 140 days behind (3 releases) · extended support ends in 5 days: EKS upgrades the control plane then",
              "To upgrade it: `/eks-upgrade start shop/default`",
            ].join("\n"),
            verbatim: true,
          },
        },
        { type: "context", elements: [{ type: "mrkdwn", text: end, verbatim: true }] },
      ],
    });
  });

  it.each<[string, Partial<DigestContent>, readonly ScannedCluster[], string[]]>([
    [
      "of one cluster that is up to date names it",
      { rows: [] },
      [aScan()],
      ["*Nothing is behind in `eks-workshop`.*", end],
    ],
    ["of several that are up to date is short", { rows: [] }, two, ["*Nothing is behind.*", end]],
    [
      "says what is well, and what could not be looked at",
      { rows: [aPlane({ severity: "notice" })], problems },
      [...two, aScan({ name: "orders", problem: denied })],
      [
        "*1 control plane needs attention. `orders` could not be looked at in full.*\n1 notice.",
        ":white_circle: *shop* (control plane)  Kubernetes 1.31\nNotice · extended support ends in 5 days: EKS upgrades the control plane then\nTo do: upgrade the control plane in EKS.",
        ":white_check_mark: Nothing behind in `fine`.",
        ":warning: *Not looked at, or not in full:*\n• *orders* (prod): Could not describe cluster orders: AccessDeniedException (denied). Allow eks:DescribeCluster.",
        end,
      ],
    ],
    [
      "of which nothing could be looked at says why",
      { rows: [], problems, looked: { clusters: 0, groups: 0 } },
      [aScan({ name: "orders", problem: denied })],
      [
        "*Nothing could be looked at.*",
        ":warning: *Not looked at, or not in full:*\n• *orders* (prod): Could not describe cluster orders: AccessDeniedException (denied). Allow eks:DescribeCluster.",
        `Looked at 0 clusters, 0 node groups  ·  Checked ${checked}`,
      ],
    ],
    [
      "of no cluster says so",
      { rows: [], looked: { clusters: 0, groups: 0 } },
      [],
      ["*There is no cluster to look at.*", `Looked at 0 clusters, 0 node groups  ·  Checked ${checked}`],
    ],
  ])("%s", (_, content, clusters, words) => {
    expect(read(content, clusters)).toEqual(words);
  });

  it("offers no upgrade where something else helps", () => {
    const rows = [
      aRow({ concerns: [{ kind: "ended family" }] }),
      aStillRow({ concerns: [{ kind: "old image", days: 90 }] }),
    ];
    expect(JSON.stringify(read({ rows }))).not.toContain("To upgrade it");
  });

  it("groups environments, the worst rows first", () => {
    const rows = [
      aRow({ severity: "notice" }),
      aRow({ severity: "critical" }),
      aRow({ environment: "test" }),
    ];
    expect(read({ rows }).map((words) => (words || "").split("\n")[0])).toEqual([
      "*3 node groups need attention.*",
      "*prod*: 1 critical, 1 notice",
      ":red_circle: *shop/default*  1.34.4-20260224 → 1.34.9-20260714",
      ":white_circle: *shop/default*  1.34.4-20260224 → 1.34.9-20260714",
      "*test*: 1 warning",
      ":large_yellow_circle: *shop/default*  1.34.4-20260224 → 1.34.9-20260714",
      end,
    ]);
  });

  it.each([
    ["several clusters", two, "… and 56 more. Narrow it down: `/eks-upgrade check &lt;cluster&gt;`"],
    ["one cluster", [aScan()], "… and 56 more. Those above are the worst: begin with them."],
  ])("of too much in %s says what to do", (_, clusters, words) => {
    expect(read({ rows: manyRows(100) }, clusters)).toContain(words);
  });
});
