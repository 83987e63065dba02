import { describe, expect, it } from "vitest";
import { found, pageOf, type Row, rowsOf, sorted, wordsOf } from "../../../playground/page/app/rows.js";

const raw = (text: string) => ({ type: "raw_text", text });
const number = (value: number, text = `${value}`) => ({ type: "raw_number", value, text });
const link = (...texts: string[]) => ({
  type: "rich_text",
  elements: [{ type: "rich_text_section", elements: texts.map((text) => ({ type: "text", text })) }],
});
const inWords = (rows: readonly Row[]) => rows.map((row) => row.map(wordsOf).join(" "));

const rows: Row[] = [
  [raw("shop-10"), number(7, "7 days")],
  [link("shop-", "9"), number(120, "120 days")],
  [raw("Lab"), number(30, "30 days")],
];

describe("the rows of a data table", () => {
  it.each<[string, Parameters<typeof sorted>[1], string[]]>([
    ["stand as they came", undefined, ["shop-10 7 days", "shop-9 120 days", "Lab 30 days"]],
    [
      "are sorted by words, with numbers in them as numbers",
      { column: 0, descending: false },
      ["Lab 30 days", "shop-9 120 days", "shop-10 7 days"],
    ],
    [
      "are sorted by value",
      { column: 1, descending: true },
      ["shop-9 120 days", "Lab 30 days", "shop-10 7 days"],
    ],
  ])("%s", (_sentence, order, shown) => {
    expect(inWords(sorted(rows, order))).toEqual(shown);
  });

  it.each([
    ["all without a word", " ", 3],
    ["those with a word, whatever its case", "LAB", 1],
    ["words of rich text", "shop-9", 1],
    ["what numbers say", "0 days", 2],
    ["none", "x", 0],
  ])("%s are found", (_sentence, words, count) => {
    expect(found(rows, words)).toHaveLength(count);
  });

  it.each([
    ["five on a page", {}, 12, 0, [3, 0, 5]],
    ["as many as the app says", { page_size: 12 }, 12, 0, [1, 0, 12]],
    ["fewer on the last", {}, 12, 2, [3, 2, 2]],
    ["the last one, where there is no such page any more", {}, 7, 4, [2, 1, 2]],
    ["an empty page of nothing", {}, 0, 0, [1, 0, 0]],
  ])("come page by page: %s", (_sentence, block, count, wanted, expected) => {
    const all = Array.from({ length: count }, (_, at) => [raw(`${at}`)]);
    const { pages, page, rows: shown } = pageOf(block, all, wanted);
    expect([pages, page, shown.length]).toEqual(expected);
  });

  it("are none where the block has none", () => {
    expect(rowsOf({ rows: "none" })).toEqual([]);
    expect(rowsOf({ rows: [rows[0], "none"] })).toEqual([rows[0]]);
  });
});
