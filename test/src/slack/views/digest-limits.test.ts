import type { KnownBlock } from "@slack/types";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../playground/slack/json.js";
import { checkedBlocks } from "../../../../playground/slack/kit/check.js";
import type { DigestRow, Snooze } from "../../../../src/core/scan/digest.js";
import { digestMessages } from "../../../../src/slack/digest-messages.js";
import { limits, type View, violations } from "../../../../src/slack/limits.js";
import type { Message } from "../../../../src/slack/messages.js";
import { checkAnswer } from "../../../../src/slack/views/scan.js";
import { start } from "../../../builders.js";
import { aRecord, aScan, aSnooze, denied, ending, manyRows, nobody, someContent } from "./digest-facts.js";

const evil = "<!channel> <@U0EVIL> `x` *b* & \u202e".repeat(8);
const worstConcerns = [
  ending(5),
  { kind: "skew", kubelet: evil, behind: 3, allowed: 3 },
  { kind: "ended family" },
  { kind: "withdrawn", release: evil, runs: false },
  { kind: "old image", days: 900 },
] as const;

const names: readonly (readonly [string, Partial<DigestRow>])[] = [
  ["short", {}],
  ["long", { cluster: "c".repeat(100), group: { kind: "self-managed node group", name: "g".repeat(255) } }],
  [
    "hostile",
    {
      environment: evil,
      cluster: evil,
      group: { kind: "self-managed node group", name: evil },
      from: evil,
      to: evil,
      concerns: worstConcerns,
    },
  ],
];

const problem = { ...denied, what: evil.repeat(3), next: evil.repeat(3) };
const problems = Array.from({ length: 60 }, (_, index) => ({
  environment: evil,
  name: `${evil}${index}`,
  problem,
}));
const snoozers = ["U0OPERATOR", "U0APPROVER", evil];

function snoozesOf(rows: readonly DigestRow[], which: string): Snooze[] {
  if (which === "none") return [];
  const asleep = which === "all" ? rows : rows.filter((_, index) => index % 2 === 0);
  return asleep.map((row, index) =>
    aSnooze(row, { by: snoozers[index % 3] ?? "", until: start + 1 + index }),
  );
}

/** Of tables too, which the limits' own check does not count. */
function refusals(view: View): string[] {
  const tables = view.blocks.filter((block) => block.type === "data_table");
  const cells = tables.flatMap(({ rows }) => rows.flat());
  const characters = cells.reduce((sum, cell) => sum + ("text" in cell ? cell.text.length : 0), 0);
  return [
    ...violations(view),
    ...(characters > limits.tableCharacters ? [`characters in data tables: ${characters}`] : []),
    ...(cells.some((cell) => "text" in cell && cell.text.trim() === "") ? ["an empty cell"] : []),
    ...tables.flatMap(({ rows }) =>
      rows.some((row) => row.length !== rows[0]?.length) ? ["uneven rows"] : [],
    ),
  ];
}

function takenBySlack(view: View): void {
  expect(refusals(view)).toEqual([]);
  expect(() => checkedBlocks(view.blocks as unknown as JsonObject[], "message")).not.toThrow();
  const read = [view.text, ...mrkdwnIn(view.blocks)].join("\n");
  expect(read).not.toMatch(/<!channel>|<@U0EVIL>|\u202e/);
}

/** Messages that were emptied all look alike. */
function distinct(messages: readonly Message[]): Message[] {
  const [emptied] = messages.filter(({ onlyEdited }) => onlyEdited);
  return [...messages.filter(({ onlyEdited }) => !onlyEdited), ...(emptied ? [emptied] : [])];
}

/** Whatever Slack would look for mentions in: not the values of buttons, nor the cells of tables. */
function mrkdwnIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(mrkdwnIn);
  if (typeof value !== "object" || value === null) return [];
  const own = "type" in value && value.type === "mrkdwn" && "text" in value ? [String(value.text)] : [];
  return [...own, ...Object.values(value).flatMap(mrkdwnIn)];
}

describe.each(names)("with %s names", (_, over) => {
  describe.each([1, 30, 500])("%i groups that are behind", (count) => {
    it.each([
      ["none", true],
      ["half", true],
      ["all", true],
      ["none", false],
    ])("fit, %s of them snoozed, with new blocks %s", (which, plan) => {
      const rows = manyRows(count, over);
      const record = aRecord({ rows, problems: count > 0 ? problems : [] }, { environments: ["prod", evil] });
      const calls = { groups: Array.from({ length: 60 }, () => "S0OPS"), users: [evil] };
      const messages = digestMessages(record, snoozesOf(rows, which), start, { plan }, calls);
      for (const message of distinct(messages)) takenBySlack(message);
      expect(new Set(messages.map(({ slot }) => slot)).size).toBe(messages.length);
    });

    it("fit into the answer to check", () => {
      takenBySlack(checkAnswer([aScan()], someContent({ rows: manyRows(count, over), problems }), start));
    });
  });
});

it("of nothing that is behind fits", () => {
  for (const message of distinct(digestMessages(aRecord({ rows: [] }), [], start, { plan: true }, nobody))) {
    takenBySlack(message);
  }
  takenBySlack(checkAnswer([aScan()], someContent({ rows: [], problems }), start));
});

it("of many environments some rows of each fit", () => {
  const rows = Array.from({ length: 40 }, (_, index) => manyRows(2, { environment: `env-${index}` })).flat();
  const environments = [...new Set(rows.map(({ environment }) => environment))];
  for (const message of digestMessages(
    aRecord({ rows }, { environments }),
    [],
    start,
    { plan: true },
    {
      groups: [],
      users: [],
    },
  )) {
    takenBySlack(message);
  }
});

describe.each([true, false])("with new blocks %s", (plan) => {
  it.each(names)("no row of 300 is lost, with %s names", (_, over) => {
    const rows = manyRows(300, over);
    const messages = digestMessages(aRecord({ rows }), [], start, { plan }, nobody);
    const posted = messages.filter(({ onlyEdited }) => !onlyEdited);
    const shown = posted
      .flatMap(({ blocks }) => blocks)
      .map(rowsIn)
      .reduce((sum, count) => sum + count, 0);
    const left = /and (\d+) more rows/.exec(JSON.stringify(posted.at(-1)?.blocks))?.[1] ?? "0";
    expect(shown + Number(left)).toBe(300);
  });
});

/** How many rows a block shows. */
function rowsIn(block: KnownBlock): number {
  if (block.type === "data_table") return block.rows.length - 1;
  if (block.type !== "section") return 0;
  return (
    block.text?.text.split("\n").filter((line) => /^:(red|large_yellow|white)_circle: /.test(line)).length ??
    0
  );
}
