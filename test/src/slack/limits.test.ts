import type { KnownBlock } from "@slack/types";
import { describe, expect, it } from "vitest";
import { assertLimits, limits, truncate, type View, violations } from "../../../src/slack/limits.js";
import { section } from "../../../src/slack/text.js";

import { canonical, viewsOf, worst } from "./worst-views.js";

const long = (length: number) => "x".repeat(length);
const view = (...blocks: KnownBlock[]): View => ({ text: "text", blocks });
const button = (over: object): KnownBlock => ({
  type: "actions",
  elements: [{ type: "button", action_id: "a", text: { type: "plain_text", text: "Press" }, ...over }],
});
const task = (over: object): KnownBlock => ({
  type: "plan",
  title: "Plan",
  tasks: [{ type: "task_card", task_id: "1", title: "Task", status: "pending", ...over }],
});
const row = (text: string) => [{ type: "raw_text" as const, text }];

describe("Slack would refuse", () => {
  it.each<[string, View, string]>([
    ["a message without text", { text: " ", blocks: [] }, "text: empty"],
    ["a text that cannot be updated", { text: long(4_001), blocks: [] }, "text: 4001, at most 4000"],
    ["too many blocks", view(...Array.from({ length: 51 }, () => section(["x"]))), "blocks: 51, at most 50"],
    [
      "a long section",
      view({ type: "section", text: { type: "mrkdwn", text: long(3_001) } }),
      "blocks[0] text: 3001, at most 3000",
    ],
    [
      "an empty section",
      view({ type: "section", text: { type: "mrkdwn", text: "" } }),
      "blocks[0] text: empty",
    ],
    ["an empty context", view({ type: "context", elements: [] }), "blocks[0] text: empty"],
    [
      "a long header",
      view({ type: "header", text: { type: "plain_text", text: long(151) } }),
      "blocks[0] text: 151",
    ],
    [
      "more text in all blocks than a message holds",
      view(...Array.from({ length: 5 }, () => section([long(2_900)]))),
      "characters in all blocks: 14500, at most 12000",
    ],
    [
      "a long button",
      view(button({ text: { type: "plain_text", text: long(76) } })),
      "button text: 76, at most 75",
    ],
    [
      "a long word to confirm with",
      view(button({ confirm: { text: { text: "Sure?" }, confirm: { text: long(31) } } })),
      "confirm button: 31, at most 30",
    ],
    ["a long value", view(button({ value: long(2_001) })), "button value: 2001, at most 2000"],
    [
      "two blocks with one id",
      view({ ...section(["a"]), block_id: "b" }, { ...section(["a"]), block_id: "b" }),
      "block_id b is there twice",
    ],
    ["a long task", view(task({ title: long(81) })), "task title: 81, at most 80"],
    [
      "two tasks with one id",
      view({
        type: "plan",
        title: "Plan",
        tasks: ["1", "1"].map((task_id) => ({ type: "task_card", task_id, title: "T", status: "pending" })),
      }),
      "task_id 1 is there twice",
    ],
    [
      "a long table",
      view({ type: "table", rows: Array.from({ length: 101 }, () => row("x")) }),
      "blocks[0] rows: 101, at most 100",
    ],
    [
      "a table with too much in it",
      view({ type: "table", rows: Array.from({ length: 10 }, () => row(long(1_100))) }),
      "characters in all tables: 11000, at most 10000",
    ],
    ["an empty cell", view({ type: "table", rows: [row("")] }), "blocks[0] cell: empty"],
  ])("%s", (_, bad, expected) => {
    expect(violations(bad).join("; ")).toContain(expected);
    expect(() => assertLimits(bad)).toThrow(expected);
  });

  it("nothing of an ordinary message", () => {
    expect(violations(view(section(["x"]), button({}), task({})))).toEqual([]);
  });
});

it.each([
  ["what fits is left alone", "abc", 3, "abc"],
  ["what does not is cut, the ellipsis counted", "abcd", 3, "ab…"],
  ["no space before the ellipsis", "ab cd", 4, "ab…"],
  ["no half of a character", "a🚀bc", 3, "a…"],
])("truncate: %s", (_, text, max, expected) => {
  expect(truncate(text, max)).toBe(expected);
});

describe("every view keeps the limits, and calls nobody it should not", () => {
  it.each([...canonical, ...worst])("%s", (_, run) => {
    for (const [slot, shown] of viewsOf(run)) {
      expect(violations(shown), slot).toEqual([]);
      const sent = JSON.stringify([
        shown.text,
        shown.blocks.filter(({ type }) => type !== "plan" && type !== "table"),
      ]);
      expect(sent, slot).not.toContain("<!channel>");
      expect(sent, slot).not.toContain("<@U0EVIL>");
      expect(JSON.stringify(shown), slot).not.toMatch(/[\u202e]/);
    }
  });
});

it("has the limits that Slack documents", () => {
  expect(limits).toMatchObject({
    text: 4_000,
    blocks: 50,
    sectionText: 3_000,
    planTasks: 50,
    tableRows: 100,
  });
});
