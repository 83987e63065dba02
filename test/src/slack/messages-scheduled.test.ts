import { describe, expect, it } from "vitest";
import type { Fact } from "../../../src/core/events.js";
import { day, hour } from "../../../src/core/instant.js";
import type { Run } from "../../../src/core/run.js";
import { messagesOf } from "../../../src/slack/messages.js";
import { aRun, aRunningRun, events, start } from "../../builders.js";

const approvals = [{ by: "U0APPROVER", at: start }];
const later = { approvals, decidedAt: start, startAt: start + day, approvedFor: start + day };
const scheduled: readonly Fact[] = [
  { type: "RunRequested", by: "U0OPERATOR", planHash: "c0ffee00" },
  { type: "RunApproved", by: "U0APPROVER" },
  { type: "RunScheduled", startAt: start + day },
];
const moved = (from: number, to: number): Fact => ({
  ...{ type: "RunScheduled", startAt: start + to },
  moved: { from: start + from, why: "a freeze of prod lasts until Wed 10:00 (UTC): <!channel>" },
});
const called = { cancelledBy: "U0OPERATOR", endedAt: start + 2 * day } as const;

describe("of a scheduled run there is", () => {
  it.each<[string, Run, readonly Fact[], string[]]>([
    ["its card alone, until it begins", aRun({ state: "scheduled", ...later }), scheduled, ["card"]],
    [
      "a live message as soon as it runs",
      aRunningRun({ ...later, steps: aRun().steps }),
      [...scheduled, { type: "RunDue" }],
      ["card", "live"],
    ],
    [
      "an end under its card, when it is called off before",
      aRun({ state: "cancelled", ...later, cancelledBy: "U0OPERATOR", endedAt: start + hour }),
      [...scheduled, { type: "RunCancelled", by: "U0OPERATOR" }],
      ["card", "end"],
    ],
    [
      "the same when its time had come, but it could not begin",
      aRun({ state: "cancelled", ...later, ...called }),
      [...scheduled, { type: "RunCancelled", by: "U0OPERATOR" }],
      ["card", "end"],
    ],
    [
      "its live message and its end, when it is called off after it had begun",
      aRun({ state: "cancelled", ...later, ...called }),
      [...scheduled, { type: "RunDue" }, { type: "RunCancelled", by: "U0OPERATOR" }],
      ["card", "live", "end"],
    ],
    [
      "the same when it was scheduled anew in between",
      aRun({ state: "cancelled", ...later, ...called }),
      [
        ...scheduled,
        { type: "RunScheduled", startAt: start + 2 * day },
        { type: "RunDue" },
        { type: "RunCancelled", by: "U0OPERATOR" },
      ],
      ["card", "live", "end"],
    ],
    [
      "a call under its card each time that it is moved, which stays",
      aRunningRun({ ...later, steps: aRun().steps }),
      [...scheduled, moved(day, 2 * day), moved(2 * day, 3 * day), { type: "RunDue" }],
      ["card", "moved", "moved/2", "live"],
    ],
  ])("%s", (_, run, facts, expected) => {
    const messages = messagesOf(run, events(...facts), start + 2 * day, { plan: true });
    expect(messages.map(({ slot }) => slot)).toEqual(expected);
  });

  it("a card that says when, and that it can be called off, at once", () => {
    const [card] = messagesOf(aRun({ state: "scheduled", ...later }), events(...scheduled), start, {
      plan: true,
    });
    expect(card?.urgent).toBe(true);
    expect(card?.text).toContain("Approved by <@U0APPROVER>");
    expect(card?.text).toContain("when upgrades of prod may start again");
    expect(card?.text).toContain("/eks-upgrade cancel calm-heron-42");
  });

  it("a call that says why it was moved, and to when", () => {
    const run = aRun({ state: "scheduled", ...later, startAt: start + 2 * day });
    const [, call] = messagesOf(run, events(...scheduled, moved(day, 2 * day)), start + day, { plan: true });
    expect(call).toMatchObject({ parent: "card", settled: true });
    expect(call?.text).toMatch(
      /^:calendar: <@U0OPERATOR>: .* did not begin <!date.*: a freeze of prod lasts until Wed 10:00 \(UTC\): &lt;!channel&gt;\. It begins <!date.* instead\.$/,
    );
  });

  it("a warning, on the card and in the call, where its approval is too old by then", () => {
    const run = aRun({ state: "scheduled", ...later, startAt: start + 3 * day });
    const facts = events(...scheduled, moved(day, 3 * day));
    for (const { text } of messagesOf(run, facts, start + day, { plan: true }))
      expect(text).toContain("By then its approval is too old: call it off, and ask for it again.");
  });

  it("a card that says when it began", () => {
    const run = aRunningRun({ ...later });
    const [card] = messagesOf(run, events(...scheduled, { type: "RunDue" }), start + day, { plan: true });
    expect(card?.text).toContain(`Began <!date^${(start + day) / 1000}^`);
  });
});
