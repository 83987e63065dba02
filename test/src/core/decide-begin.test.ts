import { describe, expect, it } from "vitest";
import { type ApprovalRules, approve, type Request, requestRun } from "../../../src/core/decide.js";
import { hour } from "../../../src/core/instant.js";
import type { Run } from "../../../src/core/run.js";
import { aPlan, aRun, start } from "../../builders.js";

const rules: ApprovalRules = {
  required: 1,
  requesterMayApprove: false,
  expiresAfter: 24 * hour,
  approverGroups: ["S0APPROVERS"],
  approverUsers: [],
};
const opens = start + 3 * hour;
const frozen = { freezes: [{ from: start - hour, until: opens, reason: "quarter end" }] };
const open = { freezes: [] };
const plan = aPlan();
const request: Request = { id: "calm-heron-42", by: "U0OPERATOR", channel: "C0PROD", at: start };
const ann = { by: "U0ANN" };

describe("what is approved begins", () => {
  it.each<[string, Run, ApprovalRules, object, object[]]>([
    [
      "at once, where it may",
      aRun(),
      { ...rules, hours: open },
      { state: "running", decidedAt: start },
      [{ type: "RunApproved", by: "U0ANN" }],
    ],
    [
      "when it may next, outside the hours",
      aRun(),
      { ...rules, hours: frozen },
      { state: "scheduled", decidedAt: start, startAt: opens },
      [
        { type: "RunApproved", by: "U0ANN" },
        { type: "RunScheduled", startAt: opens },
      ],
    ],
    [
      "sooner than was foreseen, where it may now",
      aRun({ startAt: opens }),
      { ...rules, hours: open },
      { state: "running", decidedAt: start },
      [{ type: "RunApproved", by: "U0ANN" }],
    ],
    [
      "not before the last approval",
      aRun({ approvalsRequired: 2, startAt: opens }),
      { ...rules, hours: frozen },
      { state: "awaiting approval", startAt: opens },
      [{ type: "ApprovalGiven", by: "U0ANN" }],
    ],
  ])("%s", (_, run, these, expected, facts) => {
    const decision = approve(run, ann, plan.hash, these, start);
    expect(decision).toMatchObject({ ok: true, facts });
    if (!decision.ok) return;
    const { state, decidedAt, startAt } = decision.run;
    expect({ state, decidedAt, startAt }).toEqual(expected);
  });
});

describe("where nobody has to approve, it begins", () => {
  const none = { ...rules, required: 0 };
  it.each<[string, ApprovalRules, object, string[]]>([
    ["at once", none, { state: "running", decidedAt: start }, ["RunRequested", "ApprovalWaived"]],
    [
      "when it may next, outside the hours",
      { ...none, hours: frozen },
      { state: "scheduled", decidedAt: start, startAt: opens },
      ["RunRequested", "ApprovalWaived", "RunScheduled"],
    ],
    [
      "not, where one of a group is asked for all the same",
      { ...none, oneFromEach: ["S0SRE"] },
      { state: "awaiting approval" },
      ["RunRequested"],
    ],
  ])("%s", (_, these, expected, facts) => {
    const asked = requestRun(plan, { ...request, startAt: opens }, these);
    expect(asked.run).toMatchObject(expected);
    expect(asked.facts.map(({ type }) => type)).toEqual(facts);
  });
});

describe("a signed link", () => {
  const linked = { ...rules, linkNeeded: true };
  it("is needed beside the button, and said when everything else is in order", () => {
    expect(approve(aRun(), ann, plan.hash, linked, start)).toEqual({ ok: false, refusal: "link needed" });
  });

  it.each([
    ["who asked for it", { by: "U0OPERATOR" }, plan.hash, "requester"],
    ["a plan that has changed", ann, "0ld", "plan changed"],
  ])("is of no use to %s", (_, voice, hash, refusal) => {
    expect(approve(aRun(), voice, hash, linked, start)).toEqual({ ok: false, refusal });
    expect(approve(aRun(), { ...voice, byLink: true }, hash, linked, start)).toEqual({ ok: false, refusal });
  });

  it("approves", () => {
    expect(approve(aRun(), { ...ann, byLink: true }, plan.hash, linked, start)).toMatchObject({
      ok: true,
      run: { state: "running", approvals: [{ by: "U0ANN", byLink: true }] },
    });
  });
});

it.each<[string, Partial<ApprovalRules>, Partial<Request>, object]>([
  ["the groups of which somebody is needed", { oneFromEach: ["S0SRE"] }, {}, { oneFromEach: ["S0SRE"] }],
  ["that somebody may start it without approval", { mayBreakGlass: true }, {}, { mayBreakGlass: true }],
  ["when it is to begin", {}, { startAt: opens }, { startAt: opens }],
  ["why", {}, { reason: "CVE" }, { reason: "CVE" }],
])("a request holds %s, and nothing of it where there is none", (_, rule, wanted, expected) => {
  expect(requestRun(plan, { ...request, ...wanted }, { ...rules, ...rule }).run).toMatchObject(expected);
  const [key = ""] = Object.keys(expected);
  expect(
    requestRun(plan, request, { ...rules, oneFromEach: [], mayBreakGlass: false }).run,
  ).not.toHaveProperty(key);
});
