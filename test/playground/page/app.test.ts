import { describe, expect, it } from "vitest";
import { commonStart, fitting, typable } from "../../../playground/page/app/completion.js";
import { forLibrary, partsOf } from "../../../playground/page/app/kit.js";

const commands = [
  "/eks-upgrade",
  "/eks-upgrade status",
  "/eks-upgrade start retail/blue",
  "/eks-upgrade start retail/green",
  "/eks-upgrade cancel <run>",
];

describe("what the page completes", () => {
  it.each([
    ["everything that goes on from a slash", "/", commands],
    ["what goes on from half a word", "/eks-upgrade st", commands.slice(1, 4)],
    ["whatever the case", "/EKS-upgrade STAT", [commands[1]]],
    ["nothing that is typed already", "/eks-upgrade status", []],
    ["nothing that is no command", "hello", []],
  ])("%s", (_, typed, offered) => {
    expect(fitting(commands, typed)).toEqual(offered);
  });

  it.each([
    ["the whole of one", ["/eks-upgrade status"], "/eks-upgrade status"],
    ["as far as all agree", commands.slice(2, 4), "/eks-upgrade start retail/"],
    ["past one that the others go on from", commands, "/eks-upgrade "],
    ["nothing of none", [], ""],
  ])("%s", (_, texts, start) => {
    expect(commonStart(texts)).toBe(start);
  });

  it("leaves to the person what only they know", () => {
    expect(typable("/eks-upgrade cancel <run>")).toBe("/eks-upgrade cancel ");
  });
});

const section = (text: string) => ({ type: "section", text: { type: "mrkdwn", text } });
const overflow = { type: "overflow", action_id: "more" };
const button = { type: "button", action_id: "go" };

describe("blocks on the page", () => {
  it.each([
    [
      "what is only read is left to the library, together",
      [section("a"), section("b")],
      [{ kind: "shown", blocks: [section("a"), section("b")] }],
    ],
    [
      "what is pressed is ours, and stays in its place",
      [section("a"), { type: "actions", elements: [button] }, section("b")],
      [
        { kind: "shown", blocks: [section("a")] },
        { kind: "actions", elements: [button] },
        { kind: "shown", blocks: [section("b")] },
      ],
    ],
    [
      "a button beside a text is taken out of it",
      [{ ...section("a"), accessory: button }],
      [{ kind: "beside", block: section("a"), element: button }],
    ],
    [
      "an overflow menu beside a text is taken out of it",
      [{ ...section("a"), accessory: overflow }],
      [{ kind: "beside", block: section("a"), element: overflow }],
    ],
    [
      "a data table, and what folds, are ours",
      [{ type: "data_table" }, section("a"), { type: "container" }],
      [
        { kind: "data table", block: { type: "data_table" } },
        { kind: "shown", blocks: [section("a")] },
        { kind: "container", block: { type: "container" } },
      ],
    ],
    [
      "a picture beside a text stays",
      [{ ...section("a"), accessory: { type: "image" } }],
      [{ kind: "shown", blocks: [{ ...section("a"), accessory: { type: "image" } }] }],
    ],
  ])("%s", (_, blocks, parts) => {
    expect(partsOf(blocks)).toEqual(parts);
  });

  it.each([
    ["verbatim text keeps its formatting", { ...section("*a*").text, verbatim: true }, "*a*"],
    [
      "escaped control sequences stay text",
      section("&lt;!channel&gt; &amp;").text,
      "&#60;!channel&#62; &amp;",
    ],
    [
      "hours are no emoji, addresses stay whole",
      section("10:00–16:00 `10:00` <http://127.0.0.1:9/a|at 10:00> :lock:").text,
      "10&#58;00–16&#58;00 `10:00` <http://127.0.0.1:9/a|at 10:00> :lock:",
    ],
    ["code shows its characters", section("`a &lt;b&gt; &amp;` &lt;").text, "`a <b> &` &#60;"],
  ])("%s", (_, text, given) => {
    expect(forLibrary([{ type: "section", text }])).toEqual([section(given)]);
  });
});
