import type { Button, KnownBlock } from "@slack/types";
import { describe, expect, it } from "vitest";
import { day } from "../../../../src/core/instant.js";
import type { DigestContent, DigestRecord, DigestRow, Snooze } from "../../../../src/core/scan/digest.js";
import { snoozed } from "../../../../src/core/scan/snoozes.js";
import { type DigestView, digestView, formerDigestView } from "../../../../src/slack/views/digest.js";
import { start } from "../../../builders.js";
import {
  aPlane,
  aRecord,
  aRow,
  aSnooze,
  aStillRow,
  denied,
  ending,
  manyRows,
  nobody,
  someContent,
} from "./digest-facts.js";

const operators = { groups: ["S0OPS"], users: ["U0LEAD"] };
const checked = "<!date^1784541300^{date_short_pretty} {time}|2026-07-20 09:55 UTC>";
const next = "<!date^1784624400^{date_short_pretty} {time}|2026-07-21 09:00 UTC>";
const nextWeek = "<!date^1785146400^{date_short_pretty} {time}|2026-07-27 10:00 UTC>";

function view(
  record: DigestRecord,
  snoozes: readonly Snooze[] = [],
  calls = nobody as typeof operators,
): DigestView {
  const { shown: digest } = record;
  if (!digest) throw new Error("no digest");
  return digestView({ record, digest, calls, ...snoozed(digest.content.rows, snoozes, start) });
}

/** What people read of it, block by block; buttons in brackets. */
function read({ view: { blocks } }: DigestView): string[] {
  return blocks.map((block) => {
    if (block.type === "actions")
      return block.elements.map((each) => `[${labelOf(each as Button)}]`).join(" ");
    if (block.type === "section") {
      return `${block.text?.text}${block.accessory ? ` [${labelOf(block.accessory as Button)}]` : ""}`;
    }
    return block.type === "context"
      ? block.elements.map((each) => "text" in each && each.text).join()
      : block.type;
  });
}

const labelOf = (button: Button) => button.text.text;
const headlineOf = (digest: DigestView) => read(digest)[0]?.split("\n")[0];

const mrkdwn = (text: string): KnownBlock => ({
  type: "section",
  text: { type: "mrkdwn", text, verbatim: true },
});
const context = (text: string): KnownBlock => ({
  type: "context",
  elements: [{ type: "mrkdwn", text, verbatim: true }],
});
const plain = (text: string) => ({ type: "plain_text" as const, text });

