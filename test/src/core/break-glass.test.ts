import { describe, expect, it } from "vitest";
import {
  type BreakGlassRefusal,
  breakGlass,
  brokenAgain,
  requestBroken,
  withoutOverridden,
} from "../../../src/core/break-glass.js";
import { type ApprovalRules, isApproved, retry } from "../../../src/core/decide.js";
import { hour } from "../../../src/core/instant.js";
import type { Run, RunState } from "../../../src/core/run.js";
import { aPlan, aRun, aRunningRun, start } from "../../builders.js";

const who = { by: "U0CHIEF", reason: "CVE-2026-1234 is being exploited" };
const glass = { ...who, at: start };
const expiry = aRun().expiresAt;
const scheduled = aRun({
  state: "scheduled",
  approvals: [{ by: "U0ANN", at: start - hour }],
  decidedAt: start - hour,
  startAt: start + 8 * hour,
});

describe("breaking the glass", () => {
  it.each<[string, Run]>([
    ["of a request that nobody has approved", aRun()],
    [
      "of one that needs more approvals",
      aRun({ approvalsRequired: 3, approvals: [{ by: "U0ANN", at: start }] }),
    ],
    ["of what would begin later", scheduled],
    ["of one's own request", aRun({ requestedBy: who.by })],
  ])("starts at once: %s", (_, run) => {
    const broken = breakGlass(run, { ...who, hash: run.plan.hash }, start);
    expect(broken).toMatchObject({
      ok: true,
      run: { state: "running", breakGlass: glass, decidedAt: start, approvals: run.approvals },
      facts: [{ type: "GlassBroken", ...who }],
    });
    if (!broken.ok) return;
    expect(broken.run).not.toHaveProperty("startAt");
    expect(isApproved(broken.run, start)).toBe(true);
  });

  it.each<[string, Run, Partial<typeof who & { hash: string }>, number, BreakGlassRefusal]>([
    ["without a reason", aRun(), { reason: " \n" }, start, "reason missing"],
    ["a plan that the reader did not see", aRun(), { hash: "0ld" }, start, "plan changed"],
    ["at the moment it expires", aRun(), {}, expiry, "over"],
    ...(["running", "rejected", "expired", "succeeded", "failed", "cancelled"] as RunState[]).map(
      (state): [string, Run, object, number, BreakGlassRefusal] => [
        state,
        aRun({ state }),
        {},
        start,
        "over",
      ],
    ),
  ])("refused: %s", (_, run, over, at, refusal) => {
    expect(breakGlass(run, { ...who, ...over }, at)).toEqual({ ok: false, refusal });
  });
});

const rules: ApprovalRules = {
  required: 2,
  requesterMayApprove: false,
  expiresAfter: 24 * hour,
  approverGroups: ["S0APPROVERS"],
  approverUsers: [],
  hours: { freezes: [{ from: start - hour, until: start + hour, reason: "quarter end" }] },
};

it.each<[string, ApprovalRules]>([
  ["whatever its approvals and hours", rules],
  ["where nobody had to approve it, too", { ...rules, required: 0 }],
])("a new request is started at once, and flagged, %s", (_, these) => {
  const asked = { id: "calm-heron-42", channel: "C0PROD", at: start, ...who };
  const { run, facts } = requestBroken(aPlan(), asked, these);
  expect(run).toMatchObject({ state: "running", breakGlass: glass, decidedAt: start, reason: who.reason });
  expect(facts.map(({ type }) => type)).toEqual(["RunRequested", "GlassBroken"]);
});

it("of what stands in the way only the order of environments is overridden, and it stays to be read", () => {
  const notSoaked = { code: "NotSoaked", what: "It has not run in test yet", next: "Run it there." };
  const locked = { code: "Locked", what: "It is locked", next: "Ask." };
  const old = { code: "X", what: "AL2 is old", next: "" };
  const plan = withoutOverridden(aPlan({ blockers: [notSoaked, locked], warnings: [old] }));
  expect(plan).toEqual(aPlan({ blockers: [locked], warnings: [old, notSoaked] }));
});

it("a new attempt by the same rule is flagged like the first", () => {
  const failed = aRunningRun({ state: "failed", approvals: [], breakGlass: glass, endedAt: start + hour });
  const again = retry(failed, "U0OTHER", 1);
  if (!again) throw new Error("there is nothing to try again");
  const later = start + 30 * hour;
  const { run, facts } = brokenAgain(again, "U0OTHER", later);
  expect(run.breakGlass).toEqual({ by: "U0OTHER", at: later, reason: who.reason });
  expect(facts.at(-1)).toEqual({ type: "GlassBroken", by: "U0OTHER", reason: who.reason });
  expect([isApproved(again.run, later), isApproved(run, later)]).toEqual([false, true]);
});
