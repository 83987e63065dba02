import { expect, it } from "vitest";
import { parseCommand } from "../../commands/parse.js";

const started = (reason: string, wish = {}) => ({
  command: { name: "start", cluster: "eks-workshop", nodeGroup: "default", wish, reason },
});
const glass = (what: string, reason: string) => ({ command: { name: "break-glass", what, reason } });
const needed =
  '"break-glass" needs what to start and why: break-glass <run>|<cluster>[/<node-group>] <reason>.';
const choice = (option: string) =>
  `"break-glass" knows no option --${option}: it goes to the newest release. For another one ask with start --${option} …, and then: break-glass <run> <reason>.`;
const words = 'After "--reason" I need a few words: they are the rest of the line.';
const link = `https://tickets.example.com/${"x".repeat(250)}`;
const long = "x ".repeat(300).trim();
const tooLong = "The reason has 599 characters: say it in 500 at most.";

it.each<[string, string, object]>([
  ["a reason", "start eks-workshop/default --reason CVE-2026-1234", started("CVE-2026-1234")],
  [
    "is the rest of the line, options and all",
    "start eks-workshop/default --to 1.34 --reason as agreed --to 1.35 is too much",
    started("as agreed --to 1.35 is too much", { version: "1.34" }),
  ],
  ["with =", "start eks-workshop/default --reason=because it is old", started("because it is old")],
  ["from a phone", "start eks-workshop/default —Reason “old nodes”", started("old nodes")],
  [
    "as it was typed: apostrophes, dashes, code",
    "start eks-workshop/default --reason the kernel's `CVE-2026-1` – don't wait, it's “urgent”",
    started("the kernel's `CVE-2026-1` – don't wait, it's “urgent”"),
  ],
  ["in quotes, with an apostrophe", `start eks-workshop/default --reason="it's old"`, started("it's old")],
  [
    "as Slack escapes it: people, groups, channels, links, signs",
    "start eks-workshop/default --reason <@U0123|ana> of <!subteam^S0AB|@sre> in <#C01|> and <#C02|ops>: <https://t.example/OPS-1|OPS-1> a &lt;b &amp;amp; c",
    started("@ana of @sre in #C01 and #ops: https://t.example/OPS-1 a <b &amp; c"),
  ],
  ["with a word that is longer than any name", `start eks-workshop/default --reason ${link}`, started(link)],
  ["without words", "start eks-workshop/default --reason", { problem: words }],
  ["without a word in it", "start eks-workshop/default --reason ... !", { problem: words }],
  ["of too many words", `start eks-workshop/default --reason ${long}`, { problem: tooLong }],
  [
    "kept in what is suggested",
    "start eks-workshop default --reason old nodes",
    {
      problem: '"start" takes one target, but I read 2.',
      didYouMean: "start eks-workshop/default --reason old nodes",
    },
  ],
  [
    "a slip in it",
    "start eks-workshop/default --reson old",
    {
      problem: '"start" knows no option --reson.',
      didYouMean: "start eks-workshop/default --reason old",
    },
  ],
  ["no reason for a plan", "plan a/b --reason x", { problem: '"plan" knows no option --reason.' }],
  ["glass of a run", "break-glass calm-heron-42 it is exploited", glass("calm-heron-42", "it is exploited")],
  [
    "glass of a target",
    "BREAK-GLASS eks-workshop/default “CVE”, now",
    glass("eks-workshop/default", "“CVE”, now"),
  ],
  ["glass of nothing", "break-glass", { problem: needed }],
  ["glass without a reason", "break-glass calm-heron-42", { problem: needed }],
  ["glass without words", "break-glass calm-heron-42 !!!", { problem: needed }],
  ["glass with an option", "break-glass --now please", { problem: needed }],
  [
    "glass with a version",
    "break-glass eks-workshop/default --to 1.34.7-20260501 CVE",
    { problem: choice("to") },
  ],
  ["glass with an image, from a phone", "break-glass shop it burns —AMI=ami-1", { problem: choice("ami") }],
  [
    "glass with what only looks like an option",
    "break-glass shop up --tomorrow or not-to-day, amis and all",
    glass("shop", "up --tomorrow or not-to-day, amis and all"),
  ],
  ["glass with too many words", `break-glass calm-heron-42 ${long}`, { problem: tooLong }],
  [
    "a slip in its name",
    "brake-glass calm-heron-42 now",
    {
      problem: 'I do not know the command "brake-glass".',
      didYouMean: "break-glass calm-heron-42 now",
    },
  ],
])("%s", (_, text, expected) => {
  expect(parseCommand(text)).toEqual(expected);
});
