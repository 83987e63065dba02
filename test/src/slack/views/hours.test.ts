import { describe, expect, it } from "vitest";
import { day, hour, type Instant } from "../../../../src/core/instant.js";
import type { Wish } from "../../../../src/core/plan.js";
import type { Run } from "../../../../src/core/run.js";
import { type ClosedNow, type Hours, hoursAt } from "../../../../src/core/windows.js";
import { assertLimits, limits, type View } from "../../../../src/slack/limits.js";
import {
  closedAnswer,
  goneOnAnswer,
  parseScheduleValue,
  refusedGoOn,
  scheduleAction,
  scheduledLines,
  scheduleValue,
} from "../../../../src/slack/views/hours.js";
import { reasonMax } from "../../../../src/slack/views/reason-modal.js";
import { aPlan, aRun, aRunningRun, aStep, start } from "../../../builders.js";

const berlin: Hours = {
  windows: {
    timeZone: "Europe/Berlin",
    open: [{ days: ["mon", "tue", "wed", "thu"], from: 600, to: 960 }],
    noStartWithin: 2 * hour,
  },
  freezes: [],
};
/** `start` is Monday 12:00 in Berlin, in summer. */
const evening = start + 8 * hour;

function closedAt(now: Instant, hours: Hours = berlin): ClosedNow {
  const seen = hoursAt(hours, now, "start");
  if (seen.open) throw new Error("open");
  return seen;
}

const buttonsOf = ({ blocks }: View) =>
  blocks
    .flatMap((block) => (block.type === "actions" ? block.elements : []))
    .flatMap((each) =>
      each.type === "button" ? [{ action: each.action_id, text: each.text.text, value: each.value }] : [],
    );

describe("the answer to a start when nothing may start", () => {
  it("says by which rule, when instead, and offers that", () => {
    const view = closedAnswer(closedAt(evening), aPlan(), evening);
    assertLimits(view);
    expect(view.text).toContain(
      "*Not started: eks-workshop/default.* The window of prod is closed (mon–thu 10:00–16:00, Europe/Berlin).",
    );
    // 10:00 in Berlin is 08:00 UTC; each reader sees it by their own clock too.
    expect(view.text).toContain("It may start Tue 10:00 (Europe/Berlin), for you <!date^1784620800^");
    expect(view.text).toContain(
      "Scheduled, it begins by itself then (once approved, where that is asked for), and can be called off until then.",
    );
    expect(buttonsOf(view)).toEqual([
      {
        action: scheduleAction,
        text: "Schedule for Tue 10:00",
        value: '["us-west-2/eks-workshop/default",{}]',
      },
    ]);
  });

  it("says so when the window ends too soon", () => {
    const now = start + 3 * hour;
    expect(closedAnswer(closedAt(now), aPlan(), now).text).toContain(
      "The window of prod closes Mon 16:00 (Europe/Berlin), and nothing starts within 2 h of that.",
    );
  });

  it("says the reason of a freeze, harmless whatever stands in it", () => {
    const reason = "`<!channel>` year's end.";
    const freeze = { from: start - day, until: start + 7 * day, reason };
    const view = closedAnswer(closedAt(start, { ...berlin, freezes: [freeze] }), aPlan(), start);
    expect(view.text).toContain(
      "A freeze of prod lasts until Mon 27 Jul 12:00 (Europe/Berlin): '&lt;!channel&gt;' year's end.\n",
    );
    expect(view.text).not.toContain("<!channel>");
    expect(buttonsOf(view).map(({ text }) => text)).toEqual(["Schedule for Mon 27 Jul 12:00"]);
  });

  it("offers nothing where nothing opens within a year", () => {
    const never = closedAt(start, { freezes: [{ from: start, until: start + 400 * day, reason: "sold" }] });
    const view = closedAnswer(never, aPlan(), start);
    assertLimits(view);
    expect(view.text).toContain("Nothing may start there within a year. Whoever keeps fleet.yaml");
    expect(buttonsOf(view)).toEqual([]);
  });

  it("stays within Slack's limits with the longest names and reasons", () => {
    const step = aStep({
      kind: "self-managed node group",
      nodeGroup: `${'"'.repeat(127)}\\`.repeat(2).slice(0, 255),
    });
    const plan = aPlan({
      cluster: "c".repeat(100),
      steps: [step],
      wish: { release: "9".repeat(200), force: true },
    });
    const view = closedAnswer(closedAt(evening), plan, evening, '"'.repeat(2_000));
    assertLimits(view);
    expect(buttonsOf(view)).toHaveLength(1);
  });
});

