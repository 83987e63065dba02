import { describe, expect, it } from "vitest";
import { isApproved, toBeginAt } from "../../../src/core/decide.js";
import { cancel } from "../../../src/core/decide-control.js";
import { beginOrSchedule, due, dueAt, goOn, hinder } from "../../../src/core/decide-schedule.js";
import type { Held } from "../../../src/core/held.js";
import { day, hour, minute, second } from "../../../src/core/instant.js";
import type { Run } from "../../../src/core/run.js";
import type { Hours } from "../../../src/core/windows.js";
import { aRun, aRunningRun, start } from "../../builders.js";

/** Monday 2026-07-20 10:00 UTC is `start`. */
const anyTime: Hours = { freezes: [] };
const tuesdays: Hours = {
  windows: { timeZone: "UTC", open: [{ days: ["tue"], from: 600, to: 960 }], noStartWithin: 2 * hour },
  freezes: [],
};
const never: Hours = { windows: { timeZone: "UTC", open: [], noStartWithin: 0 }, freezes: [] };
const tuesday = start + day;

const approved = aRun({ approvals: [{ by: "U0APPROVER", at: start }], decidedAt: start });
const scheduled = (over: Partial<Run> = {}): Run => ({
  ...approved,
  ...{ state: "scheduled", startAt: tuesday, approvedFor: tuesday, ...over },
});
const inTheWay = { code: "InTheWay", what: "Something is in the way", next: "Look at it." };

describe("what is approved", () => {
  it("begins at once where its hours allow it", () => {
    const { run, facts } = beginOrSchedule(approved, anyTime, start);
    expect(run).toEqual({ ...approved, state: "running" });
    expect(facts).toEqual([]);
  });

  it("is scheduled for the next opening otherwise", () => {
    const { run, facts } = beginOrSchedule(approved, tuesdays, start);
    expect(run).toEqual(scheduled());
    expect(facts).toEqual([{ type: "RunScheduled", startAt: tuesday }]);
  });

  it("is kept, and says why, where nothing opens within a year", () => {
    const { run, facts } = beginOrSchedule(approved, never, start);
    expect(run).toMatchObject({
      state: "scheduled",
      startAt: start + 366 * day,
      trouble: { code: "NeverOpens" },
    });
    expect(facts).toEqual([{ type: "RunScheduled", startAt: start + 366 * day }]);
  });

  it("does not begin when it is over", () => {
    expect(() => beginOrSchedule(aRun({ state: "rejected" }), anyTime, start)).toThrow("rejected");
  });
});

describe("somebody has to look", () => {
  it.each<[string, Run, number | undefined]>([
    ["when a request ends", aRun(), aRun().expiresAt],
    ["when a run begins", scheduled(), tuesday],
    ["at any time at one that is hindered", scheduled({ trouble: inTheWay }), aRun().requestedAt],
    ["at any time at one that waits", scheduled({ wait: { for: "it", until: start } }), aRun().requestedAt],
    ["at none that runs", aRunningRun(), undefined],
    ["at none that is over", aRun({ state: "rejected" }), undefined],
  ])("%s", (_, run, expected) => {
    expect(dueAt(run)).toBe(expected);
  });
});

describe("at its time", () => {
  it("a run begins", () => {
    const begun = due(scheduled(), tuesdays, tuesday);
    expect(begun).toEqual({
      ok: true,
      run: { ...scheduled(), state: "running", releasedAt: tuesday },
      facts: [{ type: "RunDue" }],
    });
  });

  it.each<[string, Run, number, string]>([
    ["not a moment before", scheduled(), tuesday - 1, "not yet"],
    ["not what is not approved", aRun({ startAt: start }), tuesday, "not scheduled"],
    ["not what runs already", aRunningRun({ startAt: tuesday }), tuesday, "not scheduled"],
    ["not what is over", aRun({ state: "cancelled", startAt: tuesday }), tuesday, "not scheduled"],
  ])("%s", (_, run, at, refusal) => {
    expect(due(run, tuesdays, at)).toEqual({ ok: false, refusal });
  });

  it("one whose hours have changed is scheduled anew", () => {
    const freeze = { from: start, until: tuesday + 3 * hour, reason: "launch" };
    expect(due(scheduled(), { ...tuesdays, freezes: [freeze] }, tuesday)).toEqual({
      ok: true,
      run: scheduled({ startAt: tuesday + 3 * hour }),
      facts: [
        {
          ...{ type: "RunScheduled", startAt: tuesday + 3 * hour },
          moved: { from: tuesday, why: "a freeze of prod lasts until Tue 13:00 (UTC): launch" },
        },
      ],
    });
  });

  it("one that comes too late for its window is scheduled for the next", () => {
    const late = due(scheduled(), tuesdays, tuesday + 5 * hour);
    expect(late).toMatchObject({ ok: true, run: { state: "scheduled", startAt: tuesday + 7 * day } });
  });

  it("one that comes later within its window says when it really began", () => {
    const late = due(scheduled(), tuesdays, tuesday + 3 * hour);
    expect(late).toMatchObject({
      ok: true,
      run: { state: "running", releasedAt: tuesday + 3 * hour - minute },
    });
    const punctual = due(scheduled(), tuesdays, tuesday + 20 * second);
    expect(punctual).toMatchObject({ ok: true, run: { releasedAt: tuesday } });
  });

  it("one that can never begin is kept and says so, once", () => {
    const kept = due(scheduled(), never, tuesday);
    expect(kept).toMatchObject({ ok: true, run: { state: "scheduled", trouble: { code: "NeverOpens" } } });
    if (!kept.ok) throw new Error("refused");
    expect(due(kept.run, never, tuesday + minute)).toEqual({ ok: false, refusal: "no change" });
    // As soon as the file allows it, and long before the year is over.
    const begun = due(kept.run, anyTime, tuesday + hour);
    expect(begun).toMatchObject({ ok: true, run: { state: "running", releasedAt: tuesday + hour } });
    expect(begun.ok && "trouble" in begun.run).toBe(false);
  });

  it("an approval is as good at that time as it was when it was given", () => {
    const inAWeek = scheduled({ startAt: tuesday + 7 * day, approvedFor: tuesday + 7 * day });
    const begun = due(inAWeek, tuesdays, tuesday + 7 * day);
    if (!begun.ok) throw new Error("refused");
    expect(toBeginAt(begun.run)).toBe(tuesday + 7 * day);
    expect(isApproved(begun.run, tuesday + 7 * day + minute)).toBe(true);
    expect(isApproved(begun.run, tuesday + 9 * day)).toBe(false);
  });

  it("an approval is not younger for a run that is put off again and again", () => {
    const putOff = due(scheduled(), tuesdays, tuesday + 5 * hour);
    if (!putOff.ok) throw new Error("refused");
    const begun = due(putOff.run, tuesdays, tuesday + 7 * day);
    expect(begun.ok && isApproved(begun.run, tuesday + 7 * day)).toBe(false);
  });
});

