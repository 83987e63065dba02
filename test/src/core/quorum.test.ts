import { describe, expect, it } from "vitest";
import { type ApprovalRules, approve, isApproved, type Refusal } from "../../../src/core/decide.js";
import { hour, minute } from "../../../src/core/instant.js";
import { lackingOf, type Voice } from "../../../src/core/quorum.js";
import type { Run } from "../../../src/core/run.js";
import { aPlan, aRun, aRunningRun, start } from "../../builders.js";

const sre = "S0SRE";
const dba = "S0DBA";
const rules: ApprovalRules = {
  required: 2,
  requesterMayApprove: false,
  expiresAfter: 24 * hour,
  approverGroups: ["S0APPROVERS"],
  approverUsers: [],
};
const ann: Voice = { by: "U0ANN" };
const ben: Voice = { by: "U0BEN" };
const cat: Voice = { by: "U0CAT" };
const of = (voice: Voice, { by: deputyOf }: Voice): Voice => ({ ...voice, deputyOf });
const from = (voice: Voice, ...groups: string[]): Voice => ({ ...voice, groups });
const requester: Voice = { by: aRun().requestedBy };

const asked = (over: Partial<Run>, ...voices: Voice[]): Run =>
  aRun({
    approvalsRequired: 2,
    approvals: voices.map((voice) => ({ ...voice, at: start })),
    ...over,
  });
const hash = aPlan().hash;
const clicked = (run: Run, voice: Voice, over: Partial<ApprovalRules> = {}) =>
  approve(run, voice, hash, { ...rules, ...over }, start);

describe("who counts", () => {
  it.each<[string, Run, Voice]>([
    ["a second person", asked({}, ann), ben],
    ["a deputy beside somebody else", asked({}, ann), of(ben, cat)],
    ["two deputies of two people", asked({}, of(ann, { by: "U0X" })), of(ben, { by: "U0Y" })],
  ])("%s", (_, run, voice) => {
    expect(clicked(run, voice)).toMatchObject({ ok: true, run: { state: "running" } });
  });

  it.each<[string, Run, Voice, Partial<ApprovalRules>, Refusal]>([
    ["one person twice", asked({}, ann), ann, {}, "approved by you already"],
    ["one person for herself, and as a deputy", asked({}, ann), of(ann, ben), {}, "approved by you already"],
    ["one person as a deputy, and for herself", asked({}, of(ann, ben)), ann, {}, "approved by you already"],
    ["one person as the deputy of two", asked({}, of(ann, ben)), of(ann, cat), {}, "approved by you already"],
    ["a deputy, and then whom she stands for", asked({}, of(ann, ben)), ben, {}, "one voice"],
    ["somebody, and then his deputy", asked({}, ben), of(ann, ben), {}, "one voice"],
    ["two deputies of the same person", asked({}, of(ann, cat)), of(ben, cat), {}, "one voice"],
    ["a deputy, and then a deputy of hers", asked({}, of(ann, ben)), of(cat, ann), {}, "one voice"],
    ["the requester", asked({}), requester, {}, "requester"],
    ["the requester as somebody's deputy", asked({}), of(requester, ben), {}, "requester"],
    ["the requester's deputy", asked({}), of(ann, requester), {}, "requester"],
    [
      "the requester and her deputy, where she may approve",
      asked({}, requester),
      of(ann, requester),
      { requesterMayApprove: true },
      "one voice",
    ],
  ])("not: %s", (_, run, voice, over, refusal) => {
    expect(clicked(run, voice, over)).toEqual({ ok: false, refusal });
  });

  it("an approval says in whose place, from which groups, and how; so does the fact", () => {
    const voice: Voice = { by: "U0ANN", deputyOf: "U0BEN", groups: [sre], byLink: true };
    const given = clicked(asked({ approvalsRequired: 1 }), voice, { required: 1 });
    expect(given).toMatchObject({
      ok: true,
      run: { approvals: [{ ...voice, at: start }] },
      facts: [{ type: "RunApproved", by: "U0ANN", deputyOf: "U0BEN", byLink: true }],
    });
  });
});