describe("a digest", () => {
  it("of one group that is behind is what it is, how far, and what can be done", () => {
    expect(view(aRecord({}, {}), [], operators)).toEqual({
      rest: [],
      view: {
        text: [
          "*1 node group of prod is behind*",
          "1 warning.",
          "<!subteam^S0OPS> <@U0LEAD> please have a look.",
          "• Warning: shop/default 1.34.4-20260224 → 1.34.9-20260714, 140 days behind (3 releases)",
        ].join("\n"),
        blocks: [
          mrkdwn(
            "*1 node group of prod is behind*\n1 warning.\n<!subteam^S0OPS> <@U0LEAD> please have a look.",
          ),
          mrkdwn(
            ":large_yellow_circle: *shop/default*  1.34.4-20260224 → 1.34.9-20260714\nWarning · 140 days behind (3 releases)",
          ),
          {
            type: "actions",
            elements: [
              {
                type: "button",
                action_id: "eks-upgrade:digest-upgrade",
                text: plain("Upgrade"),
                value: "us-west-2/shop/default",
                accessibility_label: "Upgrade shop/default",
              },
              {
                type: "button",
                action_id: "eks-upgrade:snooze-1",
                text: plain("Snooze 1 day"),
                value: "1 us-west-2/shop/default",
                accessibility_label: "Snooze 1 day: shop/default",
              },
              {
                type: "button",
                action_id: "eks-upgrade:snooze-7",
                text: plain("7 days"),
                value: "7 us-west-2/shop/default",
                accessibility_label: "Snooze 7 days: shop/default",
              },
              {
                type: "button",
                action_id: "eks-upgrade:snooze-30",
                text: plain("30 days"),
                value: "30 us-west-2/shop/default",
                accessibility_label: "Snooze 30 days: shop/default",
              },
            ],
          },
          context(`Looked at 2 clusters, 12 node groups  ·  Checked ${checked}  ·  Next digest ${next}`),
        ],
      },
    });
  });

  it("with nothing behind is one quiet line", () => {
    const line = `:white_check_mark: Nothing is behind in prod: I looked at 12 node groups of 2 clusters. Checked ${checked}, next digest ${next}.`;
    expect(view(aRecord({ rows: [] }))).toEqual({ rest: [], view: { text: line, blocks: [context(line)] } });
  });

  it("that says nothing of some groups says of how many", () => {
    const record = aRecord({ rows: [], looked: { clusters: 2, groups: 12, uncompared: 3 } });
    expect(view(record).view.text).toContain(
      "12 node groups of 2 clusters, 3 of which I cannot compare with a release (`/eks-upgrade list` shows which).",
    );
  });

  it("of no cluster says so", () => {
    const record = aRecord({ rows: [], looked: { clusters: 0, groups: 0 } });
    expect(view(record).view.text).toContain("There is no cluster to look at in prod.");
  });

  it("that another one has followed says where that is, and has nothing to press", () => {
    const line = `Digest of ${checked}. A newer digest is below.`;
    const former = { number: 6, madeAt: start - 5 * 60_000, content: someContent(), news: [] };
    expect(formerDigestView(former)).toEqual({ text: line, blocks: [mrkdwn(line)] });
  });

  it("of several environments groups them, and has buttons for all", () => {
    const rows = [
      aPlane(),
      aRow({ severity: "notice" }),
      aRow({ environment: "test", cluster: "lab", severity: "warning" }),
    ];
    expect(read(view(aRecord({ rows }, { environments: ["prod", "test"] })))).toEqual([
      "*2 node groups of prod and test are behind and 1 control plane leaves extended support in 5 days*\n1 critical, 1 warning, 1 notice.",
      "*prod*: 1 critical, 1 notice",
      ":red_circle: *shop* (control plane)  Kubernetes 1.31\nCritical · extended support ends in 5 days: EKS upgrades the control plane then\nTo do: upgrade the control plane in EKS.",
      "[Snooze 1 day] [7 days] [30 days]",
      ":white_circle: *shop/default*  1.34.4-20260224 → 1.34.9-20260714\nNotice · 140 days behind (3 releases)",
      "[Upgrade] [Snooze 1 day] [7 days] [30 days]",
      "*test*: 1 warning",
      ":large_yellow_circle: *lab/default*  1.34.4-20260224 → 1.34.9-20260714\nWarning · 140 days behind (3 releases)",
      "[Upgrade] [Snooze 1 day] [7 days] [30 days]",
      "[Snooze all 1 day] [All 7 days] [All 30 days]",
      `Looked at 2 clusters, 12 node groups  ·  Checked ${checked}  ·  Next digest ${next}`,
    ]);
  });

  it("tells who snoozed what until when, and undoes it", () => {
    const rows = [aRow({ severity: "critical" }), aRow({ cluster: "quiet" })];
    const [, quiet] = rows;
    expect(read(view(aRecord({ rows }), [aSnooze(quiet as DigestRow)])).slice(1)).toEqual([
      ":red_circle: *shop/default*  1.34.4-20260224 → 1.34.9-20260714\nCritical · 140 days behind (3 releases)",
      "[Upgrade] [Snooze 1 day] [7 days] [30 days]",
      `*quiet/default* is snoozed until ${nextWeek} by <@U0OPERATOR> (warning) [Wake]`,
      `Looked at 2 clusters, 12 node groups  ·  Checked ${checked}  ·  Next digest ${next}`,
    ]);
  });

  it("of which all is snoozed calls nobody, and undoes it at once", () => {
    const rows = [aRow({ severity: "critical" }), aRow({ cluster: "quiet" })];
    const digest = view(
      aRecord({ rows }),
      rows.map((row) => aSnooze(row)),
      operators,
    );
    expect(digest.view.text).toBe("*Nothing new in prod: 2 snoozed*");
    expect(read(digest)).toEqual([
      "*Nothing new in prod: 2 snoozed*",
      `*shop/default* is snoozed until ${nextWeek} by <@U0OPERATOR> (critical) [Wake]`,
      `*quiet/default* is snoozed until ${nextWeek} by <@U0OPERATOR> (warning) [Wake]`,
      "[Undo all snoozes]",
      `Looked at 2 clusters, 12 node groups  ·  Checked ${checked}  ·  Next digest ${next}`,
    ]);
  });

  it("sums up snoozes for which there is no room, by who did it until when", () => {
    const rows = manyRows(60);
    const digest = view(aRecord({ rows }), [
      ...rows.slice(0, 50).map((row) => aSnooze(row)),
      ...rows.slice(50).map((row) => aSnooze(row, { by: "U0APPROVER", until: start + day })),
    ]);
    const words = read(digest);
    expect(words.filter((line) => line.endsWith("[Wake]")).length).toBeGreaterThan(5);
    expect(words.find((line) => line.includes("more are snoozed"))).toMatch(
      /^\d+ more are snoozed until .* by <@U0OPERATOR>\n10 more are snoozed until .* by <@U0APPROVER>$/,
    );
  });

  it("with problems alone says what was not looked at, why, and what to do", () => {
    const problems = [{ environment: "prod", name: "orders", problem: denied }];
    const digest = view(aRecord({ rows: [], problems }));
    expect(read(digest)).toEqual([
      "*Nothing found behind in prod, but `orders` could not be looked at in full*",
      ":warning: *Not looked at, or not in full:*\n• *orders* (prod): Could not describe cluster orders: AccessDeniedException (denied). Allow eks:DescribeCluster.",
      `Looked at 2 clusters, 12 node groups  ·  Checked ${checked}  ·  Next digest ${next}`,
    ]);
    expect(digest.view.text).toContain("Allow eks:DescribeCluster.");
  });
});

