import { describe, expect, it, test } from "vitest";
import type { Json, JsonObject } from "../../../playground/slack/json.js";
import { checkedBlocks } from "../../../playground/slack/kit/check.js";
import { checkedView } from "../../../playground/slack/kit/view.js";
import { Refusal } from "../../../playground/slack/refusal.js";
import { serveSlack } from "../../../playground/slack/server.js";
import { clientOf, outcomeOf } from "./web-client.js";

const a = (length: number) => "a".repeat(length);
const plain = (text: string) => ({ type: "plain_text", text });
const mrkdwn = (text: string) => ({ type: "mrkdwn", text });
const section = (text: string, more: JsonObject = {}) => ({ type: "section", text: mrkdwn(text), ...more });
const button = (more: JsonObject = {}) => ({ type: "button", text: plain("Go"), action_id: "go", ...more });
const actions = (...elements: Json[]) => ({ type: "actions", elements });
const times = <Thing>(count: number, thing: (index: number) => Thing) =>
  Array.from({ length: count }, (_, i) => thing(i));
const richText = (text: string) => ({
  type: "rich_text",
  elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }],
});
const task = (id: string, more: JsonObject = {}) => ({
  task_id: id,
  title: "Task",
  status: "pending",
  ...more,
});
const plan = (...tasks: Json[]) => ({ type: "plan", title: "Plan", tasks });
const table = (rows: number, columns: number, text = "x") => ({
  type: "table",
  rows: times(rows, () => times(columns, () => ({ type: "raw_text", text }))),
});
const dataTable = (rows: Json[][], more: JsonObject = {}) => ({
  type: "data_table",
  caption: "Nodes",
  rows,
  ...more,
});
const row = (...texts: string[]) => texts.map((text) => ({ type: "raw_text", text }));
const input = (element: JsonObject) => ({ type: "input", label: plain("Name"), element });
const menu = (options: number) => ({
  type: "static_select",
  action_id: "m",
  options: times(options, (index) => ({ text: plain("one"), value: `${index}` })),
});

/** The refusal's code and first reason, or "ok". */
function verdictOf(check: () => unknown): string {
  try {
    check();
    return "ok";
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const [reason] = Array.isArray(error.details.errors) ? error.details.errors : [];
    return reason ? `${error.code}: ${reason}` : error.code;
  }
}

