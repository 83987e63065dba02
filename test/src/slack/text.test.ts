import { describe, expect, it } from "vitest";
import { day } from "../../../src/core/instant.js";
import {
  clean,
  code,
  fitLines,
  foreign,
  listed,
  mention,
  mentionGroup,
  moment,
  sayAge,
  sections,
  whoever,
} from "../../../src/slack/text.js";
import { start } from "../../builders.js";

describe("foreign text in mrkdwn", () => {
  it.each([
    ["a broadcast calls nobody", "<!channel> now", "&lt;!channel&gt; now"],
    ["a mention calls nobody", "by <@U0EVIL>", "by &lt;@U0EVIL&gt;"],
    ["a link is not one", "<https://evil.example|click>", "&lt;https://evil.example|click&gt;"],
    ["an entity stays what it says", "a &lt; b", "a &amp;lt; b"],
    ["a backtick opens no code", "rm `-rf`", "rm '-rf'"],
    ["right-to-left marks are gone", "safe\u202egnp.exe", "safegnp.exe"],
    ["isolates and zero-width marks are gone", "a\u2066b\u200bc\u2069", "abc"],
    ["lines become one", "one\ntwo\r\n\tthree", "one two three"],
    ["control characters are gone", "a\u0000b\u001bc", "abc"],
  ])("%s", (_, text, expected) => {
    expect(foreign(text)).toBe(expected);
  });

  it("is cut to its length as sent, and never within an entity", () => {
    expect(foreign("<".repeat(10), 10)).toBe("&lt;&lt;…");
  });

  it("is never cut within a character", () => {
    expect(clean(`ab${"🚀".repeat(3)}`, 4)).toBe("ab…");
  });
});

it.each([
  ["a name is code", "default", "`default`"],
  ["a backtick does not end it", "a` <!here> `b", "`a' &lt;!here&gt; 'b`"],
  ["an empty name is not empty code, which Slack shows as two backticks", "", "` `"],
])("code: %s", (_, text, expected) => {
  expect(code(text)).toBe(expected);
});

it.each([
  ["a person", () => mention("U0123"), "<@U0123>"],
  ["a person of an enterprise grid", () => mention("W0123"), "<@W0123>"],
  ["what is no id", () => mention("!channel"), "!channel"],
  ["what would break out of a mention", () => mention("U1> <!channel"), "U1&gt; &lt;!channel"],
  ["a user group", () => mentionGroup("S0123"), "<!subteam^S0123>"],
  ["what is no group", () => mentionGroup("here"), "here"],
  [
    "groups and people",
    () => whoever({ groups: ["S1"], users: ["U1", "U2"] }),
    "<!subteam^S1>, <@U1> or <@U2>",
  ],
  ["nobody", () => whoever({ groups: [], users: [] }), "an approver named in fleet.yaml"],
])("mentions %s", (_, said, expected) => {
  expect(said()).toBe(expected);
});

it("names ten people at most", () => {
  const users = Array.from({ length: 14 }, (_, index) => `U${index}`);
  expect(whoever({ groups: [], users })).toMatch(/<@U9> or 4 more$/);
});

it.each([
  ["nothing", [], ""],
  ["one", ["a"], "a"],
  ["two", ["a", "b"], "a and b"],
  ["three", ["a", "b", "c"], "a, b and c"],
])("lists %s", (_, items, expected) => {
  expect(listed(items, "and")).toBe(expected);
});

it("says a moment in the reader's time, with UTC where Slack cannot", () => {
  expect(moment(start)).toBe("<!date^1784541600^{date_short_pretty} {time}|2026-07-20 10:00 UTC>");
});

it.each([
  [0.5, "less than a day"],
  [1, "1 day"],
  [59, "59 days"],
  [141, "4 months"],
  [800, "2 years"],
])("says an age of %s days as %s", (days, expected) => {
  expect(sayAge(days * day)).toBe(expected);
});

describe("lines that do not fit", () => {
  const lines = Array.from({ length: 100 }, (_, index) => `line ${index} ${"x".repeat(190)}`);

  it("are left out whole, and counted", () => {
    const fitted = fitLines(lines, 3_000);
    expect(fitted.length).toBeLessThanOrEqual(3_000);
    expect(fitted).toMatch(/x\n… and 86 more lines$/);
  });

  it("go into more sections, and end with how to see the rest", () => {
    const blocks = sections([...lines, ...lines], "Narrow it down");
    expect(blocks.length).toBe(5);
    expect(blocks.at(-1)?.text?.text).toMatch(/^… and \d+ more lines\. Narrow it down$/);
    expect(Math.max(...blocks.map((block) => block.text?.text.length ?? 0))).toBeLessThanOrEqual(3_000);
  });
});
