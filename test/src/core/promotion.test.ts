import { describe, expect, it } from "vitest";
import { day, hour, type Instant, minute } from "../../../src/core/instant.js";
import { judgePromotion, type Promotion, promotionProblem } from "../../../src/core/promotion.js";
import type { Run, StepProgress } from "../../../src/core/run.js";
import { aPlan, aRun, aStep, someProgress, start } from "../../builders.js";

const release = "1.34.9-20260714";
const other = "1.34.7-20260301";
const rule = { environment: "test", soak: day };

const begun: Partial<StepProgress> = { intent: { token: "t", savedAt: start } };
const to = (name: string, image = "ami-0123456789abcdef0") => ({ version: "1.34", release: name, image });

interface Went {
  readonly id?: string;
  readonly state?: Run["state"];
  readonly at?: Instant;
  readonly environment?: string;
  readonly nodeGroup?: string;
  readonly release?: string;
  readonly image?: string;
  readonly attempt?: number;
  readonly begun?: boolean;
  readonly stopping?: boolean;
}

/** A run of test-blog/workers that succeeded at `start`, unless told otherwise. */
function went(over: Went = {}): Run {
  const { state = "succeeded", at = start, nodeGroup = "workers", attempt = 1 } = over;
  const step = aStep({ nodeGroup, to: to(over.release ?? release, over.image) });
  return aRun({
    id: over.id ?? "calm-heron-42",
    state,
    plan: aPlan({ environment: over.environment ?? "test", cluster: "test-blog", steps: [step] }),
    requestedAt: at - hour,
    decidedAt: at - 30 * minute,
    ...(state !== "running" && { endedAt: at }),
    ...(over.stopping && { stopping: { by: "U0ANA", at } }),
    steps: [someProgress([], { attempt, ...(over.begun === false ? {} : begun) })],
  });
}

const judge = (...runs: readonly Run[]) => judgePromotion(rule, [release], runs);
const groups = ({ seen }: Promotion) => seen.map(({ title, at }) => [title, at]);

describe("a release has soaked where it goes first", () => {
  const late = start + 5 * hour;
  it.each<[string, Run[], Instant | undefined]>([
    ["not when nothing was seen", [], undefined],
    ["a day after a node group got there", [went()], start + day],
    ["a day after the first of several", [went({ nodeGroup: "batch", at: late }), went()], start + day],
    ["whatever image it has in that region", [went({ image: "ami-other" })], start + day],
    ["not by a run of another environment", [went({ environment: "stage" })], undefined],
    ["not by a run to another release", [went({ release: other })], undefined],
    ["not by a run that is under way", [went({ state: "running" })], undefined],
    ["not by a run that nobody approved", [went({ state: "rejected", begun: false })], undefined],
    ["not when a later run failed", [went(), went({ state: "failed", at: late, nodeGroup: "x" })], undefined],
    [
      "from the success after a failure on",
      [went(), went({ state: "failed", at: late }), went({ nodeGroup: "x", at: late + hour })],
      late + hour + day,
    ],
    ["from the success of what was tried again on", [went(), went({ attempt: 2, at: late })], late + day],
    ["not while what failed is tried again", [went(), went({ state: "running", attempt: 2 })], undefined],
    ["not while one is put back", [went(), went({ state: "running", stopping: true })], undefined],
    [
      "not when one was called off in the middle",
      [went(), went({ state: "cancelled", at: late })],
      undefined,
    ],
    [
      "whatever was called off before it began",
      [went(), went({ state: "cancelled", at: late, begun: false })],
      start + day,
    ],
    [
      "whatever failed before it began",
      [went(), went({ state: "failed", at: late, begun: false })],
      start + day,
    ],
    [
      "whatever failed on its way elsewhere",
      [went(), went({ state: "failed", release: other })],
      start + day,
    ],
    ["whatever failed elsewhere", [went(), went({ state: "failed", environment: "prod" })], start + day],
    ["not when its node group went back too soon", [went(), went({ release: other, at: late })], undefined],
    [
      "when its node group went on after that",
      [went(), went({ release: "1.34.10-20260801", at: start + 2 * day })],
      start + day,
    ],
    [
      "by a node group that stayed, when another went on",
      [went(), went({ release: other, at: late }), went({ nodeGroup: "x", at: late })],
      late + day,
    ],
    [
      "anew, when its node group came back",
      [went(), went({ release: other, at: late }), went({ at: late + hour })],
      late + hour + day,
    ],
  ])("%s", (_, runs, ready) => {
    expect(judge(...runs).ready).toBe(ready);
    // In whatever order the store tells them.
    expect(judge(...runs.toReversed()).ready).toBe(ready);
  });

  it("by the id of an AMI of one's own", () => {
    const runs = [went({ release: "ami-0a", image: "ami-0a" })];
    expect(judgePromotion(rule, ["ami-0a"], runs).ready).toBe(start + day);
    expect(judgePromotion(rule, ["ami-0b"], runs).ready).toBeUndefined();
  });

  it("when all releases of a plan have, and the last one is told", () => {
    const runs = [went(), went({ release: other, nodeGroup: "old", at: start + hour })];
    expect(judgePromotion(rule, [release, other], runs)).toMatchObject({
      release: other,
      ready: start + hour + day,
    });
    expect(judgePromotion(rule, [release, "1.34.1-20260101", other], runs)).toMatchObject({
      release: "1.34.1-20260101",
      seen: [],
    });
  });
});