describe("blocks of a message", () => {
  it.each<[string, Json[]]>([
    ["50 blocks", times(50, () => section("x"))],
    ["a section of 3000 characters", [section(a(3000))]],
    ["a section of ten fields", [{ type: "section", fields: times(10, () => mrkdwn(a(1000))) }]],
    ["a header of 150 characters", [{ type: "header", text: plain(a(150)) }]],
    ["25 buttons", [actions(...times(25, (index) => button({ action_id: `b${index}` })))]],
    ["a button's value of 2000 characters", [actions(button({ value: a(2000) }))]],
    [
      "a button that asks first",
      [actions(button({ confirm: { title: plain(a(100)), text: mrkdwn(a(300)) } }))],
    ],
    ["the same action in two blocks", [actions(button()), actions(button())]],
    ["a plan of 50 tasks", [plan(...times(50, (index) => task(`t${index}`)))]],
    [
      "tasks that call themselves task_card",
      [plan(task("t", { type: "task_card", output: richText("done") }))],
    ],
    ["a task card on its own", [{ type: "task_card", ...task("t") }]],
    ["a table of 100 rows", [table(100, 2)]],
    ["a table of 20 columns", [table(2, 20)]],
    ["tables of 10 000 characters", [table(50, 1, a(100)), table(50, 1, a(100))]],
    ["block text of 13 000 characters", times(5, () => section(a(2600)))],
    [
      "a container with a table inside",
      [{ type: "container", title: plain("Nodes"), child_blocks: [table(2, 2)] }],
    ],
    ["markdown", [{ type: "markdown", text: "**hi**" }]],
    [
      "a data table of a header and 100 rows",
      [
        dataTable(
          times(101, () => row("a", "b")),
          { page_size: 100 },
        ),
      ],
    ],
    ["a data table of 10 000 characters", [dataTable(times(101, (at) => row(a(at === 0 ? 0 : 100))))]],
    [
      "a data table of numbers and links",
      [dataTable([row("n", "m"), [{ type: "raw_number", value: 1, text: "1" }, richText("x")]])],
    ],
    ["an overflow menu of five", [actions({ ...menu(5), type: "overflow" })]],
  ])("takes %s", (_sentence, blocks) => {
    expect(verdictOf(() => checkedBlocks(blocks, "message"))).toBe("ok");
  });

  it.each<[string, Json[], string]>([
    ["51 blocks", times(51, () => section("x")), "no more than 50 items allowed [json-pointer:/blocks]"],
    [
      "a section of 3001 characters",
      [section(a(3001))],
      "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    ],
    ["an empty section", [section("")], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"],
    [
      "a section without words",
      [{ type: "section" }],
      "must define one of the fields: text, fields [json-pointer:/blocks/0]",
    ],
    [
      "eleven fields",
      [{ type: "section", fields: times(11, () => mrkdwn("x")) }],
      "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
    ],
    [
      "a field of 2001 characters",
      [{ type: "section", fields: [mrkdwn(a(2001))] }],
      "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
    ],
    [
      "a header of 151 characters",
      [{ type: "header", text: plain(a(151)) }],
      "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
    ],
    [
      "a header in mrkdwn",
      [{ type: "header", text: mrkdwn("*x*") }],
      'Invalid input: expected "plain_text" [json-pointer:/blocks/0/text/type]',
    ],
    [
      "26 buttons",
      [actions(...times(26, (index) => button({ action_id: `b${index}` })))],
      "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
    ],
    [
      "a button's text of 76 characters",
      [actions(button({ text: plain(a(76)) }))],
      "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
    ],
    [
      "a button's value of 2001 characters",
      [actions(button({ value: a(2001) }))],
      "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
    ],
    [
      "a button's address of 3001 characters",
      [actions(button({ url: a(3001) }))],
      "must be less than 3001 characters [json-pointer:/blocks/0/elements/0/url]",
    ],
    [
      "an action_id of 256 characters",
      [actions(button({ action_id: a(256) }))],
      "must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]",
    ],
    [
      "eleven elements of context",
      [{ type: "context", elements: times(11, () => mrkdwn("x")) }],
      "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
    ],
    [
      "a menu of 101 options",
      [actions(menu(101))],
      "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ],
    [
      "the same block_id twice",
      [section("x", { block_id: "b" }), section("y", { block_id: "b" })],
      "block_id already exists: b [json-pointer:/blocks]",
    ],
    [
      "the same action_id twice in a block",
      [actions(button(), button())],
      "action_id already exists: go [json-pointer:/blocks/0]",
    ],
    [
      "a block nobody knows",
      [{ type: "hologram" }],
      "unsupported type: hologram [json-pointer:/blocks/0/type]",
    ],
    [
      "an alert",
      [{ type: "alert", text: plain("x") }],
      "unsupported type: alert [json-pointer:/blocks/0/type]",
    ],
    [
      "an element nobody knows",
      [actions({ type: "lever" })],
      "unsupported type [json-pointer:/blocks/0/elements/0/type]",
    ],
    [
      "a field nobody knows",
      [section("x", { colour: "red" })],
      "invalid additional property: colour [json-pointer:/blocks/0]",
    ],
    [
      "a header without text",
      [{ type: "header" }],
      "missing required field: text [json-pointer:/blocks/0/text]",
    ],
    [
      "a plan of 51 tasks",
      [plan(...times(51, (index) => task(`t${index}`)))],
      "no more than 50 items allowed [json-pointer:/blocks/0/tasks]",
    ],
    [
      "a task twice",
      [plan(task("t"), task("t"))],
      "task_id already exists: t [json-pointer:/blocks/0/tasks]",
    ],
    [
      "a task that is completed, not complete",
      [plan(task("t", { status: "completed" }))],
      'Invalid option: expected one of "pending"|"in_progress"|"complete"|"error" [json-pointer:/blocks/0/tasks/0/status]',
    ],
    [
      "a task's output in plain words",
      [plan(task("t", { output: "done" }))],
      "Invalid input: expected object, received string [json-pointer:/blocks/0/tasks/0/output]",
    ],
    [
      "a plan beside a task card",
      [plan(task("t")), { type: "task_card", ...task("u") }],
      "plan and task_card may not stand in one message [json-pointer:/blocks]",
    ],
    ["a table of 101 rows", [table(101, 1)], "no more than 100 items allowed [json-pointer:/blocks/0/rows]"],
    [
      "a table of 21 columns",
      [table(1, 21)],
      "no more than 20 items allowed [json-pointer:/blocks/0/rows/0]",
    ],
    [
      "tables of more than 10 000 characters",
      [table(50, 1, a(100)), table(51, 1, a(100))],
      "all tables together must be less than 10001 characters [json-pointer:/blocks]",
    ],
    [
      "tables of more than 10 000 characters, one in a container",
      [{ type: "container", title: plain("x"), child_blocks: [table(50, 1, a(100))] }, table(51, 1, a(100))],
      "all tables together must be less than 10001 characters [json-pointer:/blocks]",
    ],
    [
      "a data table of 101 rows under its header",
      [dataTable(times(102, () => row("a")))],
      "no more than 101 items allowed [json-pointer:/blocks/0/rows]",
    ],
    [
      "a data table of a header alone",
      [dataTable([row("a")])],
      "no fewer than 2 items allowed [json-pointer:/blocks/0/rows]",
    ],
    [
      "a data table without a caption",
      [{ type: "data_table", rows: [row("a"), row("b")] }],
      "missing required field: caption [json-pointer:/blocks/0/caption]",
    ],
    [
      "a data table with a shorter row",
      [dataTable([row("a", "b"), row("a", "b"), row("a")])],
      "must have 2 cells, as the header has [json-pointer:/blocks/0/rows/2]",
    ],
    [
      "a data table with rich text in its header",
      [dataTable([[richText("a")], row("b")])],
      "unsupported type: rich_text [json-pointer:/blocks/0/rows/0/0/type]",
    ],
    [
      "a data table that names its rows by a column it has not",
      [dataTable([row("a"), row("b")], { row_header_column_index: 1 })],
      "there is no such column [json-pointer:/blocks/0/row_header_column_index]",
    ],
    [
      "data tables of more than 10 000 characters",
      [dataTable(times(51, () => row(a(100)))), dataTable(times(50, () => row(a(100))))],
      "all data tables together must be less than 10001 characters [json-pointer:/blocks]",
    ],
    [
      "an overflow menu of six",
      [actions({ ...menu(6), type: "overflow" })],
      "no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ],
    [
      "eleven blocks in a container",
      [{ type: "container", title: plain("x"), child_blocks: times(11, () => section("x")) }],
      "no more than 10 items allowed [json-pointer:/blocks/0/child_blocks]",
    ],
  ])("refuses %s", (_sentence, blocks, reason) => {
    expect(verdictOf(() => checkedBlocks(blocks, "message"))).toBe(`invalid_blocks: ${reason}`);
  });

  test("refuses a message of more than about 13 200 characters in its blocks", () => {
    const blocks = times(5, () => section(a(2700)));
    expect(verdictOf(() => checkedBlocks(blocks, "message"))).toBe("msg_blocks_too_long");
  });

  test("says every fault at once", () => {
    const check = () => checkedBlocks([section(""), { type: "header" }], "message");
    expect(check).toThrow(
      expect.objectContaining({
        details: expect.objectContaining({ errors: [expect.any(String), expect.any(String)] }),
      }),
    );
  });

  test("reaches the client with Slack's error code, and nothing is posted", async () => {
    const slack = await serveSlack();
    try {
      const posting = clientOf(slack).apiCall("chat.postMessage", {
        channel: slack.channel,
        text: "x",
        blocks: [section("")],
      });
      expect(await outcomeOf(posting)).toBe("invalid_blocks");
      expect(slack.workspace.messages(slack.channel)).toEqual([]);
    } finally {
      await slack.close();
    }
  });
});

describe("views", () => {
  const modal = (more: JsonObject = {}) => ({
    type: "modal",
    title: plain("Upgrade"),
    blocks: [section("x")],
    ...more,
  });
  const asking = [input({ type: "plain_text_input", action_id: "name" })];

  it.each<[string, JsonObject]>([
    ["100 blocks", modal({ blocks: times(100, () => section("x")) })],
    ["an alert", modal({ blocks: [{ type: "alert", text: plain("x"), level: "warning" }] })],
    ["an input with a submit button", modal({ blocks: asking, submit: plain("Send") })],
    ["3000 characters of private metadata", modal({ private_metadata: a(3000) })],
  ])("a modal takes %s", (_sentence, view) => {
    expect(verdictOf(() => checkedView(view, "modal"))).toBe("ok");
  });

  it.each<[string, JsonObject, string]>([
    ["101 blocks", modal({ blocks: times(101, () => section("x")) }), "no more than 100 items allowed"],
    ["a plan", modal({ blocks: [plan(task("t"))] }), "unsupported type: plan"],
    ["a title of 25 characters", modal({ title: plain(a(25)) }), "/view/title/text"],
    ["3001 characters of private metadata", modal({ private_metadata: a(3001) }), "/view/private_metadata"],
    ["an input without a submit button", modal({ blocks: asking }), "missing required field: submit"],
    ["the shape of a Home tab", { type: "home", blocks: [] }, "must be modal"],
  ])("a modal refuses %s", (_sentence, view, reason) => {
    const verdict = verdictOf(() => checkedView(view, "modal"));
    expect(verdict).toMatch(/^invalid_arguments: /);
    expect(verdict).toContain(reason);
  });
});
