import { describe, expect, it } from "vitest";
import { breakGlassModal, glassCalls } from "../../../../src/slack/views/break-glass.js";
import type { FormValues } from "../../../../src/slack/views/form.js";
import { reasonErrors, reasonIn } from "../../../../src/slack/views/reason-modal.js";
import { rejectModal } from "../../../../src/slack/views/reject.js";
import { aPlan, aRun, aRunningRun, events } from "../../../builders.js";

const hostile = "eks <!channel> `x` \u202e".repeat(60);
const worst = aRun({ plan: aPlan({ cluster: hostile, environment: hostile }), requestedBy: hostile });

/** Slack's limits for modals (views reference): title and buttons 24 characters. */
it.each([
  ["a rejection", rejectModal(worst)],
  ["starting without approval", breakGlassModal(worst)],
])("the modal of %s keeps Slack's limits, and calls nobody", (_, modal) => {
  const titles = [modal.title, modal.submit, modal.close].map((each) => each?.text.length ?? 0);
  expect(Math.max(...titles)).toBeLessThanOrEqual(24);
  expect(modal.callback_id?.length).toBeLessThanOrEqual(255);
  const sections = modal.blocks.flatMap((block) =>
    "text" in block && typeof block.text === "object" ? block.text.text.length : [],
  );
  expect(Math.max(...sections)).toBeLessThanOrEqual(3_000);
  expect(JSON.stringify(modal)).not.toContain("<!channel>");
});

const written = (value: string | null): FormValues => ({ reason: { "eks-upgrade:why": { value } } });

describe("what was written", () => {
  it.each<[string, FormValues, string | undefined]>([
    ["words", written(" not today \n"), "not today"],
    ["words of any script", written("今日は"), "今日は"],
    ["no more than the field takes", written("x".repeat(600)), "x".repeat(500)],
    ["nothing", written(null), undefined],
    ["spaces", written(" \n"), undefined],
    ["nothing that can be seen", written("\u200b\u202e"), undefined],
    ["a full stop", written("."), undefined],
    ["another form", {}, undefined],
  ])("%s", (_, values, expected) => {
    expect(reasonIn(values)).toBe(expected);
    expect(reasonErrors(values)).toEqual(
      expected === undefined ? { reason: "Say why, in a few words." } : undefined,
    );
  });
});

it("whoever had to approve is called each time that the glass is broken, in words that cannot call others", () => {
  const log = events(
    { type: "RunRequested", by: "U0OPERATOR", planHash: "c0ffee00" },
    { type: "GlassBroken", by: "U0CHIEF", reason: "CVE <!channel>" },
    { type: "GlassBroken", by: "U0OTHER", reason: "again" },
  );
  const calls = glassCalls(aRun(), log).map(({ text }) => text.split("\n").slice(0, 2));
  expect(calls).toEqual([
    [
      expect.stringMatching(
        /^:rotating_light: <!subteam\^S0APPROVERS>: <@U0CHIEF> started upgrading eks-workshop\/default without your approval <[^>]*>\.$/,
      ),
      "*Why:* CVE &lt;!channel&gt;",
    ],
    [expect.stringContaining("<@U0OTHER>"), "*Why:* again"],
  ]);
});

it.each([
  ["approved already", aRunningRun()],
  ["of which nobody had to approve", aRun({ state: "running", approvalsRequired: 0 })],
])("what was %s, was started before its hour", (_, run) => {
  const [call] = glassCalls(run, events({ type: "GlassBroken", by: "U0CHIEF", reason: "CVE" }));
  expect(call?.text).toMatch(
    /<@U0CHIEF> started upgrading eks-workshop\/default before its hour <[^>]*>: windows, freezes and the order of environments did not hold it\.\n/,
  );
});
