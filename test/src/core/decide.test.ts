import { describe, expect, it } from "vitest";
import {
  type ApprovalRules,
  approve,
  askAgain,
  expire,
  type Refusal,
  reject,
  requestRun,
} from "../../../src/core/decide.js";
import { hour } from "../../../src/core/instant.js";
import type { Run, RunState } from "../../../src/core/run.js";
import { aPlan, aRun, aStep, someProgress, start } from "../../builders.js";

const rules: ApprovalRules = {
  required: 1,
  requesterMayApprove: false,
  expiresAfter: 24 * hour,
  approverGroups: ["S0APPROVERS"],
  approverUsers: ["U0CHIEF"],
};
const requesterMay = { ...rules, requesterMayApprove: true };

const hash = aPlan().hash;
const requester = aRun().requestedBy;
const ann = "U0ANN";
const ben = "U0BEN";
const expiry = aRun().expiresAt;

const needsTwo = (...given: string[]) =>
  aRun({ approvalsRequired: 2, approvals: given.map((by) => ({ by, at: start })) });

it("a request holds what was asked, by whom, and until when who may say yes", () => {
  const plan = aPlan({ steps: [aStep(), aStep({ nodeGroup: "batch" })] });
  const request = { id: "calm-heron-42", by: requester, channel: "C0PROD", at: start };
  const { run, facts } = requestRun(plan, request, { ...rules, required: 2 });
  expect(run).toEqual({
    schema: 1,
    id: "calm-heron-42",
    state: "awaiting approval",
    plan,
    channel: "C0PROD",
    requestedBy: requester,
    requestedAt: start,
    approvalsRequired: 2,
    expiresAt: start + 24 * hour,
    approverGroups: ["S0APPROVERS"],
    approverUsers: ["U0CHIEF"],
    approvals: [],
    planChanges: [],
    steps: [someProgress(), someProgress()],
  });
  expect(facts).toEqual([{ type: "RunRequested", by: requester, planHash: hash }]);
});

describe("approve", () => {
  it.each<[string, Run, by: string, ApprovalRules, RunState, approvedBy: string[], fact: string]>([
    ["one is needed: the first sets it going", aRun(), ann, rules, "running", [ann], "RunApproved"],
    [
      "two are needed: the first is noted",
      needsTwo(),
      ann,
      rules,
      "awaiting approval",
      [ann],
      "ApprovalGiven",
    ],
    [
      "two are needed: the second sets it going",
      needsTwo(ann),
      ben,
      rules,
      "running",
      [ann, ben],
      "RunApproved",
    ],
    [
      "the requester, where that is allowed",
      aRun(),
      requester,
      requesterMay,
      "running",
      [requester],
      "RunApproved",
    ],
    [
      "rules that ask for less since do not count: the card said two",
      needsTwo(),
      ann,
      rules,
      "awaiting approval",
      [ann],
      "ApprovalGiven",
    ],
    [
      "rules that ask for more since count",
      aRun(),
      ann,
      { ...rules, required: 2 },
      "awaiting approval",
      [ann],
      "ApprovalGiven",
    ],
  ])("%s", (_, run, by, these, state, approvedBy, fact) => {
    const decision = approve(run, { by }, hash, these, start);
    expect(decision).toMatchObject({ ok: true, run: { state }, facts: [{ type: fact, by }] });
    if (!decision.ok) return;
    expect(decision.run.approvals.map((approval) => approval.by)).toEqual(approvedBy);
    expect(decision.run.decidedAt).toBe(state === "running" ? start : undefined);
    expect(decision.run.endedAt).toBeUndefined();
  });

  it.each<[string, Run, by: string, hash: string, at: number, Refusal]>([
    ["the requester", aRun(), requester, hash, start, "requester"],
    ["twice by the same person", needsTwo(ann), ann, hash, start, "approved by you already"],
    ["the plan changed since the card was shown", aRun(), ann, "0ld", start, "plan changed"],
    ["at the moment it expires", aRun(), ann, hash, expiry, "expired"],
    ["expired, and the plan changed: too late comes first", aRun(), ann, "0ld", expiry, "expired"],
    ["expired before", aRun({ state: "expired" }), ann, hash, start, "expired"],
    ["running already: a double click", aRun({ state: "running" }), ann, hash, start, "already decided"],
    ["rejected", aRun({ state: "rejected" }), ann, hash, start, "already decided"],
    ["succeeded", aRun({ state: "succeeded" }), ann, hash, start, "already decided"],
    ["failed", aRun({ state: "failed" }), ann, hash, start, "already decided"],
    [
      "decided long ago: not expired",
      aRun({ state: "running" }),
      ann,
      hash,
      expiry + hour,
      "already decided",
    ],
  ])("refused: %s", (_, run, by, shown, at, refusal) => {
    expect(approve(run, { by }, shown, rules, at)).toEqual({ ok: false, refusal });
  });

  it("a millisecond before it expires is in time", () => {
    expect(approve(aRun(), { by: ann }, hash, rules, expiry - 1).ok).toBe(true);
  });

  it("leaves the record that it was given alone", () => {
    const run = needsTwo(ann);
    approve(run, { by: ben }, hash, rules, start);
    expect(run).toEqual(needsTwo(ann));
  });
});

