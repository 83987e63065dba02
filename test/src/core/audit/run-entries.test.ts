import { describe, expect, it } from "vitest";
import { entriesOfRun } from "../../../../src/core/audit/run-entries.js";
import type { Fact, RunEvent } from "../../../../src/core/events.js";
import { aBlocker, aPlan, aRun, aStep, start } from "../../../builders.js";

const plan = aPlan({ hash: "c0ffee01" });
const run = aRun({ id: "calm-heron-42", plan, reason: "monthly patching" });
const problem = { code: "ECONNREFUSED", what: "The API of shop does not answer", next: "Look at it." };
const at = (...facts: readonly Fact[]): RunEvent[] =>
  facts.map((fact, index) => ({ ...fact, at: start + index }));
const onlyEntry = (fact: Fact, of = run) => entriesOfRun(of, { events: at(fact) })[0] ?? expect.fail();

describe("what a run tells becomes entries", () => {
  it("with everything that somebody who reads them later must know", () => {
    expect(onlyEntry({ type: "RunRequested", by: "U1", planHash: "c0ffee01" })).toEqual({
      ...{ at: start, kind: "request", who: "U1", what: "RunRequested", outcome: "done" },
      ...{ on: "eks-workshop/default", environment: "prod", cluster: "eks-workshop", region: "us-west-2" },
      ...{ run: "calm-heron-42", planHash: "c0ffee01", why: "monthly patching" },
      more: { to: "1.34.9-20260714" },
    });
  });

  it("without the releases of a plan that is not the run's any more", () => {
    const [requested, changed] = entriesOfRun(run, {
      events: at(
        { type: "RunRequested", by: "U1", planHash: "c0ffee00" },
        { type: "PlanChanged", changes: ["a newer release"], planHash: "c0ffee01" },
      ),
    });
    expect(requested).toMatchObject({ planHash: "c0ffee00" });
    expect(requested).not.toHaveProperty("more");
    expect(changed).toMatchObject({ planHash: "c0ffee01", more: { to: "1.34.9-20260714" } });
  });

  it.each<[what: string, fact: Fact, entry: object]>([
    [
      "an approval as a deputy",
      { type: "RunApproved", by: "U2", deputyOf: "U3", byLink: true },
      { kind: "decision", who: "U2", more: { deputyOf: "U3", byLink: true } },
    ],
    [
      "a rejection, with its reason",
      { type: "RunRejected", by: "U2", reason: "not today" },
      { kind: "decision", who: "U2", outcome: "done", why: "not today" },
    ],
    ["an expiry, which nobody ordered", { type: "RunExpired" }, { kind: "decision", who: "bot" }],
    [
      "a hold under a lock",
      { type: "RunHeld", held: { since: start, why: "lock", by: "U3", reason: "incident" } },
      { kind: "event", who: "bot", why: "incident", more: { why: "lock", lockedBy: "U3" } },
    ],
    [
      "a hold by the hours of another environment",
      { type: "RunHeld", held: { since: start, why: "window", place: "stage" } },
      { kind: "event", more: { why: "window", place: "stage" } },
    ],
    [
      "a hold at the end of a window",
      { type: "RunHeld", held: { since: start, why: "window", until: start + 9 } },
      { kind: "event", more: { why: "window", until: start + 9 } },
    ],
    ["its end by itself", { type: "RunReleased", why: "window" }, { kind: "event", who: "bot" }],
    ["its end by a person", { type: "RunReleased", why: "window", by: "U1" }, { kind: "order", who: "U1" }],
    [
      "a node",
      { type: "NodeDraining", step: 0, node: "ip-10-0-1-7", zone: "us-west-2a" },
      { kind: "event", on: "node/ip-10-0-1-7", more: { step: 0, zone: "us-west-2a", nodeGroup: "default" } },
    ],
    [
      "a drain that does not go on",
      { type: "DrainBlocked", step: 0, blocker: aBlocker() },
      {
        ...{ on: "eks-workshop/default", why: "budget never allows it" },
        more: {
          ...{ step: 0, id: "orders/orders/budget never allows it", namespace: "orders" },
          ...{ pods: "orders-6d5f7-x2x4z", podCount: 1, budgets: "orders" },
        },
      },
    ],
    [
      "a drain that the API server does not let go on, in its words, but for an account's",
      {
        ...{ type: "DrainBlocked", step: 0 },
        blocker: aBlocker({ why: "denied to arn:aws:iam::111122223333:role/bot of 111122223333" }),
      },
      { why: "denied to role/bot of (account)" },
    ],
    [
      "an answer",
      { type: "Answered", step: 0, about: "orders", choice: "force", by: "U1" },
      { kind: "order", who: "U1", more: { step: 0, about: "orders", choice: "force" } },
    ],
    ["a cancel", { type: "StopRequested", by: "U1" }, { kind: "order", who: "U1", outcome: "done" }],
    [
      "a cancel that came too late",
      { type: "StopTooLate", step: 0, by: "U1" },
      { kind: "order", who: "U1", outcome: "failed", why: "EKS had begun" },
    ],
    [
      "the second person's word",
      { type: "ForceConfirmed", step: 0, about: "orders", by: "U2" },
      { kind: "decision" },
    ],
    [
      "pods that were deleted",
      { type: "PodsDeleted", step: 0, node: "ip-10-0-1-7", pods: ["a/b", "a/c"], about: "orders" },
      { on: "node/ip-10-0-1-7", more: { step: 0, about: "orders", nodeGroup: "default", pods: "a/b, a/c" } },
    ],
    [
      "what was put back",
      { type: "PutBack", step: 0, what: "max size" },
      { kind: "undo", outcome: "done", why: "max size" },
    ],
    [
      "what could not be",
      { type: "NotPutBack", step: 0, what: "max size is 9", next: "Set it to 6." },
      { kind: "undo", outcome: "failed", why: "max size is 9. Set it to 6." },
    ],
    [
      "a failure",
      { type: "RunFailed", problem },
      { outcome: "failed", why: problem.what, more: { code: problem.code } },
    ],
    [
      "an update's id",
      { type: "UpdateStarted", step: 0, updateId: "u-1" },
      { who: "bot", more: { step: 0, updateId: "u-1" } },
    ],
    ["a fact of a newer bot", { type: "MoonRose" } as unknown as Fact, { kind: "event", what: "MoonRose" }],
  ])("%s", (_, fact, entry) => {
    expect(onlyEntry(fact)).toMatchObject({ what: fact.type, run: run.id, ...entry });
  });

  it("each with the plan that was meant then", () => {
    const events = at(
      { type: "RunRequested", by: "U1", planHash: "aaaa" },
      { type: "ApprovalGiven", by: "U2" },
      { type: "PlanChanged", changes: ["2 nodes more"], planHash: "c0ffee01" },
      { type: "RunApproved", by: "U2" },
    );
    const hashes = ["aaaa", "aaaa", "c0ffee01", "c0ffee01"];
    expect(entriesOfRun(run, { events }).map(({ planHash }) => planHash)).toEqual(hashes);
    const later = { events: events.slice(1), earlier: events.slice(0, 1) };
    expect(entriesOfRun(run, later).map(({ planHash }) => planHash)).toEqual(hashes.slice(1));
    expect(entriesOfRun(run, { events: events.slice(3) })[0]?.planHash).toBe("c0ffee01");
  });

  it("all flagged where glass was broken", () => {
    const broken = aRun({ breakGlass: { by: "U1", at: start, reason: "fire" } });
    expect(onlyEntry({ type: "UpdateStarted", step: 0, updateId: "u-1" }, broken).breakGlass).toBe(true);
    const facts = at({ type: "RunDue" }, { type: "GlassBroken", by: "U1", reason: "fire" });
    expect(entriesOfRun(run, { events: facts }).map(({ breakGlass }) => breakGlass)).toEqual([true, true]);
    expect(onlyEntry({ type: "RunDue" })).not.toHaveProperty("breakGlass");
  });

  it("named by the whole cluster where it is about several groups", () => {
    const several = aRun({ plan: aPlan({ steps: [aStep(), aStep({ nodeGroup: "gpu" })] }) });
    expect(onlyEntry({ type: "RunSucceeded" }, several).on).toBe("eks-workshop");
    expect(onlyEntry({ type: "StepSucceeded", step: 1 }, several).on).toBe("eks-workshop/gpu");
  });
});