describe("what the button carries", () => {
  it.each<[string, Parameters<typeof aPlan>[0], string | undefined]>([
    ["nothing but the target", {}, undefined],
    ["a reason", {}, "CVE-2026-1234: today, please"],
    ["a version", { wish: { version: "1.35" } }, undefined],
    ["a release", { wish: { release: "1.34.9-20260714" } }, "because"],
    ["an AMI", { wish: { image: "ami-0123456789abcdef0" } }, undefined],
    ["force", { wish: { force: true } }, undefined],
    [
      "a group of our own",
      { steps: [aStep({ kind: "self-managed node group", nodeGroup: "a/b c" })] },
      "why",
    ],
  ])("comes back: %s", (_, over, reason) => {
    const plan = aPlan(over);
    const [step] = plan.steps;
    const parsed = parseScheduleValue(scheduleValue(plan, reason) ?? "");
    expect(parsed).toMatchObject({
      target: {
        ...{ region: plan.region, cluster: plan.cluster },
        group: { kind: step?.kind, name: step?.nodeGroup },
      },
      wish: plan.wish,
    });
    expect(parsed?.reason).toBe(reason);
  });

  it("is one line of a reason, as long as a form takes it", () => {
    const parsed = parseScheduleValue(scheduleValue(aPlan(), `two\n lines ${"x".repeat(900)}`) ?? "");
    expect(parsed?.reason).toMatch(/^two lines x+…$/);
    expect(parsed?.reason).toHaveLength(reasonMax);
  });

  const key = "us-west-2/eks-workshop/default";
  it.each<[string, unknown]>([
    ["no array", { key }],
    ["nothing in it", []],
    ["no wish", [key]],
    ["a wish that is none", [key, "latest"]],
    ["a wish that is an array", [key, []]],
    ["no wish at all", [key, null]],
    ["a key that we do not know", [key, { plan: "approved" }]],
    ["a key of every object", [key, { constructor: "x" }]],
    ["a version that is none", [key, { version: "latest" }]],
    ["a release with a break in it", [key, { release: "1.34.9\n" }]],
    ["an AMI that is none", [key, { image: "ami-x" }]],
    ["force that is not yes or no", [key, { force: "yes" }]],
    ["a control plane", ["us-west-2/eks-workshop", {}]],
    ["no target", ["", {}]],
    ["a target that is no text", [7, {}]],
    ["a reason that is no text", [key, {}, { text: "x" }]],
    ["a reason that is too long", [key, {}, "x".repeat(reasonMax + 1)]],
    ["more than that", [key, {}, "because", "U0APPROVER"]],
  ])("is not believed: %s", (_, value) => {
    expect(parseScheduleValue(JSON.stringify(value))).toBeUndefined();
  });

  it.each<[string, string]>([
    ["nothing", ""],
    ["no JSON", "calm-heron-42|c0ffee"],
    ["what is cut off", `["${key}",{`],
    ["more than a button holds", `["${key}",{}]${" ".repeat(limits.buttonValue)}`],
  ])("is not believed: %s", (_, value) => {
    expect(parseScheduleValue(value)).toBeUndefined();
  });

  it("is not there for what cannot be said again", () => {
    const odd: Wish = { release: "nobody's release" };
    expect(scheduleValue(aPlan({ wish: odd }))).toBeUndefined();
    const view = closedAnswer(closedAt(evening), aPlan({ wish: odd }), evening);
    expect(buttonsOf(view)).toEqual([]);
    expect(view.text).toContain("Ask for it again then.");
  });
});

describe("a card says", () => {
  const scheduled = (over: Partial<Run> = {}) =>
    aRun({ state: "scheduled", decidedAt: start, startAt: start + day, ...over });
  const callOff = "To call it off: `/eks-upgrade cancel calm-heron-42`.";
  const tomorrow = `<!date^${(start + day) / 1000}^{date_short_pretty} {time}|2026-07-21 10:00 UTC>`;

  it.each<[string, Run, string[]]>([
    [
      "when it starts, and how to call it off",
      scheduled(),
      [`Starts ${tomorrow}, when upgrades of prod may start again. Nothing is changed until then.`, callOff],
    ],
    [
      "what it waits for at its time",
      scheduled({ wait: { for: "another upgrade to end", until: start } }),
      ["Its time has come, and it waits for another upgrade to end. Nothing is changed until then.", callOff],
    ],
    [
      "why it cannot begin",
      scheduled({ trouble: { code: "X", what: "Environment <prod> is gone", next: "Put it back." } }),
      [":warning: Cannot begin: Environment &lt;prod&gt; is gone. Put it back.", callOff],
    ],
    ["when it began", aRunningRun({ startAt: start + day }), [`Began ${tomorrow}, as scheduled.`]],
    [
      "when it began, after it failed",
      aRunningRun({ state: "failed", startAt: start + day }),
      [`Began ${tomorrow}, as scheduled.`],
    ],
    ["nothing of one that began at once", aRunningRun(), []],
    ["nothing of one that waits for approval", aRun({ startAt: start + day }), []],
    [
      "nothing of one that was called off before",
      aRun({ state: "cancelled", decidedAt: start, startAt: start + day, endedAt: start + hour }),
      [],
    ],
  ])("%s", (_, run, expected) => {
    expect(scheduledLines(run)).toEqual(expected);
  });
});

describe("after *Go on now* it is said", () => {
  it("that it goes on", () => {
    expect(goneOnAnswer(aRunningRun()).text).toContain("goes on, whatever its window says");
    expect(goneOnAnswer(aRunningRun(), "stage").text).toContain("goes on, as far as the hours of stage go");
    const paused = { by: "U0OPERATOR", at: start };
    expect(goneOnAnswer(aRunningRun({ paused })).text).toContain("as soon as somebody resumes it");
  });

  it.each([
    ["over", "Run calm-heron-42 is over."],
    ["not held", "No window holds run calm-heron-42 any more."],
    ["claimed", "Another upgrade of the same node group is running."],
  ] as const)("that nothing was done: %s", (why, expected) => {
    const view = refusedGoOn(why, aRunningRun());
    assertLimits(view);
    expect(view.text).toContain(expected);
    expect(view.text).toContain("/eks-upgrade status calm-heron-42");
  });
});