describe("the headline", () => {
  const own = { kind: "self-managed node group", name: "workers" } as const;
  const custom = aStillRow({ group: own, concerns: [{ kind: "old image", days: 120 }] });
  const problems = ["a", "b", "c"].map((name) => ({ environment: "prod", name, problem: denied }));
  it.each<[string, Partial<DigestContent>, string]>([
    ["counts what is behind", { rows: manyRows(3) }, "*3 node groups of prod are behind*"],
    [
      "tells what is of concern in another way",
      { rows: [aRow(), custom] },
      "*1 node group of prod is behind and 1 more needs attention*",
    ],
    [
      "does not call behind what runs a release that AWS took back",
      {
        rows: [
          aRow(),
          aRow({ group: own, concerns: [{ kind: "withdrawn", release: "1.34.9-20260714", runs: true }] }),
        ],
      },
      "*1 node group of prod is behind and 1 more needs attention*",
    ],
    ["tells it where nothing is behind", { rows: [custom] }, "*1 node group of prod needs attention*"],
    [
      "tells of one control plane",
      { rows: [aPlane()] },
      "*1 control plane of prod leaves extended support in 5 days*",
    ],
    [
      "tells of several by the first",
      { rows: [aPlane({ concerns: [ending(40, "standard")] }), aPlane()] },
      "*2 control planes of prod leave support, the first in 5 days*",
    ],
    [
      "tells of one that is over",
      { rows: [aPlane({ concerns: [ending(-2)] })] },
      "*1 control plane of prod is past extended support*",
    ],
    [
      "tells of one for another reason",
      { rows: [aPlane({ concerns: [] })] },
      "*1 control plane of prod needs attention*",
    ],
    [
      "names what could not be looked at",
      { problems },
      "*1 node group of prod is behind; `a`, `b` and 1 more could not be looked at in full*",
    ],
  ])("%s", (_, content, words) => {
    expect(headlineOf(view(aRecord(content)))).toBe(words);
  });
});

describe("news", () => {
  const rows = [aRow({ severity: "critical" }), aRow({ cluster: "old" })];
  const former = { number: 6, madeAt: start - day, content: someContent(), news: [] };
  const fresh = [rows[0]?.key ?? ""];

  it("are marked, and people are called for them", () => {
    const words = read(view(aRecord({ rows }, { former }, fresh), [], operators));
    expect(words[0]).toContain(
      "<!subteam^S0OPS> <@U0LEAD> please have a look: 1 of these is new or changed.",
    );
    expect(words[1]).toContain("Critical (new) · ");
    expect(words[3]).toContain("Warning · ");
  });

  it("are told where nobody is called", () => {
    const words = read(view(aRecord({ rows }, { former }, fresh)));
    expect(words[0]).toContain("1 of these is new or changed since the last digest.");
  });

  it("of the first digest are everything, and need no mark", () => {
    expect(JSON.stringify(view(aRecord({ rows }), [], operators))).not.toContain("(new)");
  });

  it("call nobody once they are snoozed", () => {
    const [first] = rows;
    const digest = view(aRecord({ rows }, { former }, fresh), [aSnooze(first as DigestRow)], operators);
    expect(JSON.stringify(digest.view)).not.toContain("S0OPS");
  });

  it("that are none call nobody", () => {
    expect(JSON.stringify(view(aRecord({ rows }, { former }, []), [], operators).view)).not.toContain(
      "S0OPS",
    );
  });
});

describe("what there is no room for", () => {
  it("is the least bad of all environments", () => {
    const rows = [
      ...manyRows(20, { severity: "notice" }),
      ...manyRows(3, { environment: "test", cluster: "lab", severity: "critical" }),
    ];
    const { view: shown, rest } = view(aRecord({ rows }, { environments: ["prod", "test"] }));
    const words = JSON.stringify(shown.blocks);
    for (const row of manyRows(3, { cluster: "lab" })) expect(words).toContain(`*lab/${row.group?.name}*`);
    expect(rest).toHaveLength(9);
    expect(rest.every(({ severity }) => severity === "notice")).toBe(true);
    expect(words).toContain("9 more in the thread: 9 notices.");
  });
});
