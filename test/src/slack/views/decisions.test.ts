import { describe, expect, it } from "vitest";
import { minute } from "../../../../src/core/instant.js";
import type { Run } from "../../../../src/core/run.js";
import {
  linkAnswer,
  reasonMissingAnswer,
  refusedClick,
  refusedGlass,
} from "../../../../src/slack/views/decisions.js";
import { aPlan, aRun, aRunningRun, start } from "../../../builders.js";

const breakGlass = { by: "U0CHIEF", at: start, reason: "CVE" };

it.each([
  ["already decided", aRunningRun(), "It was approved before your click, and needs nothing more from you."],
  [
    "already decided",
    aRunningRun({ breakGlass, approvals: [] }),
    "Somebody started it without approval, before your click.",
  ],
  ["already decided", aRunningRun({ breakGlass }), "Somebody started it before its hour, before your click."],
  [
    "expired",
    aRun({ state: "expired", plan: aPlan({ wish: { version: "1.34" } }) }),
    "Ask again with /eks-upgrade start eks-workshop/default --to 1.34.",
  ],
  ["already decided", aRun({ state: "cancelled" }), "It was called off before your click."],
  ["already decided", aRun({ state: "rejected" }), "Somebody rejected it before your click."],
  ["expired", aRun({ state: "expired" }), "Ask again with /eks-upgrade start eks-workshop/default."],
  ["plan changed", aRun(), "Read it and press the button again."],
  ["requester", aRun(), "Ask <!subteam^S0APPROVERS>."],
  ["approved by you already", aRun({ approvalsRequired: 2 }), "It needs the approval of different people"],
  ["one voice", aRun({ approvalsRequired: 2 }), "deputies and the one they stand for have one voice"],
  ["claimed", aRun(), "another upgrade of the same node group is running"],
  ["link needed", aRun(), "I have no address for it (PUBLIC_URL). Whoever runs the bot can change that."],
] as const)("a click that decides nothing (%s) says what to do", (why, run, words) => {
  expect(refusedClick(why, run).text).toContain(words);
});

describe("breaking the glass in vain", () => {
  it.each<[string, Parameters<typeof refusedGlass>[0], Run, string]>([
    ["it runs", "over", aRunningRun(), "It runs already."],
    ["it has expired by the clock alone", "over", aRun(), "The request has expired."],
    ["it was rejected", "over", aRun({ state: "rejected" }), "It is over: it was rejected."],
    ["another one runs", "claimed", aRun(), "another upgrade of the same node group is running"],
    ["the plan changed", "plan changed", aRun(), "The card now shows the plan as it is, and what changed."],
    [
      "the plan of what is scheduled changed",
      "plan changed",
      aRun({ state: "scheduled" }),
      "Call it off (/eks-upgrade cancel calm-heron-42), ask again with /eks-upgrade start eks-workshop/default, and break the glass of that request",
    ],
    ["no reason", "reason missing", aRun(), "It needs a reason, which everybody reads."],
  ])("%s", (_, why, run, words) => {
    expect(refusedGlass(why, run).text).toContain(words);
  });
});

it("a link is a link, and says for how long", () => {
  const { text } = linkAnswer(aRun(), "https://bot.example.com/approve/x.y", 10 * minute);
  expect(text).toContain(
    "<https://bot.example.com/approve/x.y|approve the upgrade of eks-workshop/default on my page>",
  );
  expect(text).toContain("for 10 minutes");
});

it("a missing reason says how to give one", () => {
  expect(reasonMissingAnswer().text).toContain("at the end of your command (--reason &lt;why&gt;)");
});