describe("reject", () => {
  it.each<[string, Run, by: string]>([
    ["an approver", aRun(), ann],
    ["the requester: to take it back", aRun(), requester],
    ["after a first approval", needsTwo(ann), ben],
    ["by who approved before", needsTwo(ann), ann],
    ["whatever the plan is by now", aRun({ plan: aPlan({ hash: "n3w" }) }), ann],
  ])("%s", (_, run, by) => {
    expect(reject(run, { by, reason: "not today" }, start)).toMatchObject({
      ok: true,
      run: {
        state: "rejected",
        rejectedBy: by,
        rejectedBecause: "not today",
        decidedAt: start,
        endedAt: start,
      },
      facts: [{ type: "RunRejected", by, reason: "not today" }],
    });
  });

  it.each<[string, Run, at: number, Refusal]>([
    ["running", aRun({ state: "running" }), start, "already decided"],
    ["rejected by another", aRun({ state: "rejected" }), start, "already decided"],
    ["expired", aRun({ state: "expired" }), start, "expired"],
    ["past its time, not yet marked", aRun(), expiry, "expired"],
  ])("refused: %s", (_, run, at, refusal) => {
    expect(reject(run, { by: ann }, at)).toEqual({ ok: false, refusal });
  });
});

describe("expire", () => {
  it("ends a request that nobody decided", () => {
    expect(expire(aRun(), expiry)).toMatchObject({
      ok: true,
      run: { state: "expired", decidedAt: expiry, endedAt: expiry },
      facts: [{ type: "RunExpired" }],
    });
  });

  it.each<RunState>(["running", "rejected", "expired", "succeeded", "failed"])(
    "leaves alone what is %s",
    (state) => {
      expect(expire(aRun({ state }), expiry)).toEqual({ ok: false, refusal: "already decided" });
    },
  );
});

describe("askAgain", () => {
  const plan = aPlan({ hash: "n3w", steps: [aStep({ force: true }), aStep({ nodeGroup: "batch" })] });
  const changes = ["default: force was false, is true", "node group batch was added"];

  it("shows the new plan; approvals of the old one do not count", () => {
    const { run, facts } = askAgain(needsTwo(ann), plan, changes);
    expect(run).toEqual({
      ...needsTwo(),
      plan,
      planChanges: changes,
      steps: [someProgress(), someProgress()],
    });
    expect(facts).toEqual([{ type: "PlanChanged", changes, planHash: "n3w" }]);
  });

  it("who approved the old plan may approve the new one, by its own hash", () => {
    const { run } = askAgain(needsTwo(ann), plan, changes);
    expect(approve(run, { by: ann }, hash, rules, start)).toEqual({ ok: false, refusal: "plan changed" });
    expect(approve(run, { by: ann }, "n3w", rules, start)).toMatchObject({
      ok: true,
      run: { state: "awaiting approval" },
    });
  });
});
