import { describe, expect, it, test } from "vitest";
import type { JsonObject } from "../../../playground/slack/json.js";
import { renderMessage } from "../../../playground/slack/render.js";
import { renderBlocks } from "../../../playground/slack/render-blocks.js";
import { type RenderOptions, renderMrkdwn } from "../../../playground/slack/render-text.js";
import type { Message } from "../../../playground/slack/types.js";

const noon = Date.UTC(2026, 10, 21, 12) / 1000;
const options: RenderOptions = {
  names: {
    users: new Map([
      ["U1", { name: "operator", realName: "Operator" }],
      ["U0BOT", { name: "eks-upgrade", realName: "EKS Upgrade" }],
    ]),
    groups: new Map([["S1", { handle: "approvers" }]]),
    channels: new Map([["C1", { name: "prod" }]]),
  },
  now: noon * 1000,
};

describe("mrkdwn", () => {
  it.each([
    ["a user by name", "by <@U1>", "by @operator"],
    ["a stranger by id", "<@U9>", "@U9"],
    ["a group by handle", "<!subteam^S1>", "@approvers"],
    ["a channel by name", "<#C1|>", "#prod"],
    ["everyone", "<!here> look", "@here look"],
    ["a link by its words", "<https://x.test/1|the run>", "the run"],
    ["a bare link", "<https://x.test/1>", "https://x.test/1"],
    ["bold, italic and code without marks", "*a b* _c_ `d`", "a b c d"],
    ["stars inside words as they are", "2*3*4 snake_case_name", "2*3*4 snake_case_name"],
    ["escaped characters", "a &lt; b &amp;&amp; c", "a < b && c"],
    ["a known emoji", ":white_check_mark: done", "✅ done"],
    ["an unknown emoji", ":shipit:", ":shipit:"],
    ["a time that is no emoji", "10:30:45", "10:30:45"],
    ["a date today", `<!date^${noon}^{date_short_pretty} {time}|x>`, "today 12:00"],
    ["a date with seconds", `<!date^${noon - 86_400}^{date_pretty} {time_secs}|x>`, "yesterday 12:00:00"],
    ["a far date", `<!date^${noon - 40 * 86_400}^{date_short}|x>`, "Oct 12, 2026"],
    ["how long ago", `<!date^${noon - 300}^{ago}|x>`, "5 minutes ago"],
    ["how soon", `<!date^${noon + 7200}^{ago}|x>`, "in 2 hours"],
    ["a broken date by its fallback", "<!date^soon^{date}|tomorrow>", "tomorrow"],
  ])("shows %s", (_sentence, mrkdwn, plain) => {
    expect(renderMrkdwn(mrkdwn, options)).toBe(plain);
  });
});

const words = (text: string) => ({ type: "plain_text", text });
const rich = (...elements: JsonObject[]) => ({
  type: "rich_text",
  elements: [{ type: "rich_text_section", elements }],
});

describe("blocks", () => {
  it.each<[string, JsonObject, string[]]>([
    ["a header underlined", { type: "header", text: words("Plan") }, ["Plan", "════"]],
    [
      "a section with fields and a button",
      {
        type: "section",
        text: { type: "mrkdwn", text: "*one*\ntwo" },
        fields: [words("f")],
        accessory: { type: "button", text: words("Open") },
      },
      ["one", "two", "f", "[Open]"],
    ],
    ["context on one line", { type: "context", elements: [words("a"), words("b")] }, ["a  b"]],
    [
      "buttons in brackets",
      {
        type: "actions",
        elements: [
          { type: "button", text: words("Approve") },
          { type: "button", text: words("Reject") },
        ],
      },
      ["[Approve] [Reject]"],
    ],
    [
      "a plan with a mark per task",
      {
        type: "plan",
        title: "Upgrading",
        tasks: [
          { title: "Setup", status: "complete", output: rich({ type: "text", text: "3 checks" }) },
          { title: "Scale up", status: "in_progress", details: rich({ type: "user", user_id: "U1" }) },
          { title: "Upgrade", status: "pending" },
          { title: "Scale down", status: "error" },
        ],
      },
      ["Upgrading", "✔ Setup", "    3 checks", "▸ Scale up", "    @operator", "○ Upgrade", "✖ Scale down"],
    ],
    [
      "a table in columns",
      {
        type: "table",
        column_settings: [{}, { align: "right" }],
        rows: [
          [
            { type: "raw_text", text: "Node" },
            { type: "raw_text", text: "Pods" },
          ],
          [
            { type: "raw_text", text: "ip-10-0-1-7" },
            { type: "raw_number", value: 3, text: "3" },
          ],
        ],
      },
      ["Node         Pods", "ip-10-0-1-7     3"],
    ],
    [
      "a list",
      {
        type: "rich_text",
        elements: [
          {
            type: "rich_text_list",
            style: "ordered",
            elements: [{ elements: [{ type: "text", text: "a" }] }],
          },
        ],
      },
      ["1. a"],
    ],
    [
      "dates and mentions in rich text",
      rich(
        { type: "date", timestamp: noon, format: "{time}" },
        { type: "text", text: " " },
        { type: "usergroup", usergroup_id: "S1" },
      ),
      ["12:00 @approvers"],
    ],
    ["an unknown block by its type", { type: "hologram" }, ["[hologram]"]],
  ])("shows %s", (_sentence, block, lines) => {
    expect(renderBlocks([block], options)).toEqual(lines);
  });
});

describe("a message", () => {
  const message: Message = {
    channel: "C1",
    ts: `${noon}.000000`,
    user: "U0BOT",
    text: "for notifications",
    blocks: [],
    attachments: [],
    broadcast: false,
    edits: 0,
  };

  test("says who and when, then its text", () => {
    expect(renderMessage(message, options)).toEqual(["EKS Upgrade · 12:00:00", "  for notifications"]);
  });

  test("shows its blocks instead of its text, and that it was edited", () => {
    const edited = { ...message, blocks: [{ type: "header", text: words("H") }], edits: 2 };
    expect(renderMessage(edited, options)).toEqual(["EKS Upgrade · 12:00:00 · edited 2×", "  H", "  ═"]);
  });

  test("stands further in when it is a reply, and says who alone sees it", () => {
    const reply = { ...message, threadTs: "1.0", onlyFor: "U1" };
    expect(renderMessage(reply, options)).toEqual([
      "    │ EKS Upgrade · 12:00:00 · only @operator sees this",
      "    │   for notifications",
    ]);
  });
});