describe("what was seen is told", () => {
  it("with the first node group first", () => {
    const promotion = judge(went({ nodeGroup: "late", at: start + hour }), went());
    expect(groups(promotion)).toEqual([
      ["test-blog/workers", start],
      ["test-blog/late", start + hour],
    ]);
    expect(promotion).not.toHaveProperty("failed");
  });

  it("with ten node groups at most, and how many more there are", () => {
    const promotion = judge(
      ...Array.from({ length: 12 }, (_, index) => went({ nodeGroup: `g${index}`, at: start + index })),
    );
    expect(promotion.seen).toHaveLength(10);
    expect(promotion.more).toBe(2);
  });

  it("without what went on too soon, where another stayed", () => {
    const moved = went({ release: other, at: start + hour });
    expect(groups(judge(went(), moved, went({ nodeGroup: "x", at: start + hour })))).toEqual([
      ["test-blog/x", start + hour],
    ]);
  });

  it("with the failure, until something succeeds after it", () => {
    const failed = went({ id: "sad-crow-1", state: "failed", at: start + hour });
    expect(judge(went(), failed)).toMatchObject({
      seen: [],
      failed: { run: "sad-crow-1", title: "test-blog/workers", at: start + hour },
    });
    expect(judge(went(), failed, went({ at: start + 2 * hour }))).not.toHaveProperty("failed");
  });
});

describe("why it may not go on is told", () => {
  const now = start + 5 * hour;
  const failed = (over: Went = {}) => went({ id: "sad-crow-1", state: "failed", ...over });
  const must = `prod may only go to ${release} when test has run it for 24 h without a failed upgrade`;
  it.each<[string, Run[], string, string]>([
    [
      "when nothing was seen",
      [],
      "test has not run it: no upgrade of mine took it there",
      `Upgrade a node group of test to ${release} first.`,
    ],
    [
      "when it is too early",
      [went()],
      "it has for 5 h (test-blog/workers since Mon 2026-07-20 10:00 UTC)",
      "Ask again in 19 h, from Tue 2026-07-21 10:00 UTC on.",
    ],
    [
      "when a run failed",
      [failed()],
      "run sad-crow-1 (test-blog/workers) failed there, Mon 2026-07-20 10:00 UTC",
      "Find out why, and have it succeed there (/eks-upgrade retry sad-crow-1): it has to run there for 24 h from then on. /eks-upgrade status sad-crow-1 says why.",
    ],
    [
      "when a run is tried again",
      [failed({ state: "running", attempt: 2 })],
      "run sad-crow-1 (test-blog/workers) did not go through there, and is under way again",
      "Let it succeed: it has to run there for 24 h from then on.",
    ],
    [
      "when a run was put back",
      [failed({ state: "cancelled" })],
      "run sad-crow-1 (test-blog/workers) was put back half-way there, Mon 2026-07-20 10:00 UTC",
      "Have an upgrade to it succeed there: it has to run there for 24 h from then on. /eks-upgrade status sad-crow-1 says why.",
    ],
    [
      "when it left too soon",
      [went(), went({ release: other, at: start + 2 * hour })],
      "test-blog/workers ran it for 2 h only, and has gone on to another release",
      "Plan the release that test runs now, or bring one of its node groups back to this one.",
    ],
  ])("%s", (_, runs, stands, next) => {
    expect(promotionProblem(judge(...runs), now, "prod")).toEqual({
      code: "NotSoaked",
      what: `${must}: ${stands}`,
      next,
    });
  });

  it("not any more from the moment on in which it is ready", () => {
    expect(promotionProblem(judge(went()), start + day - 1)?.what).toMatch(
      /^This environment may only go to/,
    );
    expect(promotionProblem(judge(went()), start + day)).toBeUndefined();
  });
});
