import { expect, it } from "vitest";
import { minute } from "../../src/core/instant.js";
import { linkAnswer } from "../../src/slack/views/decisions.js";
import { hostile } from "./hostile.js";
import { runOf } from "./hostile-run.js";
import { showsAsWords } from "./views.js";

/** Somebody else's text in every place of everything that the bot says: it calls nobody, links nowhere, and breaks no card. */

const first = new Set([
  "calls everybody",
  "breaks out of code and bold",
  "turns the reading round",
  "has halves of signs, and nothing",
  "is a name of JavaScript's own",
]);
/** The others: mrkdwn.slow.test.ts. */
showsAsWords(hostile.filter(([what]) => first.has(what)));

it("a link of the bot's own is the only one that is none of Slack's", () => {
  const { text } = linkAnswer(
    runOf("x", "managed node group"),
    "https://bot.example.com/approve/a.b",
    minute,
  );
  expect(text).toContain("https://bot.example.com/approve/a.b");
});