describe("of each group somebody", () => {
  const both = { approvalsRequired: 2, oneFromEach: [sre, dba] };
  it.each<[string, Run, Voice, Run["state"]]>([
    ["two people, one of each", asked(both, from(ann, sre)), from(ben, dba), "running"],
    ["two people, one of them in both", asked(both, from(ann, sre, dba)), ben, "running"],
    ["two people, nobody of one group", asked(both, from(ann, sre)), from(ben, sre), "awaiting approval"],
    [
      "a third one of the group that lacked",
      asked(both, from(ann, sre), from(ben, sre)),
      from(cat, dba),
      "running",
    ],
    [
      "one is needed, and is of no group",
      asked({ approvalsRequired: 1, oneFromEach: [sre] }),
      ann,
      "awaiting approval",
    ],
    [
      "one is needed, of a group for which a deputy stands",
      asked({ approvalsRequired: 1, oneFromEach: [sre] }),
      from(of(ann, ben), sre),
      "running",
    ],
  ])("%s", (_, run, voice, state) => {
    expect(clicked(run, voice, { required: run.approvalsRequired })).toMatchObject({
      ok: true,
      run: { state },
    });
  });

  it.each<[string, Run, number, string[]]>([
    ["nobody yet", asked(both), 2, [sre, dba]],
    ["the first was of one", asked(both, from(ann, sre)), 1, [dba]],
    ["enough people, and nobody of one group", asked(both, from(ann, sre), ben), 1, [dba]],
    ["all there", asked(both, from(ann, sre), from(ben, dba)), 0, []],
    ["no groups asked for", asked({}, ann), 1, []],
    ["nobody needed", asked({ approvalsRequired: 0 }), 0, []],
  ])("what lacks: %s", (_, run, more, groups) => {
    expect(lackingOf(run)).toEqual({ more, groups });
  });
});

describe("the stricter of record and rules", () => {
  it.each<[string, Run, Voice, Partial<ApprovalRules>, Partial<Run>]>([
    [
      "more people: the record says so from then on",
      asked({ approvalsRequired: 1 }),
      ann,
      { required: 3 },
      { state: "awaiting approval", approvalsRequired: 3 },
    ],
    [
      "fewer people do not lower what the card says",
      asked({ approvalsRequired: 3 }, ann),
      ben,
      { required: 1 },
      { state: "awaiting approval", approvalsRequired: 3 },
    ],
    [
      "a group more",
      asked({ oneFromEach: [sre] }, from(ann, sre)),
      ben,
      { oneFromEach: [dba] },
      { state: "awaiting approval", oneFromEach: [sre, dba] },
    ],
    [
      "a link, too: what was approved by the button alone does not count any more",
      asked({ approvalsRequired: 2 }, ben),
      { ...ann, byLink: true },
      { linkNeeded: true },
      { state: "awaiting approval", approvals: [{ ...ann, byLink: true, at: start }] },
    ],
    [
      "a group less does not count",
      asked({ oneFromEach: [sre] }, ann),
      ben,
      { oneFromEach: [] },
      { state: "awaiting approval", oneFromEach: [sre] },
    ],
    [
      "the requester's own, given while that was allowed, is taken out",
      asked({}, requester),
      ben,
      {},
      { state: "awaiting approval", approvals: [{ ...ben, at: start }] },
    ],
    [
      "and so is her deputy's",
      asked({}, of(ann, requester)),
      ben,
      {},
      { state: "awaiting approval", approvals: [{ ...ben, at: start }] },
    ],
    [
      "it stays where it is still allowed",
      asked({}, requester),
      ben,
      { requesterMayApprove: true },
      { state: "running" },
    ],
  ])("%s", (_, run, voice, over, expected) => {
    expect(clicked(run, voice, over)).toMatchObject({ ok: true, run: expected });
  });
});

describe("isApproved", () => {
  const validFor = aRun().expiresAt - aRun().requestedAt;
  const later = start + 5 * hour;
  it.each<[string, Run, at: number, boolean]>([
    ["approved", aRunningRun(), start, true],
    ["approved as long ago as a request may wait", aRunningRun(), start + validFor, true],
    ["longer ago", aRunningRun(), start + validFor + 1, false],
    [
      "scheduled: it counts from when it was to begin at first",
      aRunningRun({ approvedFor: later, startAt: later + 1 }),
      later + validFor,
      true,
    ],
    ["and no longer", aRunningRun({ approvedFor: later, startAt: later + 1 }), later + validFor + 1, false],
    [
      "moved on to the last moment, as by a day: that takes its time to begin",
      aRunningRun({ approvedFor: later, startAt: later + validFor }),
      later + validFor + minute,
      true,
    ],
    [
      "moved on to later than that",
      aRunningRun({ approvedFor: later, startAt: later + validFor + 1 }),
      later + validFor + 1,
      false,
    ],
    ["one of two", aRunningRun({ approvalsRequired: 2 }), start, false],
    ["nobody of a group that is asked for", aRunningRun({ oneFromEach: [sre] }), start, false],
    ["none is needed", aRunningRun({ approvalsRequired: 0, approvals: [] }), start, true],
    [
      "the glass was broken",
      aRunningRun({ approvals: [], breakGlass: { by: "U0ANN", at: start, reason: "CVE" } }),
      start,
      true,
    ],
    [
      "the glass was broken too long ago",
      aRunningRun({ approvals: [], breakGlass: { by: "U0ANN", at: start, reason: "CVE" } }),
      start + validFor + 1,
      false,
    ],
    [
      "adopted, where none is needed",
      aRunningRun({ approvalsRequired: 0, adoptedBy: "U0ANN" }),
      start,
      false,
    ],
  ])("%s", (_, run, at, expected) => {
    expect(isApproved(run, at)).toBe(expected);
  });
});