describe("what is in the way of one whose time has come", () => {
  it("is said once", () => {
    const hindered = hinder(scheduled(), { problem: inTheWay }, tuesday);
    expect(hindered).toEqual({ ok: true, run: scheduled({ trouble: inTheWay }), facts: [] });
    if (!hindered.ok) throw new Error("refused");
    expect(hinder(hindered.run, { problem: inTheWay }, tuesday + minute)).toEqual({
      ...{ ok: false, refusal: "no change" },
    });
  });

  it("is waited for, and that is said once", () => {
    const waiting = hinder(scheduled({ trouble: inTheWay }), { wait: "another to end" }, tuesday);
    const wait = { for: "another to end", until: tuesday };
    expect(waiting).toEqual({ ok: true, run: scheduled({ wait }), facts: [] });
    expect(hinder(scheduled({ wait }), { wait: "another to end" }, tuesday + minute)).toEqual({
      ...{ ok: false, refusal: "no change" },
    });
  });

  it("is forgotten when it begins", () => {
    const hindered = scheduled({ trouble: inTheWay, wait: { for: "another to end", until: tuesday } });
    const begun = due(hindered, anyTime, tuesday + minute);
    expect(begun).toEqual({
      ok: true,
      run: { ...scheduled(), state: "running", releasedAt: tuesday },
      facts: [{ type: "RunDue" }],
    });
  });

  it("is nothing before its time", () => {
    expect(hinder(scheduled(), { problem: inTheWay }, tuesday - 1)).toEqual({
      ok: false,
      refusal: "not yet",
    });
  });
});

it("a scheduled run can be called off at any time", () => {
  const cancelled = cancel(scheduled(), "U0OPERATOR", start + hour);
  expect(cancelled).toMatchObject({ ok: true, run: { state: "cancelled", cancelledBy: "U0OPERATOR" } });
});

describe("a person has it go on", () => {
  const outside: Held = { why: "window", since: start, until: tuesday };

  it("where its window holds it", () => {
    const held = aRunningRun({ held: outside, wait: { for: "its window to open", until: tuesday } });
    const gone = goOn(held, "U0APPROVER", start + hour);
    expect(gone).toEqual({
      ok: true,
      run: aRunningRun({
        releasedAt: start + hour,
        approvedFor: start + hour,
        goOn: { by: "U0APPROVER", at: start + hour, until: tuesday },
      }),
      facts: [{ type: "RunReleased", why: "window", by: "U0APPROVER" }],
    });
  });

  it("where the hours of the environment hold it to which its cluster was moved: for those alone", () => {
    const before = { by: "U0OTHER", at: start };
    const held = aRunningRun({ held: { ...outside, place: "stage" }, goOn: before, goOnIn: { dev: before } });
    expect(goOn(held, "U0APPROVER", start, "stage")).toMatchObject({
      run: {
        goOn: before,
        goOnIn: { dev: before, stage: { by: "U0APPROVER", at: start, until: tuesday } },
      },
    });
    expect(goOn(held, "U0APPROVER", start)).toEqual({ ok: false, refusal: "not held" });
    const own = aRunningRun({ held: outside });
    expect(goOn(own, "U0APPROVER", start, "stage")).toEqual({ ok: false, refusal: "not held" });
  });

  it("where a freeze holds it", () => {
    const held = aRunningRun({ held: { ...outside, freeze: "launch" } });
    expect(goOn(held, "U0APPROVER", start)).toMatchObject({ ok: true });
  });

  it.each<[string, Run, string]>([
    ["not where nothing holds it", aRunningRun(), "not held"],
    [
      "not where a lock holds it",
      aRunningRun({ held: { why: "lock", since: start, by: "U0SRE", reason: "incident" } }),
      "not held",
    ],
    [
      "not where Slack's silence holds it",
      aRunningRun({ held: { why: "unsure", since: start, what: "Slack is away" } }),
      "not held",
    ],
    ["not before its time", scheduled(), "not held"],
    ["not when it is over", aRunningRun({ state: "failed", held: outside }), "over"],
  ])("%s", (_, run, refusal) => {
    expect(goOn(run, "U0APPROVER", start)).toEqual({ ok: false, refusal });
  });
});
